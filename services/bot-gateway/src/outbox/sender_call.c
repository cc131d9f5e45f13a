// SPDX-License-Identifier: MIT
/* One call of the Bot API: made, classified, stored. */
#include <stdlib.h>

#include "base/auto.h"
#include "base/digest.h"
#include "base/log.h"
#include "base/now.h"
#include "db/transaction.h"
#include "loop/fiber.h"

#include "outbox/sender_private.h"
#include "outbox/sent_text.h"

enum {
    TASK_ARENA_MAX = 1024 * 1024,
    STORE_PAUSE_MS = 500, /* between two attempts to store the outcome of a call */
    STORE_TRIES_MAX = 1200
};

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

    sender->counters[result->end == CALL_TOO_MANY ? SENDER_THROTTLED : counts[outcome->status]]
        .value++;
}

static void log_outcome(const struct sender_call *call, enum call_end end,
                        const struct outcome *outcome)
{
    char id[UUID_TEXT_LEN + 1], bot[UUID_TEXT_LEN + 1];

    if (outcome->code == NULL)
        return;
    uuid_format(&call->id, id);
    uuid_format(&call->bot_id, bot);
    LOG(end == CALL_BOT_DEAD ? LOG_ERROR : LOG_WARN, "sending_not_done",
        "A call of Telegram was not done", log_str("code", outcome->code), log_str("bot_id", bot),
        log_str("message_id", id), log_str("status", outbox_status_names[outcome->status]),
        log_int("try", call->tries));
}

static struct backoff_bot *backoff_of(struct sender *sender, const struct uuid *bot_id)
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

/* Records that a chat backs off. If several chats of the bot do, the whole bot pauses. */
static void add_backoff(struct sender *sender, const struct sender_call *call,
                        struct outcome *outcome)
{
    const int64_t now_ms = loop_now_ns(sender->options.service->loop) / NS_PER_MS;
    int64_t until_ms;

    if (backoff_bot_add(backoff_of(sender, &call->bot_id), call->chat_id, now_ms,
                        now_ms + outcome->backoff_ms, &until_ms))
        outcome->pause_bot_ms = until_ms - now_ms;
}

static bool store(struct db *tx, void *arg, struct fault *fault)
{
    const struct sender_end *end = arg;

    return sender_store_end(tx, end, fault);
}

/* The text for the history of the chat. Absent if nothing was sent to a chat, or if the message is
 * confided. */
static struct slice history_text(const struct sender_call *call, const struct outcome *outcome,
                                 struct arena *arena)
{
    struct slice text;
    struct fault ignored;

    if (outcome->status != OUTBOX_SENT || call->chat_id == FIELD_ABSENT || call->confided ||
        !sent_text_read(call, arena, &text, &ignored))
        return SLICE_NONE;
    return text;
}

void sender_finish_call(struct sender *sender, const struct sender_call *call,
                        const struct call_result *result, const struct uuid *owner, bool lapsed)
{
    AUTO(arena_finish) struct arena arena;
    const struct call_info info = {.lane = call->lane,
                                   .tries = call->tries,
                                   .on_unknown = call->on_unknown,
                                   .edits = outcome_edits(call->method),
                                   .edits_text = outcome_edits_text(call->method),
                                   .plain = call->plain,
                                   .has_instead = call->has_instead};
    struct outcome outcome = outcome_of_call(result, &info, digest_random_number());
    struct sender_end end = {.process = owner,
                             .id = call->id,
                             .bot_id = call->bot_id,
                             .chat_id = call->chat_id,
                             .lapsed = lapsed,
                             .result = result,
                             .outcome = &outcome};
    struct fault fault;

    arena_init(&arena, TASK_ARENA_MAX);
    end.text = history_text(call, &outcome, &arena);
    if (result->end == CALL_TOO_MANY && call->chat_id != FIELD_ABSENT)
        add_backoff(sender, call, &outcome);
    count_outcome(sender, result, &outcome);
    log_outcome(call, result->end, &outcome);
    for (int tries = 0; !db_transaction(sender->pool, store, &end, &fault); tries++) {
        if (tries == 0)
            log_fault(LOG_WARN, "sending_not_stored", &fault, SLICE_NONE);
        if (tries == STORE_TRIES_MAX || !fiber_sleep(STORE_PAUSE_MS * NS_PER_MS, &fault))
            return; /* the lease expires and the message becomes uncertain */
    }
}

/* --- the call --- */

static void make_call(struct sender_running *task, struct call_result *result)
{
    const struct sender_options *options = &task->sender->options;
    char token[BOT_TOKEN_MAX + 1];
    const struct bot *bot;
    struct fault fault;

    *result = (struct call_result){.end = CALL_NOT_SENT,
                                   .message_id = FIELD_ABSENT,
                                   .text = SLICE("The bot has no token now.")};
    if (!bots_find_id(options->bots, &task->call.bot_id, &bot, &fault) || !bot_has(bot, BOT_TOKEN))
        return;
    memcpy(token, bot->token, sizeof token); /* `bot` is borrowed only until the next wait */
    options->send(options->data, token, &task->call, &task->arena, result);
}

static void task_end(struct sender_running *task)
{
    struct sender *sender = task->sender;

    LIST_REMOVE(task, next);
    sender->running_count--;
    arena_finish(&task->arena);
    free(task);
    sender_wake(sender);
}

static void run_task(void *data)
{
    struct sender_running *task = data;
    struct call_result result;

    make_call(task, &result);
    sender_finish_call(task->sender, &task->call, &result, &task->sender->process, false);
    task_end(task);
}

static struct sender_running *task_create(struct sender *sender, const struct sender_call *call)
{
    struct sender_running *task = calloc(1, sizeof *task);

    if (task == NULL)
        return NULL;
    task->sender = sender;
    task->call = *call;
    arena_init(&task->arena, TASK_ARENA_MAX);
    task->call.method = arena_copy(&task->arena, call->method);
    task->call.parameters = arena_copy(&task->arena, call->parameters);
    if (call->markup.at != NULL)
        task->call.markup = arena_copy(&task->arena, call->markup);
    LIST_INSERT_HEAD(&sender->running, task, next);
    sender->running_count++;
    if (task->call.method.at != NULL && task->call.parameters.at != NULL &&
        (task->call.markup.at != NULL) == (call->markup.at != NULL))
        return task;
    task_end(task);
    return NULL;
}

void sender_start_call(struct sender *sender, const struct sender_call *call)
{
    const struct call_result not_begun = {.end = CALL_NOT_SENT,
                                          .message_id = FIELD_ABSENT,
                                          .text = SLICE("There was no room for the call.")};
    struct sender_running *task = task_create(sender, call);
    struct fault fault;

    /* No deadline: each wait inside has its own timeout. */
    if (task != NULL && fiber_start(sender->options.service->loop, run_task, task, INT64_MAX,
                                    "sender call", &fault))
        return;
    if (task != NULL)
        task_end(task);
    sender_finish_call(sender, call, &not_begun, &sender->process, false);
}

struct slice sender_running_ids(const struct sender *sender, char room[SENDER_ID_LIST_MAX])
{
    const struct sender_running *task;
    struct buf list;
    char id[UUID_TEXT_LEN + 1];

    buf_init_over(&list, room, SENDER_ID_LIST_MAX);
    buf_char(&list, '{');
    LIST_FOREACH (task, &sender->running, next) {
        if (list.len > 1)
            buf_char(&list, ',');
        uuid_format(&task->call.id, id);
        buf_text(&list, id);
    }
    buf_char(&list, '}');
    return buf_as_slice(&list);
}
