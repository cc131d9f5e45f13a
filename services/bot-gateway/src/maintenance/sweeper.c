// SPDX-License-Identifier: MIT
#include "maintenance/sweeper.h"

#include "db/transaction.h"

#include "dialogue/dialogue_store.h"
#include "history/history_store.h"
#include "inbox/update_store.h"
#include "notifications/notification_store.h"
#include "outbox/sender_store.h"

enum { EVERY_MS = 60000, LIMIT_MS = 20000, BATCHES_MAX = 200 };

/* `forgettable` looks without a lock whether there is anything; `forget` forgets a batch, `more`:
 * perhaps there is another. */
static const struct sweeper_row {
    bool (*forgettable)(struct db *db, bool *any, struct fault *fault);
    bool (*forget)(struct db *tx, bool *more, struct fault *fault);
} rows[] = {
    {update_store_forgettable,       update_store_forget      },
    {sender_store_forgettable,       sender_store_forget      },
    {history_store_forgettable,      history_store_forget     },
    {dialogue_store_forgettable,     dialogue_store_forget    },
    {notification_store_forgettable, notification_store_forget},
};

struct batch {
    const struct sweeper_row *row;
    bool more;
};

static bool forget(struct db *tx, void *arg, struct fault *fault)
{
    struct batch *batch = arg;

    return batch->row->forget(tx, &batch->more, fault);
}

static bool sweep(const struct service *service, const struct sweeper_row *row, struct fault *fault)
{
    struct batch batch = {.row = row};

    if (!row->forgettable(service->db, &batch.more, fault))
        return false;
    for (int i = 0; batch.more && i < BATCHES_MAX; i++)
        if (!db_transaction(service->pool, forget, &batch, fault))
            return false;
    return true;
}

static bool run(void *data, struct fault *fault)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (!sweep(data, &rows[i], fault))
            return false;
    return true;
}

struct periodic *sweeper_start(struct service *service, struct fault *fault)
{
    const struct periodic_options options = {.name = "sweeper",
                                             .run = run,
                                             .data = service,
                                             .every_ms = EVERY_MS,
                                             .limit_ms = LIMIT_MS,
                                             .at_once = true};
    return periodic_start(service->loop, &options, fault);
}
