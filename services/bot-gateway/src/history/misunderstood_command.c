// SPDX-License-Identifier: MIT
#include "db/transaction.h"

#include "commands.h"
#include "history/misunderstood_store.h"

enum { LIMIT_MS = 10000 };

static const char help[] =
    "usage: bot-gateway --misunderstood\n"
    "\n"
    "prints the texts that the bots have not understood, the most frequent first: bot, language,\n"
    "step of the dialogue, how often, day of the last time, text; separated by tabs\n";

static bool print_misunderstood(struct service *service, void *arg, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    (void)arg;
    if (!db_execute(service->pool, &misunderstood_list_statement, DB_NO_VALUES, &rows, fault))
        return false;
    service_print_rows(&rows, MISUNDERSTOOD_COLUMNS);
    return true;
}

int misunderstood_command(const struct service_definition *definition, int argc, char **argv)
{
    return argc == 1 ? service_run_once(definition, LIMIT_MS, print_misunderstood, NULL)
                     : service_print_usage(help, argc, argv);
}
