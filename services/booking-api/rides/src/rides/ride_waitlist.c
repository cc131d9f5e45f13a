// SPDX-License-Identifier: MIT
#include <string.h>

#include "api/change.h"

#include "rides/ride_change.h"
#include "trips/trip_create.h"

struct ledger {
    int64_t seats[FARE_SEGMENTS_MAX];
    int64_t cargo[FARE_SEGMENTS_MAX];
    int64_t children[FARE_SEGMENTS_MAX];
};

static void copy_load(struct field_ints *load, int64_t *into)
{
    memcpy(into, load->items, load->count * sizeof *into);
    load->items = into;
}

size_t ride_waitlist_choose(const struct trip *trip, const struct ride *waiting, size_t count,
                            size_t *fits)
{
    struct trip filled = *trip;
    struct ledger ledger;
    struct ride_shortage shortage;
    struct fault fault;
    size_t chosen = 0;

    copy_load(&filled.seat_load, ledger.seats);
    copy_load(&filled.cargo_load, ledger.cargo);
    copy_load(&filled.child_load, ledger.children);
    for (size_t i = 0; i < count; i++) {
        const struct ride *ride = &waiting[i];
        if (!ride_has_room(&filled, ride, &shortage, &fault))
            continue;
        for (int64_t s = ride->from_stop; s < ride->to_stop; s++) {
            ledger.seats[s] += ride->seat_load;
            ledger.cargo[s] += ride->cargo_load;
            ledger.children[s] += ride->child_load;
        }
        fits[chosen++] = i;
    }
    return chosen;
}

bool ride_waitlist_assign(struct change *change, const struct db_rows *rows, struct fault *fault)
{
    size_t fits[RIDE_WAITLIST_MAX];
    struct trip trip;

    if (rows->count == 0)
        return true;
    struct ride *waiting = arena_alloc(change->arena, RIDE_WAITLIST_MAX * sizeof *waiting);
    if (waiting == NULL)
        return arena_fault(fault);
    const size_t count = ride_waitlist_store_read(rows, waiting);
    if (!trip_find_and_decode(change->tx, change->arena, &waiting[0].tenant_id, &waiting[0].trip_id,
                              &trip, fault))
        return false;
    const size_t chosen = ride_waitlist_choose(&trip, waiting, count, fits);
    return chosen == 0 || ride_waitlist_store_hold(change->tx, waiting, fits, chosen, fault);
}

bool ride_waitlist_fill(struct change *change, const struct uuid *trip_id, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    return ride_waitlist_store_begin(change->tx, trip_id, &rows, fault) &&
           ride_waitlist_assign(change, &rows, fault);
}
