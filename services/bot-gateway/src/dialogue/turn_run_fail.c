// SPDX-License-Identifier: MIT
/* Turns that fail, and what the person is told of it. */
#include "base/auto.h"
#include "base/buf.h"
#include "base/now.h"

#include "dialogue/reply.h"
#include "dialogue/turn_run.h"

enum { CONSOLE_MAX = 4096, PAUSE_TTL_S = 60, MINUTE_S = 60, HOUR_S = 3600 };

bool turn_run_fail(struct db *tx, void *arg, struct fault *fault)
{
    struct turn_run *turning = arg;
    const int64_t retry_s =
        turn_retry_s(turning->update.tries + 1, turning->unanswered && turning->acted,
                     turning->update.waited_ms / 1000);
    AUTO(buf_finish) struct buf reason;

    buf_init(&reason, FAULT_DETAIL_MAX + 128);
    buf_printf(&reason, "%s: %s", turning->why.code, turning->why.detail);
    turning->dead = retry_s == FIELD_ABSENT;
    if (!buf_ok(&reason, fault) ||
        !turn_store_fail(tx, &turning->update, turning->acted, retry_s, buf_as_slice(&reason),
                         &turning->counted, fault))
        return false;
    return !turning->dead || !turning->counted || turning->forgets_forwards ||
           turn_run_place_forwards(tx, turning, fault);
}

/* The chat of a person has the person's id (Bot API, Chat). */
static bool is_of_a_person(const struct turn_update *update)
{
    return update->chat_id != FIELD_ABSENT && update->chat_id == update->user_id &&
           (slice_is(update->kind, "message") || slice_is(update->kind, "callback_query"));
}

bool turn_run_console(struct db *tx, void *arg, struct fault *fault)
{
    struct turn_run *turning = arg;
    const struct turn_input *input = &turning->input;
    const enum language language =
        input->language >= 0 ? (enum language)input->language : input->update.language;
    const int64_t now_s = now_wall_us() / US_PER_S;
    struct turn_reply reply = {.kind = TURN_TEXT};
    struct outbox_message sending;
    AUTO(buf_finish) struct buf said;
    bool stands;

    buf_init(&said, CONSOLE_MAX);
    turning->queued = false;
    if (!is_of_a_person(&turning->update))
        return true;
    if (!turn_store_stands(tx, &turning->update.id, &stands, fault))
        return false;
    if (!stands)
        return true;
    arena_reset(&turning->arena);
    text_say(turn_run_texts(turning), turning->dead ? TEXT_SORRY : TEXT_PAUSE, language, NULL, 0,
             &said);
    if (!buf_keep(&said, &turning->arena, &reply.text, fault) ||
        !reply_sending(&reply, 0, &turning->update.id, &input->update, &turning->arena, &sending,
                       fault))
        return false;
    sending.chat_id = turning->update.chat_id;
    sending.dedupe_key =
        arena_printf(&turning->arena, "%s:%lld:%lld", turning->dead ? "sorry" : "pause",
                     (long long)turning->update.chat_id,
                     (long long)(now_s / (turning->dead ? HOUR_S : MINUTE_S)));
    if (!turning->dead)
        sending.ttl_s = PAUSE_TTL_S;
    return sending.dedupe_key.at != NULL ? turn_run_place(tx, turning, &sending, fault)
                                         : arena_fault(fault);
}
