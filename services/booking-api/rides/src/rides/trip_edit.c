// SPDX-License-Identifier: MIT
#include "rides/trip_edit.h"

#include "ride_callers.h"
#include "rides/ride_store.h"
#include "rides/ride_wait.h"
#include "rides/trip_act.h"
#include "trips/trip_bounds.h"
#include "trips/trip_make.h"
#include "trips/trip_store.h"
#include "trips/trips_json.h"

bool trip_edit_begin(struct change *change, const struct uuid *id, struct db_rows *rows,
                     struct trip_edit *out, struct fault *fault)
{
    const struct move *move;
    struct trip_edit edit;
    struct trip_step last;

    if (!trip_lock(change, id, rows, &edit.was, &last, &edit.tally, fault))
        return false;
    const struct trip_moment moment = trip_moment_of(&edit.was);
    if (!change_if_match(change, edit.was.version, fault) ||
        !move_judge(&trip_machine, trip_state(&moment), TRIP_EDIT, move_who(change->caller), &move,
                    fault) ||
        !ride_store_expire_on(change->tx, id, fault))
        return false;
    edit.trip = edit.was;
    edit.trip.stops = edit.trip.prices = (struct field_list){0};
    edit.trip.seat_price = FIELD_ABSENT;
    *out = edit;
    return true;
}

static bool has_passengers(struct fault *fault, const char *detail)
{
    return fault_set(fault, FAULT_CONFLICT, "has_passengers", "%s", detail);
}

static bool is_above(const struct field_ints *loads, int64_t most)
{
    for (size_t i = 0; i < loads->count; i++)
        if (loads->items[i] > most)
            return true;
    return false;
}

/* Another size of what is sold. */
static bool resize(const struct trip_edit *edit, const struct trip *trip, bool *resized,
                   struct fault *fault)
{
    const struct trip *was = &edit->was;

    *resized = trip->seats != was->seats || trip->cargo_units != was->cargo_units ||
               trip->child_seats != was->child_seats;
    if (*resized && edit->tally.cars > 0)
        return has_passengers(fault, "Somebody has taken the whole car.");
    if (is_above(&was->seat_load, trip->seats) || is_above(&was->cargo_load, trip->cargo_units) ||
        is_above(&was->child_load, trip->child_seats))
        return has_passengers(fault, "More of it is sold already.");
    return true;
}

/* Another way, or other times. */
static bool move_stops(struct change *change, const struct trip_edit *edit, struct trip *trip,
                       struct fault *fault)
{
    struct fault_list problems;
    struct trip_rivals rivals;

    if (edit->tally.all > 0)
        return has_passengers(fault, "A trip that had a ride keeps its stops; delay moves them.");
    fault_list_init(&problems, change->arena);
    trip_judge_start(trip, change->now_us, change->caller->test_key, &problems);
    if (!fault_list_ok(&problems, fault) || !trip_lock_driver(change, trip, fault) ||
        !trip_store_rivals(change->tx, trip, &rivals, fault))
        return false;
    if (!uuid_is_nil(&rivals.busy))
        return trip_refuse_busy(change->arena, &rivals.busy, fault);
    trip->confirmed_at = FIELD_ABSENT;
    trip->delay_minutes = 0;
    return true;
}

static bool fits_car(struct change *change, struct trip *trip, struct db_rows *rows,
                     struct fault *fault)
{
    struct fault_list problems;
    int64_t car_seats;

    if (!trip_find_car(change, trip, rows, &car_seats, fault))
        return false;
    fault_list_init(&problems, change->arena);
    trip_judge_seats(trip, car_seats, &problems);
    return fault_list_ok(&problems, fault);
}

bool trip_edit_end(struct change *change, const struct trip_edit *edit, struct db_rows *rows,
                   struct trip *out, struct fault *fault)
{
    const struct trip *was = &edit->was;
    struct trip trip = edit->trip;
    auto_rows struct db_rows car_rows = {0};
    bool resized;

    const bool moved = trip.stops.items != NULL;
    const bool priced = trip.prices.items != NULL || trip.seat_price != FIELD_ABSENT;
    const bool other_car = !uuid_equal(&trip.car_id, &was->car_id);

    if (!moved)
        trip.stops = was->stops;
    if (priced)
        trip_settle(&trip);
    else
        trip_set_times(&trip);
    if (other_car)
        trip.free_cancel_at = trip.now;
    if (!resize(edit, &trip, &resized, fault) ||
        (moved && !move_stops(change, edit, &trip, fault)) ||
        ((other_car || resized) && !fits_car(change, &trip, &car_rows, fault)) ||
        ((moved || priced) && !trip_bounds_check(change, &trip, fault)) ||
        !trip_texts(&trip, change->arena, fault) ||
        !trip_store_update(change->tx, &trip, moved || priced, fault) ||
        ((moved || resized) && !trip_store_set_load(change->tx, &trip, moved, fault)) ||
        !trip_record(change, &trip, trip.status, "trip.changed",
                     trip_machine.actions[TRIP_EDIT].audit, (struct slice){0}, fault) ||
        (resized && !ride_wait_fill(change, &trip.id, fault)))
        return false;
    return trip_read_again(change, &trip, rows, out, fault);
}
