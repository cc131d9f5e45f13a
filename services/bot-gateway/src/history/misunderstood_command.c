// SPDX-License-Identifier: MIT
#include <stdio.h>

#include "db/transaction.h"

#include "commands.h"
#include "history/misunderstood_store.h"

enum { LIMIT_MS = 10000, FINE = 0, FAILED = 1, USAGE = 2 };

static const char help[] =
    "usage: %s --misunderstood\n"
    "\n"
    "prints the texts that the bots have not understood, the most frequent first: bot, language,\n"
    "step of the dialogue, how often, day of the last time, text; separated by tabs\n";

static int run(struct service *service, void *arg)
{
    auto_rows struct db_rows rows = {0};
    struct fault fault;

    (void)arg;
    if (!db_execute(service->pool, &misunderstood_list_statement, DB_NO_VALUES, &rows, &fault)) {
        fprintf(stderr, "%s: %s\n", fault.code, fault.detail);
        return FAILED;
    }
    for (int i = 0; i < rows.count; i++)
        for (int column = 0; column < MISUNDERSTOOD_COLUMNS; column++)
            fprintf(stdout, "%.*s%c", SLICE_ARG(db_get_text(&rows, i, column)),
                    column + 1 < MISUNDERSTOOD_COLUMNS ? '\t' : '\n');
    return FINE;
}

int misunderstood_command(const struct service_definition *definition, int argc, char **argv)
{
    const bool asked = argc == 2 && strcmp(argv[1], "--help") == 0;

    if (argc != 1) {
        fprintf(asked ? stdout : stderr, help, definition->name);
        return asked ? FINE : USAGE;
    }
    return service_run_once(definition, LIMIT_MS, run, NULL);
}
