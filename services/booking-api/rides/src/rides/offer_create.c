// SPDX-License-Identifier: MIT
#include "api/change.h"
#include "base/now.h"

#include "places/route.h"
#include "rides/ride_change.h"
#include "trips/trip_create.h"

/* Finds a ride that is or was open to offers. FAULT_NOT_FOUND "not_found" for any other ride, so
 * that a driver cannot probe for it, and for rides of passengers excluded by a one-star rating. */
static bool find_ride_for_offer(struct change *change, const struct uuid *id, struct ride *ride,
                                struct fault *fault)
{
    struct ride_pair pair;

    if (!ride_store_find(change->tx, &change->caller->tenant_id, id, change->arena, ride, fault) ||
        !ride_pair_find(change->tx, &ride->tenant_id, &change->caller->actor_id,
                        ride->passenger.telegram_id, &pair, fault))
        return false;
    if (pair.is_excluded || ride->preferences.depart_to == FIELD_ABSENT)
        return ride_refuse_unknown(fault);
    return !pair.is_one_person || ride_refuse_own_trip(fault);
}

static bool refuse_unknown_trip(struct change *change, struct fault *fault)
{
    return fault_set_field(fault, change->arena, "trip_id", "unknown_trip",
                           "The driver has no such trip.");
}

/* Finds the driver's trip and checks that it serves both places of the ride. */
static bool read_and_check_trip(struct change *change, const struct ride *ride, struct offer *offer,
                                struct trip *trip, struct fault *fault)
{
    int64_t from, to;

    if (!trip_find_and_decode(change->tx, change->arena, &offer->tenant_id, &offer->trip_id, trip,
                              fault))
        return fault->kind == FAULT_NOT_FOUND ? refuse_unknown_trip(change, fault) : false;
    if (!uuid_equal(&trip->driver_id, &offer->driver_id) ||
        (trip->status != TRIP_SCHEDULED && trip->status != TRIP_STARTED))
        return refuse_unknown_trip(change, fault);
    if (!offer_find_stops(trip, ride, &from, &to))
        return fault_set_field(fault, change->arena, "trip_id", "stops_order",
                               "The trip does not go there.");
    if (ride->seats > trip->seats)
        return fault_set_field(fault, change->arena, "trip_id", "too_many_seats",
                               "The trip has %lld.", (long long)trip->seats);
    const struct trip_stop *stops = trip->stops.items;
    if (offer->depart_at != FIELD_ABSENT && offer->depart_at != stops[from].at)
        return fault_set_field(fault, change->arena, "depart_at", "outside_window",
                               "The trip leaves at another time.");
    offer->car_id = trip->car_id;
    offer->depart_at = stops[from].at;
    offer->arrive_at = stops[to].at;
    return true;
}

/* Checks that the car fits and that the new trip would not overlap another one. */
static bool check_car_and_driver_is_free(struct change *change, const struct ride *ride,
                                         const struct offer *offer, struct fault *fault)
{
    struct trip asked = {
        .driver_id = offer->driver_id,
        .car_id = offer->car_id,
        .departs_at = offer->depart_at,
        .busy_until = offer->arrive_at + TRIP_TURNAROUND_US,
    };
    int64_t seats;

    if (!trip_find_car(change, &asked, &seats, fault))
        return false;
    if (ride->seats > seats)
        return fault_set_field(fault, change->arena, "car_id", "too_many_seats",
                               "The car has %lld.", (long long)seats);
    return trip_check_driver_is_free(change, &asked, fault);
}

static bool check_departure_in_window(struct change *change, const struct ride *ride,
                                      const struct offer *offer, struct fault *fault)
{
    return offer_departs_in_window(&ride->preferences, offer->depart_at, change->now_us) ||
           fault_set_field(fault, change->arena, "depart_at", "outside_window",
                           "The departure is outside of the passenger's window.");
}

static struct offer offer_from_draft(const struct change *change, const struct uuid *ride_id,
                                     const struct offer_draft *asked)
{
    return (struct offer){
        .id = uuid_make(),
        .tenant_id = change->caller->tenant_id,
        .ride_id = *ride_id,
        .driver_id = change->caller->actor_id,
        .car_id = asked->car_id,
        .trip_id = asked->trip_id,
        .status = OFFER_PENDING,
        .price = asked->price,
        .depart_at = asked->depart_at == 0 ? FIELD_ABSENT : asked->depart_at,
        .arrive_at = FIELD_ABSENT,
        .sell_rest = asked->sell_rest,
    };
}

/* Sets the arrival by the duration of the tenant's route, or of the default route. */
static bool estimate_arrival(struct change *change, const struct ride *ride, struct offer *offer,
                             struct fault *fault)
{
    struct route route;

    if (!route_store_find_or_default(change->tx, &ride->tenant_id, place_find(ride->from_place),
                                     place_find(ride->to_place), &route, fault))
        return false;
    offer->arrive_at = offer->depart_at + route.minutes * 60 * US_PER_S;
    return true;
}

/* Checks that the offer is allowed, then its trip or car, its time and the driver's documents. */
static bool check_and_complete_offer(struct change *change, const struct driver *driver,
                                     const struct ride *ride, struct offer *offer,
                                     struct trip *trip, struct fault *fault)
{
    const bool on_trip = !uuid_is_nil(&offer->trip_id);

    if (!ride_check_action(change, ride, RIDE_OFFER, NULL, fault) ||
        !(on_trip ? read_and_check_trip(change, ride, offer, trip, fault)
                  : estimate_arrival(change, ride, offer, fault)))
        return false;
    return check_departure_in_window(change, ride, offer, fault) &&
           driver_may_drive(driver->status, driver->papers_until, trip_local_day(offer->arrive_at),
                            fault) &&
           (on_trip || check_car_and_driver_is_free(change, ride, offer, fault));
}

/* Accepts the offer at once under auto_accept. If the passenger has an overlapping ride, the offer
 * stays pending for the passenger to decide. */
static bool try_auto_accept(struct change *change, struct offer *offer, struct ride *ride,
                            struct fault *fault)
{
    struct ride_conflicts conflicts;

    if (!ride->preferences.auto_accept || offer->price > ride->preferences.price)
        return true;
    if (!offer_find_conflicts(change, offer, ride, &conflicts, fault))
        return false;
    if (!uuid_is_nil(&conflicts.overlapping))
        return true;
    if (!offer_accept(change, offer, false, ride, fault))
        return false;
    offer->status = OFFER_ACCEPTED;
    return true;
}

bool offer_create(struct change *change, const struct uuid *ride_id,
                  const struct offer_draft *asked, struct offer *out, struct fault *fault)
{
    struct offer offer = offer_from_draft(change, ride_id, asked);
    struct driver driver;
    struct trip trip;
    struct ride ride;

    if (change->caller->actor != RIDE_ACTOR_DRIVER)
        return fault_set(fault, FAULT_FORBIDDEN, "forbidden", "Drivers make offers.");
    if (asked->offer_seconds != FIELD_ABSENT && !change->caller->test_key)
        return fault_set_field(fault, change->arena, "offer_seconds", "unknown_field",
                               "For keys of tests only.");
    if (!find_ride_for_offer(change, ride_id, &ride, fault))
        return false;
    offer.passenger = ride.passenger.telegram_id;
    offer.passenger_phone = ride.passenger.phone;
    if (!offer_lock_parties_and_ride(change, &offer, &driver, &ride, fault))
        return fault->kind == FAULT_NOT_FOUND ? refuse_unknown_trip(change, fault) : false;
    if (!check_and_complete_offer(change, &driver, &ride, &offer, &trip, fault))
        return false;
    offer.expires_at = offer_valid_until(change->now_us,
                                         asked->offer_seconds != FIELD_ABSENT ? asked->offer_seconds
                                         : asked->minutes != FIELD_ABSENT     ? asked->minutes * 60
                                                                              : OFFER_S,
                                         ride.expires_at);
    if (!try_auto_accept(change, &offer, &ride, fault) ||
        !offer_store_supersede_and_insert(change, &offer, fault))
        return false;
    return offer_store_find(change, ride_id, &offer.id, out, fault);
}
