// SPDX-License-Identifier: MIT
#include <stdlib.h>

#include "base/parse.h"

#include "bots/bot_files.h"
#include "config.h"
#include "dialogue/replay.h"
#include "places/places.h"

enum { LIMIT_MS = 300000, SAME = 0, DIFFERENT = 1, FAILED = 1, USAGE = 2 };

static const char help[] =
    "usage: %s --replay BOT CHAT [--user ID] [--from TIME]\n"
    "\n"
    "Replays the updates of a chat with the dialogues of this program and prints differences:\n"
    "- is what the bot has sent, + what it would send, ? a call whose answer is not recorded.\n"
    "Writes nothing. Updates are stored for 72 hours; --from omits earlier ones "
    "(2026-01-02T03:04:05Z).\n"
    "Exit codes: 0 no difference, 1 some, or failed, 2 wrong usage.\n";

static int print_fault(const struct fault *fault)
{
    fprintf(stderr, "%s: %s\n", fault->code, fault->detail);
    return FAILED;
}

/* The key of the bot's buttons is derived from its token. */
static bool find_key(struct service *service, struct replay *replay, struct fault *fault)
{
    struct gateway_config config;
    struct bot_files files = {0};
    bool found = false;

    if (!env_load(gateway_variables, gateway_variable_count, &config, stderr))
        return fault_set(fault, FAULT_INVALID, "bad_configuration", "See above.");
    const bool read = bot_files_read(service->work, config.bots_dir, &files, fault);
    for (size_t i = 0; i < files.count && !found; i++) {
        found = slice_is(replay->query.bot, files.bots[i].name) && files.bots[i].token[0] != '\0';
        if (found)
            button_key(slice_of(files.bots[i].token), replay->button_key);
    }
    bot_files_finish(&files);
    if (read && !found)
        fault_set(fault, FAULT_NOT_FOUND, "no_token", "BOTS_DIR has no token of the bot %.*s.",
                  SLICE_ARG(replay->query.bot));
    env_finish(gateway_variables, gateway_variable_count, &config);
    return found;
}

static void ignore_row(void *data, const struct text_refusal *row, const struct fault *why)
{
    (void)data;
    (void)row;
    (void)why;
}

static bool load_and_replay(struct service *service, struct replay *replay, struct places *places,
                            struct fault *fault)
{
    auto_text_tables struct text_tables *texts = text_tables_create(fault);

    if (places == NULL || texts == NULL || !places_make(places, fault))
        return false;
    replay->pool = service->pool;
    replay->texts = texts;
    replay->words = places->words;
    return text_tables_read(service->pool, texts, ignore_row, NULL, fault) &&
           find_key(service, replay, fault) && replay_chat(replay, fault);
}

static int run(struct service *service, void *arg)
{
    struct replay *replay = arg;
    struct fault fault;
    struct places *places = places_create(&fault);
    const bool ok = load_and_replay(service, replay, places, &fault);

    places_release(places);
    if (!ok)
        return print_fault(&fault);
    if (replay->different == 0)
        fprintf(stdout, "%zu turns, no difference\n", replay->turns);
    else
        fprintf(stdout, "%zu turns, %zu different\n", replay->turns, replay->different);
    return replay->different == 0 ? SAME : DIFFERENT;
}

static bool parse_arguments(int argc, char **argv, struct replay_query *query)
{
    *query = (struct replay_query){.user_id = FIELD_ABSENT, .from = FIELD_ABSENT};
    if (argc < 3 || argc % 2 == 0 ||
        !parse_i64(slice_of(argv[2]), -INT64_MAX, INT64_MAX, &query->chat_id))
        return false;
    query->bot = slice_of(argv[1]);
    for (int i = 3; i < argc; i += 2) {
        const struct slice value = slice_of(argv[i + 1]);
        const bool valid =
            strcmp(argv[i], "--user") == 0
                ? parse_i64(value, 1, INT64_MAX, &query->user_id)
                : strcmp(argv[i], "--from") == 0 && parse_timestamp(value, &query->from);
        if (!valid)
            return false;
    }
    return bot_name_is_good(query->bot);
}

int replay_command(const struct service_definition *definition, int argc, char **argv)
{
    struct replay replay = {.step = turn_step, .out = stdout};
    const bool wants_help = argc == 2 && strcmp(argv[1], "--help") == 0;

    if (wants_help || !parse_arguments(argc, argv, &replay.query)) {
        fprintf(wants_help ? stdout : stderr, help, definition->name);
        return wants_help ? SAME : USAGE;
    }
    return service_once(definition, LIMIT_MS, run, &replay);
}
