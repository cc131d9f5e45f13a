// SPDX-License-Identifier: MIT
/* Links, calls for help, places of cars, ratings and complaints on the wire. */
#pragma once

#include "json/fields.h"

#include "safety/safety.h"
#include "trips/trip.h"

/* What the POST of a link answers. */
void share_encode(struct slice url, int64_t expires_at, struct buf *out);
/* What those who have the link are shown: of its trip, whose texts are read, the stops from the
 * passenger's to his last, and where the car is, coarsely; a nil trip_id of `location`: nowhere. */
void shared_encode(const struct ride *ride, const struct trip *trip,
                   const struct location *location, struct buf *out);

/* Body of a call for help: struct sos over sos_defaults(). */
extern const struct fields sos_fields;
void sos_defaults(struct sos *sos);
/* What the one who called is told: its id, and whom to call beside. */
void sos_encode_call(const struct sos *sos, struct buf *out);
void sos_encode(const struct sos *sos, struct buf *out);
/* Writes `data` of an event: no place, no names. */
void sos_encode_event(const struct sos *sos, const struct ride *ride, struct buf *out);

/* Body of a driver's point: struct location. */
extern const struct fields location_fields;
void location_encode(const struct location *location, struct buf *out);

/* Body of a rating: struct rating. */
extern const struct fields rating_fields;
/* Sets tags_text of its tags, in the arena. */
bool rating_tags_text(struct rating *rating, struct arena *arena, struct fault *fault) MUST_CHECK;
void rating_encode(const struct rating *rating, struct buf *out);
/* Those of a ride by enum safety_side; NULL: none that the reader may see. */
void ratings_encode(const struct rating *const by_side[2], struct buf *out);

/* Body of a complaint: struct complaint. */
extern const struct fields complaint_fields;
void complaint_encode(const struct complaint *complaint, struct buf *out);
/* Writes `data` of an event: no text. */
void complaint_encode_event(const struct complaint *complaint, const struct uuid *ride_id,
                            struct buf *out);
