// SPDX-License-Identifier: MIT
/* One call of the Bot API: make it, classify its result, store the outcome. */
#include "base/auto.h"
#include "base/digest.h"
#include "base/log.h"
#include "base/now.h"

#include "outbox/sender_private.h"

enum { TEXT_ARENA_MAX = 1024 * 1024 };

/* --- the outcome --- */

static void count_outcome(struct sender *sender, const struct call_result *result,
                          const struct outcome *outcome)
{
    static const enum sender_count counts[] = {
        [OUTBOX_QUEUED] = SENDER_RETRIED,
        [OUTBOX_SENT] = SENDER_SENT,
        [OUTBOX_UNCERTAIN] = SENDER_UNCERTAIN,
        [OUTBOX_FAILED] = SENDER_FAILED,
    };

    sender->queue
        .counters[result->end == TELEGRAM_THROTTLED ? SENDER_THROTTLED : counts[outcome->status]]
        .value++;
    if (outcome->instead && strcmp(outcome->code, "photo_refused") == 0)
        sender->without_photo.value++;
}

static void log_outcome_if_unsuccessful(const struct sender_call *call, enum telegram_outcome end,
                                        const struct outcome *outcome)
{
    char id[UUID_TEXT_LEN + 1], bot[UUID_TEXT_LEN + 1];

    if (outcome->code == NULL)
        return;
    uuid_format(&call->id, id);
    uuid_format(&call->bot_id, bot);
    /* Texts are checked before they are used: rejected markup is an error of ours. */
    LOG(end == TELEGRAM_NO_BOT || end == TELEGRAM_BAD_MARKUP ? LOG_ERROR : LOG_WARN,
        "sending_not_done", "A call of Telegram was not done", log_str("code", outcome->code),
        log_str("bot_id", bot), log_str("message_id", id),
        log_str("status", outbox_status_names[outcome->status]), log_int("try", call->info.tries));
}

static struct backoff_bot *find_or_add_backoff(struct sender *sender, const struct uuid *bot_id)
{
    size_t i = 0;

    while (i < BOTS_MAX - 1 && !uuid_is_nil(&sender->backoffs[i].bot_id) &&
           !uuid_equal(&sender->backoffs[i].bot_id, bot_id))
        i++;
    if (!uuid_equal(&sender->backoffs[i].bot_id, bot_id))
        sender->backoffs[i].backoff = (struct backoff_bot){0};
    sender->backoffs[i].bot_id = *bot_id;
    return &sender->backoffs[i].backoff;
}

/* Records that a chat backs off. If several chats do so together, their bot pauses. */
static void record_chat_backoff(struct sender *sender, const struct sender_call *call,
                                struct outcome *outcome)
{
    const int64_t now_ms = loop_now_ns(sender->options.service->loop) / NS_PER_MS;
    int64_t until_ms;

    if (backoff_bot_record_chat(find_or_add_backoff(sender, &call->bot_id), call->chat_id, now_ms,
                                now_ms + outcome->backoff_ms, &until_ms))
        outcome->pause_bot_ms = until_ms - now_ms;
}

static bool store_outcome(struct db *tx, void *arg, struct fault *fault)
{
    const struct sender_end *end = arg;

    return sender_store_apply_outcome(tx, end, fault);
}

void sender_count_and_store_outcome(struct sender *sender, const struct sender_call *call,
                                    const struct call_result *result,
                                    const struct uuid *lease_owner, bool process_has_ended)
{
    AUTO(arena_finish) struct arena arena = ARENA(TEXT_ARENA_MAX);
    struct outcome outcome = outcome_decide_after_call(result, &call->info, digest_random_number());
    struct sender_end end = {.process = lease_owner,
                             .id = call->id,
                             .bot_id = call->bot_id,
                             .chat_id = call->chat_id,
                             .lapsed = process_has_ended,
                             .result = result,
                             .outcome = &outcome};

    if (outcome.status == OUTBOX_SENT && call->chat_id != FIELD_ABSENT && !call->confided)
        end.text = sent_text_extract_plain(call, &arena);
    if (result->end == TELEGRAM_THROTTLED && call->chat_id != FIELD_ABSENT)
        record_chat_backoff(sender, call, &outcome);
    count_outcome(sender, result, &outcome);
    log_outcome_if_unsuccessful(call, result->end, &outcome);
    queue_store_result(&sender->queue, store_outcome, &end);
}

/* --- the call --- */

static void call_telegram_as_bot(struct sender_running *task, struct call_result *result)
{
    const struct sender_options *options = &((struct sender *)task->base.queue)->options;
    char token[BOT_TOKEN_MAX + 1];
    const struct bot *bot;
    struct fault fault;

    *result = (struct call_result){.end = TELEGRAM_NOT_SENT,
                                   .message_id = FIELD_ABSENT,
                                   .text = SLICE("The bot has no token now.")};
    if (!bots_find_active_by_id(options->bots, &task->call.bot_id, &bot, &fault) ||
        !bot_has_part(bot, BOT_TOKEN))
        return;
    memcpy(token, bot->token, sizeof token); /* a copy: `bot` is valid only until the next wait */
    options->send(options->data, token, &task->call, &task->base.arena, result);
}

void sender_run_call(struct queue_call *base)
{
    struct sender *sender = (struct sender *)base->queue;
    struct sender_running *task = (struct sender_running *)base;
    struct call_result result;

    call_telegram_as_bot(task, &result);
    sender_count_and_store_outcome(sender, &task->call, &result, &sender->process, false);
}

static bool copy_call_to_arena(struct sender_running *task, const struct sender_call *call)
{
    struct arena *arena = &task->base.arena;

    task->call = *call;
    task->call.method = arena_copy(arena, call->method);
    task->call.parameters = arena_copy(arena, call->parameters);
    if (call->markup.at != NULL)
        task->call.markup = arena_copy(arena, call->markup);
    return task->call.method.at != NULL && task->call.parameters.at != NULL &&
           (task->call.markup.at != NULL) == (call->markup.at != NULL);
}

void sender_start_call(struct sender *sender, const struct sender_call *call)
{
    const struct call_result not_begun = {.end = TELEGRAM_NOT_SENT,
                                          .message_id = FIELD_ABSENT,
                                          .text = SLICE("There was no room for the call.")};
    struct fault fault;
    struct sender_running *task = queue_call_create(&sender->queue, sizeof *task, &fault);

    if (task != NULL && copy_call_to_arena(task, call) && queue_call_start(&task->base, &fault))
        return;
    if (task != NULL)
        queue_call_free(&task->base);
    sender_count_and_store_outcome(sender, call, &not_begun, &sender->process, false);
}

size_t sender_list_running_ids(const struct sender *sender, struct db_value ids[SENDER_CALLS_MAX])
{
    const struct queue_call *call;
    size_t count = 0;

    LIST_FOREACH (call, &sender->queue.calls, next)
        ids[count++] = db_uuid(&((const struct sender_running *)call)->call.id);
    return count;
}
