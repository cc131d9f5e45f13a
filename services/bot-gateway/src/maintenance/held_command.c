// SPDX-License-Identifier: MIT
#include <stdio.h>

#include "db/transaction.h"

#include "bots/bot.h"
#include "commands.h"
#include "maintenance/held_store.h"

enum { LIMIT_MS = 60000 };

static const char help[] =
    "usage: bot-gateway --held [BOT] [--texts | --send | --drop]\n"
    "\n"
    "prints what was not sent when the database was restored to an earlier time, and may have "
    "been\n"
    "sent since, the oldest first: bot, kind, chat, time in UTC, text; separated by tabs\n"
    "--texts  prints the texts too, which may contain personal data\n"
    "--send   sends it, or --drop drops it: of BOT or of all bots; prints how much that was\n";

struct ask {
    struct slice bot; /* absent: all bots */
    bool texts, send, drop;
    /* Results: */
    struct db_rows rows;
    int64_t count;
};

static bool list_send_or_drop_held(struct db *tx, void *arg, struct fault *fault)
{
    struct ask *ask = arg;

    db_rows_finish(&ask->rows);
    return ask->send || ask->drop
               ? held_store_send_or_drop(tx, ask->bot, ask->send, &ask->count, fault)
               : held_store_list(tx, ask->bot, ask->texts, &ask->rows, fault);
}

static bool list_send_or_drop_and_print(struct service *service, void *arg, struct fault *fault)
{
    struct ask *ask = arg;

    if (!db_transaction(service->pool, list_send_or_drop_held, ask, fault))
        return false;
    if (ask->send || ask->drop)
        fprintf(stdout, "%lld\n", (long long)ask->count);
    service_print_rows(&ask->rows, HELD_COLUMNS);
    db_rows_finish(&ask->rows);
    return true;
}

static bool parse_arguments(int argc, char **argv, struct ask *ask)
{
    int at = 1;

    if (at < argc && bot_name_is_good(slice_of(argv[at])))
        ask->bot = slice_of(argv[at++]);
    if (at < argc) {
        ask->texts = strcmp(argv[at], "--texts") == 0;
        ask->send = strcmp(argv[at], "--send") == 0;
        ask->drop = strcmp(argv[at], "--drop") == 0;
        at += ask->texts || ask->send || ask->drop;
    }
    return at == argc;
}

int held_command(const struct service_definition *definition, int argc, char **argv)
{
    struct ask ask = {.count = 0};

    return parse_arguments(argc, argv, &ask)
               ? service_run_once(definition, LIMIT_MS, list_send_or_drop_and_print, &ask)
               : service_print_usage(help, argc, argv);
}
