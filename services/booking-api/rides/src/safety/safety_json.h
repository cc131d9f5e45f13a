// SPDX-License-Identifier: MIT
/* JSON of links, calls for help, car positions, ratings and complaints. */
#pragma once

#include "json/fields.h"

#include "safety/safety.h"
#include "trips/trip.h"

/* The answer to the POST of a link. */
void share_encode(struct slice url, int64_t expires_at, struct buf *out);
/* What holders of a link see: the stops from the passenger's first to the last, of a trip whose
 * texts are decoded, and the rounded position of the car, if `location` has a trip_id. */
void shared_encode(const struct ride *ride, const struct trip *trip,
                   const struct location *location, struct buf *out);

/* Body of a call for help: struct sos over sos_defaults(). */
extern const struct fields sos_fields;
void sos_defaults(struct sos *sos);
/* The answer to the caller: the id, and the emergency numbers. */
void sos_encode_call(const struct sos *sos, struct buf *out);
extern const struct fields sos_shown_fields; /* of an answer to staff */
extern const struct fields sos_event_fields; /* `data` of an event, without position and names */

/* Body of a driver's position: the place as an object, or its coordinates beside the time. */
struct location_body {
    struct location location; /* an absent place: see the coordinates */
    double lat, lon;
};
extern const struct fields location_fields;
extern const struct fields location_shown_fields; /* of an answer */

/* Body of a rating: struct rating. */
extern const struct fields rating_fields;
/* Sets tags_text from the tags, in the arena. */
bool rating_tags_text(struct rating *rating, struct arena *arena, struct fault *fault) MUST_CHECK;
extern const struct fields rating_shown_fields; /* of an answer */
/* The ratings of a ride by enum safety_side; NULL: none visible to the reader. */
void ratings_encode(const struct rating *const by_side[2], struct buf *out);

/* Body of a complaint: struct complaint. */
extern const struct fields complaint_fields;
extern const struct fields complaint_shown_fields; /* of an answer */
extern const struct fields complaint_event_fields; /* `data` of an event, without the text */
