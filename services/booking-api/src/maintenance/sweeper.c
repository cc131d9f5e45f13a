// SPDX-License-Identifier: MIT
#include "maintenance/sweeper.h"

#include "api/batches.h"
#include "db/batches.h"

#include "apartments/apartment_listed.h"
#include "bookings/booking_change.h"
#include "bookings/quote.h"

enum { RUN_LIMIT_MS = 20000 };

static bool sweep_overdue_rows(void *data, struct fault *fault)
{
    static const struct api_batch holds = {booking_expire_holds_batch, BOOKING_EXPIRE_BATCH};
    static const struct api_batch stays = {booking_complete_stays_batch, BOOKING_EXPIRE_BATCH};
    static const struct api_batch outdated_listed = {apartment_store_refresh_json_batch,
                                                     APARTMENT_LISTED_BATCH};
    const struct service *service = data;
    struct api_changes *changes = service->changes;
    int64_t bookings, quotes;
    bool lists;

    if (service->stopping)
        return true;
    if (!booking_expire_store_has_due(service->db, &bookings, fault))
        return false;
    if (bookings != 0 &&
        (!api_batches_run(changes, &holds, fault) || !api_batches_run(changes, &stays, fault)))
        return false;
    if (!quote_store_has_old(service->db, &quotes, fault) ||
        (quotes != 0 &&
         !db_batches_run(service->pool, &quote_store_delete_old, QUOTE_DELETE_MAX, fault)))
        return false;
    return apartment_store_has_outdated_json(service->db, &lists, fault) &&
           (!lists || api_batches_run(changes, &outdated_listed, fault));
}

void sweeper_start(struct periodic *sweeper, struct service *service, int64_t every_ms)
{
    const struct periodic_task task = {"sweeper", sweep_overdue_rows, every_ms, RUN_LIMIT_MS,
                                       .at_once = false};

    periodic_start(sweeper, service->loop, &task, service);
}
