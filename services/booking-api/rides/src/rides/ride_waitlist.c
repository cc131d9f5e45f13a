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

static void point_load_to_copy(struct field_ints *load, int64_t *copy)
{
    memcpy(copy, load->items, load->count * sizeof *copy);
    load->items = copy;
}

size_t ride_waitlist_choose_fitting(const struct trip *trip, const struct ride *waiting,
                                    size_t count, size_t *chosen_indexes)
{
    struct trip filled = *trip;
    struct ledger ledger;
    struct ride_shortage shortage;
    struct fault fault;
    size_t chosen = 0;

    point_load_to_copy(&filled.seat_load, ledger.seats);
    point_load_to_copy(&filled.cargo_load, ledger.cargo);
    point_load_to_copy(&filled.child_load, ledger.children);
    for (size_t i = 0; i < count; i++) {
        const struct ride *ride = &waiting[i];
        if (!ride_has_room(&filled, ride, &shortage, &fault))
            continue;
        for (int64_t s = ride->from_stop; s < ride->to_stop; s++) {
            ledger.seats[s] += ride->seat_load;
            ledger.cargo[s] += ride->cargo_load;
            ledger.children[s] += ride->child_load;
        }
        chosen_indexes[chosen++] = i;
    }
    return chosen;
}

bool ride_waitlist_assign_seats_to_fitting(struct change *change, const struct db_rows *rows,
                                           size_t *held, struct fault *fault)
{
    size_t fits[RIDE_WAITLIST_MAX];
    struct trip trip;

    *held = 0;
    if (rows->count == 0)
        return true;
    struct ride *waiting = arena_alloc(change->arena, RIDE_WAITLIST_MAX * sizeof *waiting);
    if (waiting == NULL)
        return arena_fault(fault);
    const size_t count = ride_waitlist_store_read(rows, waiting);
    if (!trip_find_and_decode(change->tx, change->arena, &waiting[0].tenant_id, &waiting[0].trip_id,
                              &trip, fault))
        return false;
    *held = ride_waitlist_choose_fitting(&trip, waiting, count, fits);
    return *held == 0 || ride_waitlist_store_hold_seats(change->tx, waiting, fits, *held, fault);
}

bool ride_waitlist_hold_free_seats(struct change *change, const struct uuid *trip_id,
                                   struct fault *fault)
{
    auto_rows struct db_rows rows = {0};
    size_t held;

    return ride_store_expire_overdue_holds(change->tx, trip_id, &rows, fault) &&
           ride_waitlist_assign_seats_to_fitting(change, &rows, &held, fault);
}
