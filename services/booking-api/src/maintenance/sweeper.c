// SPDX-License-Identifier: MIT
#include "maintenance/sweeper.h"

#include "api/batches.h"

#include "apartments/apartment_listed.h"
#include "bookings/booking_expire.h"
#include "bookings/booking_expire_store.h"
#include "bookings/quote.h"

enum { SWEEP_MS = 20000 };

static bool sweep(void *data, struct fault *fault)
{
    static const struct api_batch holds = {booking_expire_batch, BOOKING_EXPIRE_BATCH};
    static const struct api_batch stays = {booking_complete_batch, BOOKING_EXPIRE_BATCH};
    static const struct api_batch old_quotes = {quote_store_sweep, QUOTE_SWEEP_MAX};
    static const struct api_batch old_lists = {apartment_store_relist, APARTMENT_RELIST_BATCH};
    const struct service *service = data;
    struct api_changes *changes = service->changes;
    bool bookings, quotes, lists;

    if (!booking_expire_store_due(service->db, &bookings, fault))
        return false;
    if (bookings && (!api_batches(changes, &holds, fault) || !api_batches(changes, &stays, fault)))
        return false;
    if (!quote_store_due(service->db, &quotes, fault) ||
        (quotes && !api_batches(changes, &old_quotes, fault)))
        return false;
    return apartment_store_relist_due(service->db, &lists, fault) &&
           (!lists || api_batches(changes, &old_lists, fault));
}

struct periodic *sweeper_start(struct service *service, int64_t every_ms, struct fault *fault)
{
    const struct periodic_options options = {.name = "sweeper",
                                             .run = sweep,
                                             .data = service,
                                             .every_ms = every_ms,
                                             .limit_ms = SWEEP_MS};

    return periodic_start(service->loop, &options, fault);
}
