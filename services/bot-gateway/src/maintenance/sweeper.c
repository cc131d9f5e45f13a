// SPDX-License-Identifier: MIT
#include "maintenance/sweeper.h"

#include "db/batches.h"

#include "dialogue/dialogue_store.h"
#include "dialogue/relay_store.h"
#include "history/history_store.h"
#include "history/misunderstood_store.h"
#include "inbox/update_store.h"
#include "notifications/notification_store.h"
#include "outbox/sender_store.h"

enum { RUN_LIMIT_MS = 20000 };

static const struct db_statement *const statements[] = {
    &update_store_delete_old,          &sender_store_limit_inactive,
    &sender_store_cancel_old_confided, &sender_store_delete_old,
    &history_store_delete_old,         &history_store_delete_tombstones,
    &dialogue_store_clear_old,         &notification_store_delete_old,
    &relay_store_delete_old,           &relay_store_delete_old_talks,
    &misunderstood_store_delete_old,
};

static bool delete_old_rows(void *data, struct fault *fault)
{
    const struct service *service = data;
    struct fault later;
    bool well = true;

    for (size_t i = 0; i < ARRAY_LEN(statements); i++)
        if (!db_batches_run(service->pool, statements[i], SWEEPER_BATCH, well ? fault : &later))
            well = false; /* the other tables have their old rows deleted all the same */
    return well;
}

void sweeper_start(struct periodic *sweeper, struct service *service, int64_t every_ms)
{
    const struct periodic_task task = {"sweeper", delete_old_rows, every_ms, RUN_LIMIT_MS,
                                       .at_once = true};

    periodic_start(sweeper, service->loop, &task, service);
}
