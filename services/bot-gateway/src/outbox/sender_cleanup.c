// SPDX-License-Identifier: MIT
#include "db/transaction.h"

#include "outbox/sender_private.h"

enum { EXPIRE_BATCHES_MAX = 100 };

bool sender_renew_leases_of_calls(void *data, struct fault *fault)
{
    struct sender *sender = data;
    struct db_value running[SENDER_CALLS_MAX];
    const size_t count = sender_list_running_ids(sender, running);

    return count == 0 ||
           sender_store_renew_message_leases(sender->options.service->pool,
                                             db_array(DB_UUID, running, count), fault);
}

/* Finishes calls of processes that have ended. Telegram may have received such a call or not. */
static bool end_calls_of_dead_processes(struct sender *sender, struct fault *fault)
{
    const struct call_result unknown = {
        .end = TELEGRAM_UNCERTAIN,
        .message_id = FIELD_ABSENT,
        .text = SLICE("The process that sent it has ended."),
    };
    auto_rows struct db_rows rows = {0};
    struct db_value running[SENDER_CALLS_MAX];
    const size_t count = sender_list_running_ids(sender, running);

    if (!sender_store_find_lapsed_calls(sender->options.service->db,
                                        db_array(DB_UUID, running, count), &rows, fault))
        return false;
    for (int row = 0; row < rows.count; row++) {
        struct sender_call call;
        struct uuid owner;
        sender_store_read_lapsed_call(&rows, row, &call, &owner);
        sender_count_and_store_outcome(sender, &call, &unknown, &owner, true);
    }
    if (rows.count > 0)
        sender_wake(sender);
    return true;
}

static bool expire_batch_of_messages(struct db *tx, void *arg, struct fault *fault)
{
    return sender_store_expire_messages(tx, arg, fault);
}

static bool expire_all_due_messages(struct sender *sender, struct fault *fault)
{
    int64_t expired = 1;

    for (int i = 0; expired > 0 && i < EXPIRE_BATCHES_MAX; i++) {
        if (!db_transaction(sender->options.service->pool, expire_batch_of_messages, &expired,
                            fault))
            return false;
        sender->queue.counters[SENDER_EXPIRED].value += (double)expired;
    }
    return true;
}

bool sender_clean_up(void *data, struct fault *fault)
{
    struct sender *sender = data;
    struct sender_gauges gauges;

    if (!sender_store_read_gauges(sender->options.service->db, &gauges, fault))
        return false;
    sender->queue.oldest.value = gauges.oldest_s;
    sender->throttled.value = (double)gauges.throttled;
    sender->held.value = (double)gauges.held;
    return expire_all_due_messages(sender, fault) && end_calls_of_dead_processes(sender, fault);
}
