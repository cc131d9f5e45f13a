// SPDX-License-Identifier: MIT
/* Failed tries of an update: how they are counted, and what the person learns. */
#include "base/auto.h"
#include "base/buf.h"
#include "base/now.h"

#include "dialogue/product.h"
#include "dialogue/reply.h"
#include "dialogue/turn_runner_private.h"

enum {
    NOTICE_MAX = 4096, /* bytes */
    PAUSE_TTL_S = 60,
    MINUTE_S = 60,
    HOUR_S = 3600
};

bool turn_run_count_failure(struct db *tx, void *arg, struct fault *fault)
{
    struct turn_run *run = arg;
    const int64_t retry_s =
        turn_retry_delay_s(run->failure.code, run->update.tries + 1, run->unanswered && run->acted,
                           run->update.waited_ms / 1000);
    AUTO(buf_finish) struct buf reason = BUF(FAULT_DETAIL_MAX + 128);

    buf_printf(&reason, "%s: %s", run->failure.code, run->failure.detail);
    run->dead = retry_s == FIELD_ABSENT;
    if (!buf_ok(&reason, fault) ||
        !turn_store_count_failure(tx, &run->update, run->acted, retry_s, buf_as_slice(&reason),
                                  &run->counted, fault))
        return false;
    return !run->dead || !run->counted ||
           (album_lock_merged_updates(tx, run, fault) &&
            (run->skips_forwards || turn_run_enqueue_for_forwards(tx, run, fault)) &&
            album_store_merged_updates(tx, run, true, fault));
}

bool turn_run_answer_failed_tap(struct db *tx, void *arg, struct fault *fault)
{
    struct turn_run *run = arg;
    bool has_chat;

    run->queued = false;
    return turn_store_has_chat(tx, &run->update.id, &has_chat, fault) &&
           (!has_chat || turn_run_answer_tap(tx, run, fault));
}

/* Whether the chat is private: its id is then the id of its user (Bot API, Chat). */
static bool is_private_chat(const struct turn_update *update)
{
    return update->chat_id != FIELD_ABSENT && update->chat_id == update->user_id &&
           (slice_is(update->kind, "message") || slice_is(update->kind, "callback_query"));
}

bool turn_run_notify_person_of_failure(struct db *tx, void *arg, struct fault *fault)
{
    struct turn_run *run = arg;
    const struct turn_input *input = &run->input;
    const int64_t now_s = now_wall_us() / US_PER_S;
    struct turn_reply reply = {.kind = TURN_TEXT};
    struct outbox_message message;
    AUTO(buf_finish) struct buf text = BUF(NOTICE_MAX);
    bool has_chat;

    run->queued = false;
    if (run->app->products[run->update.bot_type]->is_silent)
        return true;
    /* input->staff is read only for what staff taps, commands or answers */
    if (!is_private_chat(&run->update) && !(run->dead && input->staff.is_linked))
        return true;
    if (!turn_store_has_chat(tx, &run->update.id, &has_chat, fault))
        return false;
    if (!has_chat)
        return true;
    arena_reset(&run->arena);
    text_render(texts_watch_texts(run->app->texts, (enum bot_type)run->update.bot_type),
                run->dead ? TEXT_SORRY : TEXT_PAUSE, turn_language(input), NULL, 0, &text);
    if (!buf_keep(&text, &run->arena, &reply.text, fault) ||
        !reply_make_message(&reply, 0, &run->update.id, &input->update, &run->arena, &message,
                            fault))
        return false;
    message.bot_id = run->update.bot_id;
    message.chat_id = run->update.chat_id;
    message.dedupe_key = arena_printf(&run->arena, "%s:%lld:%lld", run->dead ? "sorry" : "pause",
                                      (long long)run->update.chat_id,
                                      (long long)(now_s / (run->dead ? HOUR_S : MINUTE_S)));
    if (!run->dead)
        message.ttl_s = PAUSE_TTL_S;
    return message.dedupe_key.at != NULL ? turn_run_enqueue_message(tx, run, &message, fault)
                                         : arena_fault(fault);
}
