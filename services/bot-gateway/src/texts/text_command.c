// SPDX-License-Identifier: MIT
#include <stdio.h>

#include "commands.h"
#include "texts/text_check.h"
#include "texts/text_store.h"

enum { LIMIT_MS = 10000 };

static const char help[] =
    "usage: bot-gateway --texts lint\n"
    "\n"
    "lint  rows of bot_messages and bot_settings that are not used, and why\n";

static void print_and_count_refusal(void *data, const struct text_refusal *row,
                                    const struct fault *why)
{
    int *count = data;

    ++*count;
    fprintf(stdout, "%.*s, %.*s%s%.*s: %s%s%s%s\n", SLICE_ARG(row->key), SLICE_ARG(row->bot),
            row->language.at != NULL ? ", " : "", SLICE_ARG(row->language),
            text_explain_defect(why->code), why->detail[0] != '\0' ? " (" : "", why->detail,
            why->detail[0] != '\0' ? ")" : "");
}

static bool print_refused_texts(struct service *service, void *refused, struct fault *fault)
{
    auto_text_tables struct text_tables *tables = text_tables_create(fault);

    return tables != NULL &&
           text_tables_read(service->pool, tables, print_and_count_refusal, refused, fault);
}

int text_command(const struct service_definition *definition, int argc, char **argv)
{
    int refused = 0;

    if (argc != 2 || strcmp(argv[1], "lint") != 0)
        return service_print_usage(help, argc, argv);
    const int code = service_run_once(definition, LIMIT_MS, print_refused_texts, &refused);
    if (code != EXIT_FINE || refused > 0)
        return code != EXIT_FINE ? code : EXIT_FAILED;
    fprintf(stdout, "Все тексты и настройки годятся.\n");
    return EXIT_FINE;
}
