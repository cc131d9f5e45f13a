// SPDX-License-Identifier: MIT
#include <stdio.h>

#include "base/language.h"
#include "db/transaction.h"

#include "bots/bot.h"
#include "commands.h"
#include "staff_chat/staff_chat.h"
#include "staff_chat/staff_chat_store.h"

enum { LIMIT_MS = 10000 };

static const char help[] =
    "usage: bot-gateway --staff BOT [--language ru|kz|en]\n"
    "       bot-gateway --staff BOT --remove\n"
    "\n"
    "prints a code that is valid once, for 15 minutes, and the username of the bot. Typed in a\n"
    "group as \"/staff CODE\", it makes the group the staff chat of the bot, and the person a\n"
    "member of staff. --language is that of the messages there; Russian where it is not given\n"
    "--remove  removes the chat and the members, and prints \"removed\" or \"none\"\n";

struct ask {
    struct slice bot;
    enum language language;
    bool removes;
    /* Results: */
    bool removed;
    char code[STAFF_CODE_LEN + 1];
    char username[BOT_USERNAME_MAX + 1];
};

static bool make_code_or_remove_chat(struct db *tx, void *arg, struct fault *fault)
{
    struct ask *ask = arg;
    auto_rows struct db_rows rows = {0};
    uint8_t hash[DIGEST_SHA256_LEN];
    struct slice username;

    if (ask->removes)
        return staff_chat_store_remove(tx, ask->bot, &ask->removed, fault);
    digest_base32_random(ask->code, STAFF_CODE_LEN);
    if (!staff_code_compute_hash(slice_of(ask->code), hash))
        return fault_set(fault, FAULT_INTERNAL, "bad_code", "The code cannot be read.");
    const struct staff_code code = {
        .bot = ask->bot,
        .hash = {(const char *)hash, sizeof hash},
        .language = (int)ask->language,
        .valid_s = STAFF_CODE_S
    };
    if (!staff_chat_store_replace_code(tx, &code, &rows, &username, fault))
        return false;
    slice_copy(username, ask->username, sizeof ask->username);
    return true;
}

static bool run_command_and_print(struct service *service, void *arg, struct fault *fault)
{
    struct ask *ask = arg;

    if (!db_transaction(service->pool, make_code_or_remove_chat, ask, fault))
        return false;
    if (ask->removes)
        fprintf(stdout, "%s\n", ask->removed ? "removed" : "none");
    else
        fprintf(stdout, "%s\t%s\n", ask->code, ask->username);
    return true;
}

static bool parse_arguments(int argc, char **argv, struct ask *ask)
{
    ask->removes = argc == 3 && strcmp(argv[2], "--remove") == 0;
    if (argc < 2 || (argc == 4 && (strcmp(argv[2], "--language") != 0 ||
                                   !language_read(slice_of(argv[3]), &ask->language))))
        return false;
    ask->bot = slice_of(argv[1]);
    return (argc == 2 || argc == 4 || ask->removes) && bot_name_is_good(ask->bot);
}

int staff_chat_command(const struct service_definition *definition, int argc, char **argv)
{
    struct ask ask = {.language = LANGUAGE_RU};

    return parse_arguments(argc, argv, &ask)
               ? service_run_once(definition, LIMIT_MS, run_command_and_print, &ask)
               : service_print_usage(help, argc, argv);
}
