// SPDX-License-Identifier: MIT
#include "intake/update_sweeper.h"

#include "intake/update_store.h"

enum { EVERY_MS = 60000, LIMIT_MS = 20000, BATCHES_MAX = 200 };

static bool forget(struct db *tx, void *arg, struct fault *fault)
{
    return update_store_sweep(tx, arg, fault);
}

static bool run(void *data, struct fault *fault)
{
    const struct service *service = data;
    int64_t gone = UPDATE_SWEEP_MAX;
    bool due;
    if (!update_store_due(service->db, &due, fault))
        return false;
    for (int i = 0; due && i < BATCHES_MAX && gone == UPDATE_SWEEP_MAX; i++)
        if (!db_transaction(service->pool, forget, &gone, fault))
            return false;
    return true;
}

struct periodic *update_sweeper_start(struct service *service, struct fault *fault)
{
    const struct periodic_options options = {.name = "update_sweeper",
                                             .run = run,
                                             .data = service,
                                             .every_ms = EVERY_MS,
                                             .limit_ms = LIMIT_MS,
                                             .at_once = true};
    return periodic_start(service->loop, &options, fault);
}
