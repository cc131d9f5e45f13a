// SPDX-License-Identifier: MIT
/* Turns that fail, and the messages about that to the person. */
#include "base/auto.h"
#include "base/buf.h"
#include "base/now.h"

#include "dialogue/reply.h"
#include "dialogue/turn_runner_private.h"

enum { CONSOLE_MAX = 4096, PAUSE_TTL_S = 60, MINUTE_S = 60, HOUR_S = 3600 };

bool turn_run_fail(struct db *tx, void *arg, struct fault *fault)
{
    struct turn_run *run = arg;
    const int64_t retry_s = turn_retry_s(run->update.tries + 1, run->unanswered && run->acted,
                                         run->update.waited_ms / 1000);
    AUTO(buf_finish) struct buf reason;

    buf_init(&reason, FAULT_DETAIL_MAX + 128);
    buf_printf(&reason, "%s: %s", run->failure.code, run->failure.detail);
    run->dead = retry_s == FIELD_ABSENT;
    if (!buf_ok(&reason, fault) || !turn_store_fail(tx, &run->update, run->acted, retry_s,
                                                    buf_as_slice(&reason), &run->counted, fault))
        return false;
    return !run->dead || !run->counted || run->skips_forwards ||
           turn_run_enqueue_forwards(tx, run, fault);
}

/* A private chat has the id of its person (Bot API, Chat). */
static bool is_private_chat(const struct turn_update *update)
{
    return update->chat_id != FIELD_ABSENT && update->chat_id == update->user_id &&
           (slice_is(update->kind, "message") || slice_is(update->kind, "callback_query"));
}

bool turn_run_notify(struct db *tx, void *arg, struct fault *fault)
{
    struct turn_run *run = arg;
    const struct turn_input *input = &run->input;
    const enum language language =
        input->language >= 0 ? (enum language)input->language : input->update.language;
    const int64_t now_s = now_wall_us() / US_PER_S;
    struct turn_reply reply = {.kind = TURN_TEXT};
    struct outbox_message message;
    AUTO(buf_finish) struct buf text;
    bool has_chat;

    buf_init(&text, CONSOLE_MAX);
    run->queued = false;
    if (!is_private_chat(&run->update))
        return true;
    if (!turn_store_has_chat(tx, &run->update.id, &has_chat, fault))
        return false;
    if (!has_chat)
        return true;
    arena_reset(&run->arena);
    text_say(turn_run_texts(run), run->dead ? TEXT_SORRY : TEXT_PAUSE, language, NULL, 0, &text);
    if (!buf_keep(&text, &run->arena, &reply.text, fault) ||
        !reply_message(&reply, 0, &run->update.id, &input->update, &run->arena, &message, fault))
        return false;
    message.chat_id = run->update.chat_id;
    message.dedupe_key = arena_printf(&run->arena, "%s:%lld:%lld", run->dead ? "sorry" : "pause",
                                      (long long)run->update.chat_id,
                                      (long long)(now_s / (run->dead ? HOUR_S : MINUTE_S)));
    if (!run->dead)
        message.ttl_s = PAUSE_TTL_S;
    return message.dedupe_key.at != NULL ? turn_run_enqueue(tx, run, &message, fault)
                                         : arena_fault(fault);
}
