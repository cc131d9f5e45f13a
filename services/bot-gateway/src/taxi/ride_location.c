// SPDX-License-Identifier: MIT
/* A location that a passenger sends, also as a venue or as a live location: the nearest place is
 * the start of the ride, or, if the start is known, the destination. */
#include "base/geo.h"

#include "taxi/ride.h"
#include "taxi/ride_steps.h"

enum { PLACE_NEAR_KM = 60 };

/* The nearest place within PLACE_NEAR_KM; NULL: none. */
static const struct city *find_nearest_place(const struct answer_cities *places,
                                             struct field_geo at)
{
    const struct city *found = NULL;
    double least = PLACE_NEAR_KM;

    for (size_t i = 0; i < places->count; i++) {
        const double km = geo_km(at, places->items[i].location);
        if (km <= least) { /* false for NAN, a place without location */
            found = &places->items[i];
            least = km;
        }
    }
    return found;
}

bool ride_take_location(struct talk *talk)
{
    struct ride *ride = talk->data;
    struct answer_cities places;

    if (!ride_fetch_places(talk, RIDE_PLACES_MAX, &places))
        return false;
    const struct city *place = find_nearest_place(&places, talk->input->update.location);
    if (place == NULL) {
        talk_add_paragraph(talk, TEXT_RIDE_PLACE_FAR);
        return talk_step(talk, ride->to.at != NULL && ride->from.at == NULL ? &ride_step_from
                                                                            : &ride_step_to);
    }
    const bool is_destination = ride->from.at != NULL && ride->to.at == NULL;
    struct slice *const end = is_destination ? &ride->to : &ride->from;
    const struct slice other = is_destination ? ride->from : ride->to;
    if (!slice_equal(place->slug, *end))
        ride->stops.count = 0;
    if (!slice_equal(place->slug, other))
        *end = place->slug;
    return ride_go_to_missing_answer(talk);
}
