// SPDX-License-Identifier: MIT
#include "api/change.h"
#include "base/number.h"

#include "places/route.h"
#include "rides/ride_change.h"
#include "trips/trip_create.h"
#include "trips/trips_json.h"

bool offer_lock_parties_and_ride(struct change *change, const struct offer *offer,
                                 struct driver *driver, struct ride *ride, struct fault *fault)
{
    const bool known = offer->passenger != FIELD_ABSENT;

    if (!ride_store_lock_passenger(change, offer->passenger,
                                   known ? SLICE_NONE : offer->passenger_phone, fault) ||
        !driver_store_lock(change, &offer->driver_id, driver, fault))
        return false;
    if (!uuid_is_nil(&offer->trip_id) &&
        (!ride_store_lock_trip_load(change, &offer->trip_id, fault) ||
         !ride_waitlist_hold_free_seats(change, &offer->trip_id, fault)))
        return false;
    return ride_store_lock_ride_only(change, &offer->ride_id, ride, fault);
}

bool offer_find_conflicts(struct change *change, const struct offer *offer, const struct ride *ride,
                          struct ride_conflicts *out, struct fault *fault)
{
    if (!ride_store_find_conflicts(change->tx, ride, offer->depart_at, offer->arrive_at, out,
                                   fault))
        return false;
    if (ride->for_other)
        out->overlapping = (struct uuid){0};
    return true;
}

static struct fare_order order_from_ride(const struct ride *ride, int64_t offer_price)
{
    return (struct fare_order){
        .kind = ride->kind,
        .size = ride->parcel_size,
        .from_stop = ride->from_stop,
        .to_stop = ride->to_stop,
        .seats = ride->seats,
        .child_seats = ride->child_seats,
        .luggage = ride->luggage,
        .offer_price = offer_price,
    };
}

/* Builds the trip for an offer without a trip: from the ride's first place to its last, with room
 * for the ride. A seat costs the offer's price divided by the seats of the ride, or, if the ride
 * takes the whole car, by those of the car; if the ride is a parcel, `typical_price`. In a trip for
 * a parcel without sell_rest the driver confirms each passenger. */
static void draft_trip_for_offer(const struct offer *offer, const struct ride *ride,
                                 int64_t car_seats, int64_t typical_price, struct trip_stop *stops,
                                 struct trip *out)
{
    const struct fare_order order = order_from_ride(ride, offer->price);
    const bool parcel = ride->kind == FARE_PARCEL, car = ride->kind == FARE_WHOLE_CAR;
    const struct field_geo nowhere = {.lat = __builtin_nan(""), .lon = 0};

    trip_defaults(out);
    out->driver_id = offer->driver_id;
    out->car_id = offer->car_id;
    stops[0] = (struct trip_stop){ride->from_place, offer->depart_at, {0}, nowhere};
    stops[1] = (struct trip_stop){ride->to_place, offer->arrive_at, {0}, nowhere};
    out->stops = (struct field_list){stops, 2};
    out->seats = offer->sell_rest || parcel || car ? car_seats : ride->seats;
    out->cargo_units =
        number_max(TRIP_CARGO_DEFAULT, fare_order_cargo_units(&order, TRIP_CARGO_DEFAULT));
    out->child_seats = ride->child_seats;
    out->instant_book = offer->sell_rest || !parcel;
    out->tariff.prepayment_percent = 0;
    out->seat_price =
        parcel ? typical_price : fare_offer_seat_price(offer->price, car ? car_seats : ride->seats);
    if (car)
        out->tariff.car_price = offer->price;
}

/* Replaces a fault of the driver or the car by "offer_not_valid", unless the caller is the driver,
 * who can correct it. Conflicts stay. Returns false. */
static bool replace_fault_by_offer_not_valid(struct change *change, struct fault *fault)
{
    if (change->caller->actor == RIDE_ACTOR_DRIVER || fault->kind == FAULT_CONFLICT ||
        (fault->kind != FAULT_INVALID && fault->kind != FAULT_FORBIDDEN &&
         fault->kind != FAULT_NOT_FOUND))
        return false;
    return fault_set(fault, FAULT_CONFLICT, "offer_not_valid",
                     "The driver or the car may no longer drive.");
}

static bool create_trip_for_offer(struct change *change, const struct offer *offer,
                                  const struct ride *ride, struct trip *out, struct fault *fault)
{
    struct trip_stop *stops = arena_alloc(change->arena, 2 * sizeof *stops);
    struct route route;
    struct trip draft;
    struct car car;

    if (stops == NULL)
        return arena_fault(fault);
    if (!route_store_find_or_default(change->tx, &ride->tenant_id, place_find(ride->from_place),
                                     place_find(ride->to_place), &route, fault))
        return false;
    if (!car_store_find(change->tx, &offer->driver_id, &offer->car_id, change->arena, &car, fault))
        return replace_fault_by_offer_not_valid(change, fault);
    draft_trip_for_offer(offer, ride, car.seats, route.seat_typical, stops, &draft);
    return trip_create(change, &draft, true, out, fault) ||
           replace_fault_by_offer_not_valid(change, fault);
}

static bool find_trip_of_offer(struct change *change, const struct offer *offer, struct trip *out,
                               struct fault *fault)
{
    if (!trip_find_and_decode(change->tx, change->arena, &offer->tenant_id, &offer->trip_id, out,
                              fault))
        return false;
    if (out->status != TRIP_SCHEDULED && out->status != TRIP_STARTED)
        return fault_set(fault, FAULT_CONFLICT, "offer_not_valid", "The trip does not take place.");
    if (!uuid_equal(&out->car_id, &offer->car_id))
        return fault_set(fault, FAULT_CONFLICT, "offer_not_valid", "The trip has another car now.");
    return !out->driver_blocked ||
           fault_set(fault, FAULT_CONFLICT, "offer_not_valid", "The driver is blocked.");
}

/* Sets the stops, times, load and price that the ride has on the trip. */
static bool check_and_fill_ride_from_trip(struct change *change, const struct trip *trip,
                                          const struct offer *offer, struct ride *ride,
                                          struct fault *fault)
{
    const struct trip_stop *stops = trip->stops.items;
    struct ride_shortage shortage;
    struct fare fare;

    if (!offer_find_stops(trip, ride, &ride->from_stop, &ride->to_stop))
        return fault_set(fault, FAULT_CONFLICT, "offer_not_valid", "The trip goes elsewhere now.");
    if (stops[ride->from_stop].at <= ride->now)
        return fault_set(fault, FAULT_CONFLICT, "offer_not_valid", "The trip has left that stop.");
    if (ride->seats > trip->seats)
        return fault_set(fault, FAULT_CONFLICT, "offer_not_valid", "The trip has %lld seats now.",
                         (long long)trip->seats);
    const struct fare_order order = order_from_ride(ride, offer->price);

    ride->trip_id = trip->id;
    ride->depart_at = stops[ride->from_stop].at;
    ride->arrive_at = stops[ride->to_stop].at;
    ride->trip_arrives_at = trip->arrives_at;
    ride->policy = trip->policy;
    ride_set_loads(ride, trip, &order);
    if (!fare_compute_price(&trip->tariff, &order, &fare, fault))
        return false;
    ride->total = fare.total;
    ride->deposit = fare.deposit;
    if (!ride_has_room(trip, ride, &shortage, fault))
        return ride_add_full_segments(&shortage, change->arena, fault);
    return ride_encode_fare_lines(&fare, change->arena, &ride->lines, fault);
}

bool offer_accept(struct change *change, struct offer *offer, bool is_stored, struct ride *ride,
                  struct fault *fault)
{
    const bool made = uuid_is_nil(&offer->trip_id);
    struct ride before = *ride;
    struct trip trip;
    int to;

    if (!(made ? create_trip_for_offer(change, offer, ride, &trip, fault)
               : find_trip_of_offer(change, offer, &trip, fault)) ||
        !check_and_fill_ride_from_trip(change, &trip, offer, ride, fault))
        return false;
    before.deposit = ride->deposit;
    if (!transition_check(&ride_machine, ride_state(&before), RIDE_ACCEPT,
                          transition_actor(change->caller), &to, fault))
        return false;
    ride->status = to;
    ride->agreed_at = to == RIDE_CONFIRMED ? ride->now : FIELD_ABSENT;
    ride->expires_at = to == RIDE_CONFIRMED
                           ? FIELD_ABSENT
                           : ride_hold_until(ride->now, RIDE_ACCEPTED_HOLD_S, ride->depart_at);
    offer->trip_id = trip.id;
    struct offer_winner winner = {
        .driver_id = offer->driver_id,
        .trip_id = trip.id,
        .made = made,
        .depart_at = trip.departs_at,
        .busy_until = trip.arrives_at + TRIP_TURNAROUND_US,
    };
    if (is_stored)
        winner.id = offer->id;
    if (!ride_store_set_trip(change->tx, ride, fault) ||
        !ride_record_step(change, ride, RIDE_OPEN, ride_machine.actions[RIDE_ACCEPT].audit,
                          SLICE_NONE, fault) ||
        !offer_store_close_all(change, &ride->id, &winner, fault))
        return false;
    return !made || ride_add_match_events(change, &trip.id, fault);
}
