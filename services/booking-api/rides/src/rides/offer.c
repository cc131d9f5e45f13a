// SPDX-License-Identifier: MIT
#include "rides/offer.h"

#include "api/caller.h"
#include "base/now.h"

#include "places/route.h"
#include "ride_callers.h"

void offer_apply_clock(struct offer *offer)
{
    offer->status = offer_status_at(offer->status, offer->expires_at, offer->now);
    if (offer->status == OFFER_PENDING && !offer->ride_is_open)
        offer->status = OFFER_LOST;
    if (offer->status != OFFER_PENDING)
        offer->expires_at = FIELD_ABSENT;
}

bool offer_visible(const struct offer *offer, const struct api_caller *caller)
{
    if (caller->actor == RIDE_ACTOR_GUEST)
        return offer->passenger == caller->actor_number;
    if (caller->actor == RIDE_ACTOR_DRIVER)
        return uuid_equal(&offer->driver_id, &caller->actor_id);
    return api_caller_is_staff(caller);
}

void offer_draft_check(const struct offer_draft *draft, struct fault_list *problems)
{
    const bool has_car = !uuid_is_nil(&draft->car_id), has_trip = !uuid_is_nil(&draft->trip_id);

    if (has_car == has_trip)
        fault_list_add(problems, "car_id", "one_of_two", "A car for a new trip, or a trip.");
    if (!has_trip && (draft->depart_at == 0 || draft->depart_at == FIELD_ABSENT))
        fault_list_add(problems, "depart_at", "required", "When it leaves.");
    if (draft->minutes != FIELD_ABSENT && draft->offer_seconds != FIELD_ABSENT)
        fault_list_add(problems, "offer_seconds", "one_of_two", "minutes or offer_seconds.");
}

bool offer_in_window(const struct ride_preferences *preferences, int64_t depart_at, int64_t now)
{
    return depart_at > now && depart_at >= preferences->depart_from &&
           depart_at <= preferences->depart_to;
}

int64_t offer_arrives(const struct ride *ride, int64_t depart_at)
{
    const struct route road = route_usual(place_find(ride->from_place), place_find(ride->to_place));

    return depart_at + road.minutes * 60 * US_PER_S;
}

bool offer_stops(const struct trip *trip, const struct ride *ride, int64_t *from_stop,
                 int64_t *to_stop)
{
    const struct trip_stop *stops = trip->stops.items;
    int64_t from = -1;

    for (size_t i = 0; i < trip->stops.count; i++) {
        if (from >= 0 && slice_equal(stops[i].place, ride->to_place)) {
            *from_stop = from;
            *to_stop = (int64_t)i;
            return true;
        }
        if (slice_equal(stops[i].place, ride->from_place))
            from = (int64_t)i;
    }
    return false;
}
