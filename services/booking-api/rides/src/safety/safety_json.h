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
/* Writes `data` of an event, without position and names. */
void sos_encode_event(const struct sos *sos, const struct ride *ride, struct buf *out);

/* Body of a driver's position: struct location. */
extern const struct fields location_fields;
void location_encode(const struct location *location, struct buf *out);

/* Body of a rating: struct rating. */
extern const struct fields rating_fields;
/* Sets tags_text from the tags, in the arena. */
bool rating_tags_text(struct rating *rating, struct arena *arena, struct fault *fault) MUST_CHECK;
void rating_encode(const struct rating *rating, struct buf *out);
/* The ratings of a ride by enum safety_side; NULL: none visible to the reader. */
void ratings_encode(const struct rating *const by_side[2], struct buf *out);

/* Body of a complaint: struct complaint. */
extern const struct fields complaint_fields;
extern const struct fields complaint_shown_fields; /* of an answer */
/* Writes `data` of an event, without the text. */
void complaint_encode_event(const struct complaint *complaint, const struct uuid *ride_id,
                            struct buf *out);
