// SPDX-License-Identifier: MIT
/* The calls of a turn: which client makes each. */
#include "bots/bots.h"
#include "clients/ai_client.h"
#include "clients/search_client.h"
#include "dialogue/dialogue_json.h"
#include "dialogue/turn_runner_private.h"

/* If an earlier try has recorded the AI's answer, reuses it, because the later calls depend on it.
 * It is always the first call. */
static void ask_ai(struct turn_run *run)
{
    const struct turn_recorded_call *recorded = run->recorded;

    if (turn_calls_use_ai(recorded, run->recorded_count))
        run->answers[0] = (struct service_answer){(long)recorded[0].status, recorded[0].answer};
    else
        ai_client_ask(run->options->ai, &run->calls[0], &run->arena, &run->answers[0]);
}

/* A call with the bot's own key. */
static bool call_by_key(struct turn_run *run, const char *key, struct fault *fault)
{
    const struct turn_runner_options *options = run->options;
    const size_t n = run->input.answer_count;
    const struct booking_call call = {
        .call = &run->calls[n],
        .key = key,
        .user_id = run->input.update.user_id,
        .name = arena_printf(&run->arena, "tg:%.*s:%lld:%zu", SLICE_ARG(run->update.bot),
                             (long long)run->update.update_id, n),
        .acted = &run->acted,
    };

    if (call.name.at == NULL)
        return arena_fault(fault);
    if (call.call->service == SERVICE_BOOKING)
        return booking_client_call(&options->booking, &call, &run->arena, &run->answers[n], fault);
    search_client_ask(options->search, &call, &run->arena, &run->answers[n]);
    return true;
}

bool turn_run_call(struct turn_run *run, struct fault *fault)
{
    char key[BOT_KEY_MAX + 1];
    const struct bot *bot;

    if (run->calls[run->input.answer_count].service == SERVICE_AI) {
        ask_ai(run);
        return true;
    }
    if (!bots_find_id(run->options->bots, &run->update.bot_id, &bot, fault))
        return false;
    memcpy(key, bot->key, sizeof key); /* a copy: the bots may be replaced during a wait */
    return call_by_key(run, key, fault);
}
