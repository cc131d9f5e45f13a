// SPDX-License-Identifier: MIT
#include "maintenance/sweeper.h"

#include "db/transaction.h"

#include "dialogue/dialogue_store.h"
#include "history/history_store.h"
#include "inbox/update_store.h"
#include "notifications/notification_store.h"
#include "outbox/sender_store.h"

enum { EVERY_MS = 60000, LIMIT_MS = 20000, BATCHES_MAX = 200 };

/* `has_old` checks without a lock; `delete_old` deletes a batch, `more`: there may be more. */
static const struct sweeper_row {
    bool (*has_old)(struct db *db, bool *any, struct fault *fault);
    bool (*delete_old)(struct db *tx, bool *more, struct fault *fault);
} rows[] = {
    {update_store_has_old,       update_store_delete_old      },
    {sender_store_has_old,       sender_store_delete_old      },
    {history_store_has_old,      history_store_delete_old     },
    {dialogue_store_has_old,     dialogue_store_delete_old    },
    {notification_store_has_old, notification_store_delete_old},
};

struct batch {
    const struct sweeper_row *row;
    bool more;
};

static bool delete_old(struct db *tx, void *arg, struct fault *fault)
{
    struct batch *batch = arg;

    return batch->row->delete_old(tx, &batch->more, fault);
}

static bool delete_all_old(const struct service *service, const struct sweeper_row *row,
                           struct fault *fault)
{
    struct batch batch = {.row = row};

    if (!row->has_old(service->db, &batch.more, fault))
        return false;
    for (int i = 0; batch.more && i < BATCHES_MAX; i++)
        if (!db_transaction(service->pool, delete_old, &batch, fault))
            return false;
    return true;
}

static bool run(void *data, struct fault *fault)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (!delete_all_old(data, &rows[i], fault))
            return false;
    return true;
}

void sweeper_start(struct periodic *sweeper, struct service *service)
{
    static const struct periodic_task task = {"sweeper", run, EVERY_MS, LIMIT_MS, .at_once = true};

    periodic_start(sweeper, service->loop, &task, service);
}
