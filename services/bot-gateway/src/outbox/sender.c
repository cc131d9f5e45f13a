// SPDX-License-Identifier: MIT
#include <stdlib.h>

#include "base/auto.h"
#include "base/now.h"
#include "db/transaction.h"

#include "outbox/sender_private.h"

enum {
    ROUND_MS = 10000,
    BATCH_MAX = 32,    /* chats of a bot, and answers, that a round reads */
    WAITING_MAX = 256, /* chats that one round delays; the next round handles the others */
    CALL_ARENA_MAX = 1024 * 1024,
    STORE_TRIES_MAX = 1200
};

/* --- the lease --- */

/* Takes the sender's lease, or renews it after a third of its time. `held` is false while another
 * process has the lease. */
static bool take_or_renew_lease(struct sender *sender, bool *held, struct fault *fault)
{
    const int64_t now_ns = loop_now_ns(sender->options.service->loop);
    struct uuid previous;
    bool taken;

    *held = sender->held_ns != 0 && now_ns - sender->held_ns < SENDER_HOLD_MS * NS_PER_MS / 3;
    if (*held)
        return true;
    if (!sender_store_take_lease(sender->options.service->pool, &sender->process, &taken, &previous,
                                 fault))
        return false;
    const bool renewed = sender->held_ns != 0 && uuid_equal(&previous, &sender->process);
    if (taken && !renewed && !uuid_is_nil(&previous))
        rate_limit_empty_all_buckets(sender->limit,
                                     loop_now_ns(sender->options.service->loop) / NS_PER_US);
    sender->held_ns = taken ? now_ns : 0;
    *held = taken;
    return true;
}

static bool release_lease_if_held(struct sender *sender, struct fault *fault)
{
    if (sender->held_ns == 0)
        return true;
    if (!sender_store_release_lease(sender->options.service->pool, &sender->process, fault))
        return false;
    sender->held_ns = 0;
    return true;
}

/* --- a round --- */

struct round {
    struct sender *sender;
    size_t free_calls;
    size_t started_count;
    struct uuid started[SENDER_CALLS_MAX]; /* bots of the calls started in this round */
    int64_t next_ms;                       /* delay until the next round */
    size_t bot_count, answer_count, chat_count, wait_count;
    struct db_value bots[BOTS_MAX];
    struct db_value answers[SENDER_CALLS_MAX];
    struct db_value chats[SENDER_CALLS_MAX];
    struct db_value waiting[WAITING_MAX];
    struct db_value wait_ms[WAITING_MAX];
    struct db_rows calls;
};

static void bring_next_round_forward(struct round *round, int64_t after_ms)
{
    if (after_ms != FIELD_ABSENT && after_ms < round->next_ms)
        round->next_ms = after_ms > 0 ? after_ms : 0;
}

/* The number of calls that the bot may start now; SENDER_CALLS_MAX explains the rule. */
static size_t count_free_calls_of_bot(const struct round *round, const struct uuid *bot_id)
{
    const struct queue_call *call;
    size_t calls = 0;

    LIST_FOREACH (call, &round->sender->queue.calls, next)
        calls += uuid_equal(&((const struct sender_running *)call)->call.bot_id, bot_id);
    for (size_t i = 0; i < round->started_count; i++)
        calls += uuid_equal(&round->started[i], bot_id);
    return round->free_calls > calls ? (round->free_calls - calls + 1) / 2 : 0;
}

static void record_started_call(struct round *round, const struct uuid *bot_id)
{
    round->started[round->started_count++] = *bot_id;
    round->free_calls--;
}

static void list_bots_that_may_call(struct round *round)
{
    const struct bot *bots;
    struct fault ignored;
    size_t count;

    if (!bots_all(round->sender->options.bots, &bots, &count, &ignored))
        return;
    for (size_t i = 0; i < count; i++)
        if (bot_is_active_with(&bots[i], BOT_TOKEN) &&
            count_free_calls_of_bot(round, &bots[i].id) > 0)
            round->bots[round->bot_count++] = db_uuid(&bots[i].id);
}

static void choose_due_answers(struct round *round, const struct db_rows *answers)
{
    for (int row = 0; row < answers->count; row++) {
        const struct uuid id = db_get_uuid(answers, row, 0);
        const struct uuid bot_id = db_get_uuid(answers, row, 1);
        if (count_free_calls_of_bot(round, &bot_id) == 0)
            continue;
        round->answers[round->answer_count++] = db_uuid(&id);
        record_started_call(round, &bot_id);
    }
}

/* Adds a due chat to those that get a message, or to those that the rate limits delay. */
static void choose_or_delay_chat(struct round *round, const struct db_rows *chats, int row)
{
    struct sender *sender = round->sender;
    const int64_t now_us = loop_now_ns(sender->options.service->loop) / NS_PER_US;
    const struct uuid id = db_get_uuid(chats, row, 0);
    const struct uuid bot_id = db_get_uuid(chats, row, 1);
    bool of_bot;

    if (count_free_calls_of_bot(round, &bot_id) == 0)
        return;
    const int64_t wait_ms = rate_limit_take_token_or_get_wait_ms(
        sender->limit, &bot_id, db_get_int(chats, row, 2), now_us, &of_bot);
    if (wait_ms == RATE_LIMIT_GO) {
        round->chats[round->chat_count++] = db_uuid(&id);
        record_started_call(round, &bot_id);
        sender->last_bot = bot_id;
        return;
    }
    bring_next_round_forward(round, wait_ms);
    if (of_bot || round->wait_count == WAITING_MAX)
        return;
    round->waiting[round->wait_count] = db_uuid(&id);
    round->wait_ms[round->wait_count++] = db_int(wait_ms);
}

static bool claim_chosen_messages(struct db *tx, void *arg, struct fault *fault)
{
    struct round *round = arg;
    const struct sender_claim wanted = {
        .process = &round->sender->process,
        .answers = db_array(DB_UUID, round->answers, round->answer_count),
        .chats = db_array(DB_UUID, round->chats, round->chat_count),
        .waiting = db_array(DB_UUID, round->waiting, round->wait_count),
        .waits = db_array(DB_INT, round->wait_ms, round->wait_count),
    };

    db_rows_finish(&round->calls);
    return sender_store_claim_messages(tx, &wanted, &round->calls, fault);
}

/* Marks the chosen messages as being sent, commits, and starts their calls. */
static bool claim_and_send(struct round *round, struct fault *fault)
{
    if (round->answer_count + round->chat_count + round->wait_count == 0)
        return true;
    if (!db_transaction(round->sender->options.service->pool, claim_chosen_messages, round, fault))
        return false;
    for (int row = 0; row < round->calls.count; row++) {
        struct sender_call call;
        sender_store_read_call(&round->calls, row, &call);
        sender_start_call(round->sender, &call);
    }
    if (round->calls.count > 0)
        bring_next_round_forward(round, 0);
    return true;
}

/* The index of the first chat whose bot follows sender->last_bot; the chats are sorted by bot. The
 * number of chats if there is none. */
static int find_first_chat_of_next_bot(const struct sender *sender, const struct db_rows *chats)
{
    int row = 0;

    while (row < chats->count) {
        const struct uuid bot_id = db_get_uuid(chats, row, 1);
        if (memcmp(&bot_id, &sender->last_bot, sizeof bot_id) > 0)
            break;
        row++;
    }
    return row;
}

static bool send_due_messages(struct round *round, struct fault *fault)
{
    const size_t max = round->free_calls < BATCH_MAX ? round->free_calls : BATCH_MAX;
    AUTO(sender_due_finish) struct sender_due due = {0};

    if (!sender_store_find_due_messages(round->sender->options.service->db,
                                        db_array(DB_UUID, round->bots, round->bot_count),
                                        (int64_t)max, &due, fault))
        return false;
    bring_next_round_forward(round, due.next_ms);
    choose_due_answers(round, &due.answers);
    const int first = find_first_chat_of_next_bot(round->sender, &due.chats);
    for (int i = 0; i < due.chats.count; i++)
        choose_or_delay_chat(round, &due.chats, (first + i) % due.chats.count);
    return claim_and_send(round, fault);
}

static bool run_sending_round(void *data, struct fault *fault)
{
    struct sender *sender = data;
    auto_free struct round *round = fault_calloc(sizeof *round, "a round", fault);
    bool held;

    if (round == NULL)
        return false;
    if (sender->options.service->stopping)
        return release_lease_if_held(sender, fault);
    round->sender = sender;
    round->free_calls = SENDER_CALLS_MAX - sender->queue.call_count;
    round->next_ms = SENDER_POLL_MS;
    list_bots_that_may_call(round);
    if (round->bot_count == 0)
        return true;
    if (!take_or_renew_lease(sender, &held, fault))
        return false;
    if (!held)
        return true;
    const bool sent = send_due_messages(round, fault);
    db_rows_finish(&round->calls);
    if (!sent)
        return false;
    periodic_run_soon(&sender->queue.rounds, round->next_ms);
    return true;
}

void sender_wake(void *sender)
{
    queue_wake(sender);
}

/* --- start and stop --- */

static const struct queue_kind kind = {
    .round = {"sender",                                  run_sending_round, SENDER_POLL_MS, ROUND_MS,         .at_once = false},
    .cleanup = {                                  "sender sweep",                          sender_clean_up, SENDER_CLEANUP_MS,       ROUND_MS, .at_once = false                },
    .call = "sender call",
    .run = sender_run_call,
    .arena_max = CALL_ARENA_MAX,
    .unstored = "sending_not_stored",
    .store_tries = STORE_TRIES_MAX,
    .counter = "sending_total",
    .counter_help = "Calls to Telegram by outcome.",
    .labels = { [SENDER_SENT] = "outcome=\"sent\"",
              [SENDER_RETRIED] = "outcome=\"again\"",
              [SENDER_THROTTLED] = "outcome=\"parked\"",
              [SENDER_UNCERTAIN] = "outcome=\"uncertain\"",
              [SENDER_FAILED] = "outcome=\"failed\"",
              [SENDER_EXPIRED] = "outcome=\"expired\""},
    .oldest = "sending_oldest_seconds",
    .oldest_help = "Age of the oldest queued message.",
};

struct sender *sender_start(const struct sender_options *options, struct fault *fault)
{
    static const struct periodic_task leases = {"sender leases", sender_renew_leases_of_calls,
                                                SENDER_LEASE_MS / 3, ROUND_MS, .at_once = false};
    struct sender *sender = fault_calloc(sizeof *sender, "the sender", fault);

    if (sender == NULL)
        return NULL;
    sender->options = *options;
    sender->process = uuid_make();
    sender->limit = rate_limit_create(fault);
    if (sender->limit == NULL) {
        free(sender);
        return NULL;
    }
    metric_register_gauge(&sender->throttled, "sending_parked_chats", "Chats that back off.", NULL,
                          NULL);
    metric_register_gauge(&sender->held, "messages_held",
                          "Messages, broadcasts and updates held after a restore.", NULL, NULL);
    metric_register_counter(&sender->without_photo, "messages_without_photo_total",
                            "Messages whose photo Telegram has refused.", NULL);
    queue_start(&sender->queue, &kind, options->service);
    periodic_start(&sender->leases, options->service->loop, &leases, sender);
    return sender;
}

void sender_stop(struct sender *sender)
{
    if (sender == NULL || !queue_stop(&sender->queue))
        return;
    periodic_stop(&sender->leases);
    metric_unregister(&sender->throttled);
    metric_unregister(&sender->held);
    metric_unregister(&sender->without_photo);
    rate_limit_destroy(sender->limit);
    free(sender);
}
