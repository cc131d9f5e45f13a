// SPDX-License-Identifier: MIT
#include <stdio.h>

#include "db/transaction.h"

#include "bots/bot_store.h"
#include "commands.h"

enum { LIMIT_MS = 10000 };

static const char help[] =
    "usage: bot-gateway --bots add NAME --tenant NAME [--type apartments|taxi|flow] [--support "
    "TEXT]\n"
    "       bot-gateway --bots list\n"
    "\n"
    "add   makes the bot's row unless it is there; --tenant is whose it is\n"
    "      --type is what it is for: which texts and settings it has; apartments\n"
    "      where it is not given. A bot of another type is refused. A bot of the type\n"
    "      flow has neither: programs that read its updates answer (POST /v1/forwards)\n"
    "      --support sets where people write if the bot does not help, for all bots\n"
    "      of the type; not of the type flow\n"
    "list  name, tenant, intake, active or inactive, type, whether there is a staff chat\n"
    "      (linked, lost or none) and whether the support of its type is set (set or none)\n";

struct ask {
    struct slice name;
    struct slice tenant;
    int type;             /* enum bot_type; -1: not given */
    struct slice support; /* absent: not given */
    bool list;
};

static bool ensure_bot_and_set_support(struct db *tx, void *arg, struct fault *fault)
{
    const struct ask *ask = arg;
    bool made;

    return bot_store_insert_unless_exists(tx, ask->name, ask->tenant, ask->type, &made, fault) &&
           (ask->support.at == NULL ||
            bot_store_set_support_of_type(tx, ask->name, ask->support, fault));
}

static void print_bot(const struct bot *bot, const struct bot_row *row)
{
    fprintf(stdout, "%s\t%.*s\t%s\t%s\t%s\t%s\t%s\n", bot->name, SLICE_ARG(row->tenant),
            bot_intake_names[bot->intake], bot->is_active ? "active" : "inactive",
            bot_type_names[bot->type],
            !row->has_staff_chat ? "none"
            : row->is_staff_lost ? "lost"
                                 : "linked",
            row->has_support ? "set" : "none");
}

static bool list_or_add_bot(struct service *service, void *arg, struct fault *fault)
{
    struct ask *ask = arg;

    return ask->list ? bot_store_print_all(service->db, print_bot, fault)
                     : db_transaction(service->pool, ensure_bot_and_set_support, ask, fault);
}

static bool parse_arguments(int argc, char **argv, struct ask *ask)
{
    if (argc == 2 && strcmp(argv[1], "list") == 0) {
        ask->list = true;
        return true;
    }
    if (argc < 5 || argc % 2 == 0 || strcmp(argv[1], "add") != 0 ||
        strcmp(argv[3], "--tenant") != 0)
        return false;
    for (int i = 5; i < argc; i += 2) {
        enum bot_type type;
        if (strcmp(argv[i], "--support") == 0)
            ask->support = slice_of(argv[i + 1]);
        else if (strcmp(argv[i], "--type") == 0 && bot_type_read(slice_of(argv[i + 1]), &type))
            ask->type = (int)type;
        else
            return false;
    }
    ask->name = slice_of(argv[2]);
    ask->tenant = slice_of(argv[4]);
    return bot_name_is_good(ask->name) && ask->tenant.len > 0 &&
           (ask->support.at == NULL || ask->type < 0 || bot_type_has_dialogue(ask->type));
}

int bot_command(const struct service_definition *definition, int argc, char **argv)
{
    struct ask ask = {.type = -1};

    return parse_arguments(argc, argv, &ask)
               ? service_run_once(definition, LIMIT_MS, list_or_add_bot, &ask)
               : service_print_usage(help, argc, argv);
}
