// SPDX-License-Identifier: MIT
/* JSON of links, calls for help, car positions, ratings and complaints. */
#pragma once

#include "json/fields.h"

#include "safety/safety.h"
#include "trips/trip.h"

/* Writes what holders of a link see: the stops of the trip from the passenger's first to the last,
 * and, if location->trip_id is set, the rounded position of the car. Requires
 * trip_decode_stored_json().
 */
void shared_encode_ride(const struct ride *ride, const struct trip *trip,
                        const struct location *location, struct buf *out);

/* Body of a call for help, decoded into a struct sos with the values of sos_defaults(). */
extern const struct fields sos_fields;
void sos_defaults(struct sos *sos);
/* Writes the answer to the person who calls: the id of the call, and the emergency numbers. */
void sos_encode_reply(const struct sos *sos, struct buf *out);
extern const struct fields sos_shown_fields; /* of an answer to staff */
extern const struct fields sos_event_fields; /* `data` of an event, without position and names */

/* Body of a driver's position: either an object `location`, or `lat` and `lon` beside the time. */
struct location_body {
    struct location location; /* location.place is absent if the body has lat and lon instead */
    double lat, lon;
};
extern const struct fields location_fields;
extern const struct fields location_shown_fields; /* of an answer */

/* Body of a rating, decoded into a struct rating. */
extern const struct fields rating_fields;
extern const struct fields rating_shown_fields; /* of an answer */
/* Writes the ratings of a ride, indexed by enum safety_side; NULL: the reader may not see one of
 * this side, or there is none. */
void ratings_encode(const struct rating *const by_side[2], struct buf *out);

/* Body of a complaint, decoded into a struct complaint. */
extern const struct fields complaint_fields;
extern const struct fields complaint_shown_fields; /* of an answer */
extern const struct fields complaint_event_fields; /* `data` of an event, without the text */
