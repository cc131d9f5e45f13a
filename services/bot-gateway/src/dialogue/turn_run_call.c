// SPDX-License-Identifier: MIT
/* The calls of a turn: whom each asks. */
#include "bots/bots.h"
#include "clients/ai_client.h"
#include "clients/search_client.h"
#include "dialogue/dialogue_json.h"
#include "dialogue/turn_run.h"

/* As an earlier try was answered, where that was stored: what it did followed from it. It is the
 * first call of the turn. */
static void ask_ai(struct turn_run *turning)
{
    const struct turn_called *asked = turning->asked;

    if (turn_calls_ask_ai(asked, turning->asked_count))
        turning->answers[0] = (struct service_answer){(long)asked[0].status, asked[0].answer};
    else
        ai_client_ask(turning->options->ai, &turning->calls[0], &turning->arena,
                      &turning->answers[0]);
}

/* What is asked of services with the bot's own key. */
static bool call_by_key(struct turn_run *turning, const char *key, struct fault *fault)
{
    const struct turn_runner_options *options = turning->options;
    const size_t n = turning->input.answer_count;
    const struct booking_call call = {
        .call = &turning->calls[n],
        .key = key,
        .user_id = turning->input.update.user_id,
        .name = arena_printf(&turning->arena, "tg:%.*s:%lld:%zu", SLICE_ARG(turning->update.bot),
                             (long long)turning->update.update_id, n),
        .acted = &turning->acted,
    };

    if (call.name.at == NULL)
        return arena_fault(fault);
    if (call.call->service == SERVICE_BOOKING)
        return booking_client_call(&options->booking, &call, &turning->arena, &turning->answers[n],
                                   fault);
    search_client_ask(options->search, &call, &turning->arena, &turning->answers[n]);
    return true;
}

bool turn_run_call(struct turn_run *turning, struct fault *fault)
{
    char key[BOT_KEY_MAX + 1];
    const struct bot *bot;

    if (turning->calls[turning->input.answer_count].service == SERVICE_AI) {
        ask_ai(turning);
        return true;
    }
    if (!bots_find_id(turning->options->bots, &turning->update.bot_id, &bot, fault))
        return false;
    memcpy(key, bot->key, sizeof key); /* the bots may be others after a wait */
    return call_by_key(turning, key, fault);
}
