// SPDX-License-Identifier: MIT
#include <stdio.h>

#include "commands.h"
#include "texts/text_check.h"
#include "texts/text_tables.h"

enum { LIMIT_MS = 10000, FINE = 0, FAILED = 1, USAGE = 2 };

static const char help[] =
    "usage: %s --texts lint\n"
    "\n"
    "lint  rows of bot_messages and bot_settings that are not used, and why\n";

static void print(void *data, const struct text_refusal *row, const struct fault *why)
{
    int *count = data;

    ++*count;
    fprintf(stdout, "%.*s, %.*s%s%.*s: %s%s%s%s\n", SLICE_ARG(row->key), SLICE_ARG(row->bot),
            row->language.at != NULL ? ", " : "", SLICE_ARG(row->language), text_defect(why->code),
            why->detail[0] != '\0' ? " (" : "", why->detail, why->detail[0] != '\0' ? ")" : "");
}

static int run(struct service *service, void *arg)
{
    struct fault fault;
    auto_text_tables struct text_tables *tables = text_tables_create(&fault);
    int refused = 0;

    (void)arg;
    if (tables == NULL || !text_tables_read(service->pool, tables, print, &refused, &fault)) {
        fprintf(stderr, "%s: %s\n", fault.code, fault.detail);
        return FAILED;
    }
    if (refused == 0)
        fprintf(stdout, "Все тексты и настройки годятся.\n");
    return refused == 0 ? FINE : FAILED;
}

int text_command(const struct service_definition *definition, int argc, char **argv)
{
    const bool asked = argc == 2 && strcmp(argv[1], "--help") == 0;

    if (argc != 2 || strcmp(argv[1], "lint") != 0) {
        fprintf(asked ? stdout : stderr, help, definition->name);
        return asked ? FINE : USAGE;
    }
    return service_run_once(definition, LIMIT_MS, run, NULL);
}
