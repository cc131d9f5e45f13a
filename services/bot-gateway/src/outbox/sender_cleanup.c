// SPDX-License-Identifier: MIT
#include "db/transaction.h"

#include "outbox/sender_private.h"

enum { EXPIRE_BATCHES_MAX = 100 };

static bool keep(struct db *tx, void *arg, struct fault *fault)
{
    const struct slice *ids = arg;

    return sender_store_keep(tx, *ids, fault);
}

bool sender_keep_leases(void *data, struct fault *fault)
{
    struct sender *sender = data;
    char room[SENDER_ID_LIST];
    struct slice ids = sender_flying_ids(sender, room);

    return sender->flying == 0 || db_transaction(sender->pool, keep, &ids, fault);
}

/* What may have been sent by a process that is gone. */
static bool give_back(struct sender *sender, struct fault *fault)
{
    const struct call_result unknown = {
        .end = CALL_UNKNOWN,
        .message_id = FIELD_ABSENT,
        .text = SLICE("The process that sent it has ended."),
    };
    auto_rows struct db_rows rows = {0};
    char room[SENDER_ID_LIST];

    if (!sender_store_lapsed(sender->options.service->db, sender_flying_ids(sender, room), &rows,
                             fault))
        return false;
    for (int row = 0; row < rows.count; row++) {
        struct sender_call call;
        struct uuid owner;
        sender_store_lapsed_read(&rows, row, &call, &owner);
        sender_settle(sender, &call, &unknown, &owner, true);
    }
    if (rows.count > 0)
        sender_wake(sender);
    return true;
}

static bool expire_some(struct db *tx, void *arg, struct fault *fault)
{
    return sender_store_expire(tx, arg, fault);
}

static bool expire(struct sender *sender, struct fault *fault)
{
    bool any;

    if (!sender_store_expiring(sender->options.service->db, &any, fault))
        return false;
    for (int i = 0; any && i < EXPIRE_BATCHES_MAX; i++) {
        int64_t ended;
        if (!db_transaction(sender->pool, expire_some, &ended, fault))
            return false;
        sender->counters[SENDER_EXPIRED].value += (double)ended;
        any = ended > 0;
    }
    return true;
}

bool sender_sweep(void *data, struct fault *fault)
{
    struct sender *sender = data;

    return expire(sender, fault) && give_back(sender, fault) &&
           sender_store_gauges(sender->options.service->db, &sender->gauges, fault);
}
