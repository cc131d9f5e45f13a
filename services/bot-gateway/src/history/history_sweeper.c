// SPDX-License-Identifier: MIT
#include "history/history_sweeper.h"

#include "api/periodic.h"
#include "db/transaction.h"

#include "history/history_store.h"

enum { EVERY_MS = 60000, LIMIT_MS = 20000, BATCHES_MAX = 100 };

static bool forget(struct db *tx, void *more, struct fault *fault)
{
    return history_store_sweep(tx, more, fault);
}

static bool run(void *data, struct fault *fault)
{
    const struct service *service = data;
    bool more;

    if (!history_store_due(service->db, &more, fault))
        return false;
    for (int i = 0; more && i < BATCHES_MAX; i++)
        if (!db_transaction(service->pool, forget, &more, fault))
            return false;
    return true;
}

struct periodic *history_sweeper_start(struct service *service, struct fault *fault)
{
    const struct periodic_options options = {.name = "history_sweeper",
                                             .run = run,
                                             .data = service,
                                             .every_ms = EVERY_MS,
                                             .limit_ms = LIMIT_MS,
                                             .at_once = true};
    return periodic_start(service->loop, &options, fault);
}
