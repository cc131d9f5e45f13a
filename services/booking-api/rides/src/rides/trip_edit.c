// SPDX-License-Identifier: MIT
#include "base/number.h"

#include "rides/ride_change.h"
#include "trips/trip_create.h"

bool trip_edit_begin(struct change *change, const struct uuid *id, struct trip_edit *out,
                     struct fault *fault)
{
    struct trip_edit edit;

    if (!trip_lock(change, id, &edit.before, NULL, &edit.counts, fault))
        return false;
    if (!change_if_match(change, edit.before.version, fault) ||
        !transition_check(&trip_machine, trip_state(&edit.before), TRIP_EDIT,
                          transition_actor(change->caller), NULL, fault) ||
        !ride_store_expire_overdue_holds(change->tx, id, NULL, fault))
        return false;
    edit.trip = edit.before;
    edit.trip.stops = edit.trip.prices = (struct field_list){0};
    edit.trip.seat_price = FIELD_ABSENT;
    *out = edit;
    return true;
}

static bool refuse_has_passengers(struct fault *fault, const char *detail)
{
    return fault_set(fault, FAULT_CONFLICT, "has_passengers", "%s", detail);
}

static bool exceeds_capacity(const struct field_ints *loads, int64_t capacity)
{
    for (size_t i = 0; i < loads->count; i++)
        if (loads->items[i] > capacity)
            return true;
    return false;
}

static bool check_capacity_change(const struct trip_edit *edit, const struct trip *trip,
                                  bool *resized, struct fault *fault)
{
    const struct trip *before = &edit->before;

    *resized = trip->seats != before->seats || trip->cargo_units != before->cargo_units ||
               trip->child_seats != before->child_seats;
    if (*resized && edit->counts.cars > 0)
        return refuse_has_passengers(fault, "A ride takes the whole car.");
    if (exceeds_capacity(&before->seat_load, trip->seats) ||
        exceeds_capacity(&before->cargo_load, trip->cargo_units) ||
        exceeds_capacity(&before->child_load, trip->child_seats))
        return refuse_has_passengers(fault, "More is sold already.");
    return true;
}

/* Checks changed stops; resets the driver's confirmation and the delay, which refer to the old
 * times. */
static bool check_moved_stops_and_reset_delay(struct change *change, const struct trip_edit *edit,
                                              struct trip *trip, struct fault *fault)
{
    struct fault_list problems;

    if (edit->counts.all > 0)
        return refuse_has_passengers(fault,
                                     "A trip that had a ride keeps its stops; delay moves them.");
    fault_list_init(&problems, change->arena);
    trip_departure_check(trip, change->now_us, change->caller->test_key, &problems);
    if (!fault_list_ok(&problems, fault) || !trip_lock_and_check_driver(change, trip, fault) ||
        !trip_check_driver_is_free(change, trip, fault))
        return false;
    trip->confirmed_at = FIELD_ABSENT;
    trip->delay_minutes = 0;
    return true;
}

static bool check_fits_car(struct change *change, struct trip *trip, struct fault *fault)
{
    struct fault_list problems;
    int64_t car_seats;

    if (!trip_find_car(change, trip, &car_seats, fault))
        return false;
    fault_list_init(&problems, change->arena);
    trip_seats_check(trip, car_seats, &problems);
    return fault_list_ok(&problems, fault);
}

bool trip_edit_end(struct change *change, const struct trip_edit *edit, struct trip *out,
                   struct fault *fault)
{
    const struct trip *before = &edit->before;
    struct trip trip = edit->trip;
    bool resized;

    const bool moved = trip.stops.items != NULL;
    const bool priced = trip.prices.items != NULL || trip.seat_price != FIELD_ABSENT;
    const bool other_car = !uuid_equal(&trip.car_id, &before->car_id);

    if (!moved)
        trip.stops = before->stops;
    if (priced)
        trip_set_times_and_tariff(&trip);
    else
        trip_set_times(&trip);
    if (other_car)
        trip.free_cancel_at = number_max(trip.now, edit->counts.last_agreed_at);
    if (!check_capacity_change(edit, &trip, &resized, fault) ||
        (moved && !check_moved_stops_and_reset_delay(change, edit, &trip, fault)) ||
        ((other_car || resized) && !check_fits_car(change, &trip, fault)) ||
        ((moved || priced) && !trip_price_bounds_check(change, &trip, fault)) ||
        !trip_encode_stored_json(&trip, change->arena, fault) ||
        !trip_store_update(change->tx, &trip, moved || priced, fault) ||
        ((moved || resized) && !trip_store_set_capacity(change->tx, &trip, moved, fault)) ||
        !trip_record_step(change, &trip, trip.status,
                          other_car ? "trip.car_changed" : "trip.changed",
                          trip_machine.actions[TRIP_EDIT].audit, SLICE_NONE, fault) ||
        !ride_waitlist_hold_free_seats(change, &trip.id,
                                       fault)) /* trip_edit_begin() has expired holds */
        return false;
    return trip_reload(change, &trip, out, fault);
}
