// SPDX-License-Identifier: MIT
/* What keeps those who ride safe: links to follow a ride, calls for help, where the car is, what
 * one side says of the other.
 *   share_store.c      links
 *   sos_store.c        calls for help
 *   location_store.c   the last point of a car
 *   opinion_store.c    ratings and complaints
 *   safety_json.c      names and bounds on the wire; opinion_json.c those of ratings, complaints
 *   safety_ride.c      the ride that an action is about
 * The routes are handlers/share_handlers.c, sos_handlers.c, location_handlers.c and
 * opinion_handlers.c; which actions a ride has, and for whom, is moves/ride.h. */
#pragma once

#include <stdint.h>

#include "rides/ride.h"

/* --- links --- */

enum {
    SHARE_TOKEN_BYTES = 16, /* random: nobody guesses one */
    SHARE_TOKEN_LEN = 22,   /* of its text: base64url without padding (RFC 4648, 5) */
    SHARE_LINKS_MAX = 5     /* of a ride: one more ends the oldest */
};
#define SHARE_AFTER_US (INT64_C(6) * 3600 * 1000000) /* a link lives so long behind the arrival */

/* When the ride's links end, as its arrival stands now. */
int64_t share_until(const struct ride *ride);

/* A place as those who follow a ride are shown it: to 0.01 degree, about a kilometre. */
struct field_geo share_coarse(struct field_geo place);

/* --- calls for help --- */

/* Within so long the same side's next call is the same one. */
enum { SOS_AGAIN_S = 60, SOS_LIST_MAX = 100 };

enum safety_side { SAFETY_GUEST, SAFETY_DRIVER };
extern const char *const safety_side_names[]; /* NULL-terminated */

/* The side of a caller whom a move has let through: a passenger or a driver. */
enum safety_side safety_side_of(const struct api_caller *caller);

struct sos {
    struct uuid id;
    struct uuid ride_id;
    int side; /* enum safety_side */
    struct field_geo location;
    int64_t answered_at; /* FIELD_ABSENT: not yet */
    struct slice answered_by;
    int64_t version;
    int64_t created_at;
};

/* --- where the car is --- */

#define LOCATION_FROM_US  (INT64_C(1) * 3600 * 1000000) /* before the first departure */
#define LOCATION_AHEAD_US (INT64_C(60) * 1000000)       /* so far ahead a driver's clock may be */

struct location {
    struct uuid trip_id; /* nil: none is kept */
    struct field_geo place;
    int64_t at; /* by the driver's clock */
};

/* What a body must say: "bad_location" of 0, 0, which devices send that do not know; "out_of_range"
 * of a time ahead of `now`. */
bool location_check(const struct location *location, int64_t now, struct arena *arena,
                    struct fault *fault) MUST_CHECK;

/* --- what one side says of the other --- */

enum {
    RATING_TAGS_MAX = 5,
    COMPLAINTS_MAX = 10 /* of a side of a ride */,
    COMPLAINT_TEXT_MAX = 2000
};
#define RATING_SHOWN_US (INT64_C(7) * 24 * 3600 * 1000000) /* behind the end of the ride */

struct rating {
    struct uuid id;
    int side; /* enum safety_side: who says it */
    int64_t stars;
    struct field_texts tags;
    struct slice tags_text; /* JSON, as stored */
    struct slice text;
    int64_t created_at;
};

/* May the other side see a rating now? `both`: both have rated. */
bool rating_is_shown(bool both, int64_t ended_at, int64_t now);

extern const char *const complaint_about_names[]; /* NULL-terminated */
struct complaint {
    struct uuid id;
    int side; /* enum safety_side: who complains */
    int about;
    struct slice text;
    int64_t created_at;
};
