// SPDX-License-Identifier: MIT
/* Safety of rides: links to follow a ride, calls for help, car positions, ratings and complaints.
 *   share_store.c      links
 *   sos_store.c        calls for help
 *   location_store.c   the last position of a car
 *   feedback_store.c   ratings and complaints
 *   safety_json.c      fields of JSON bodies; feedback_json.c those of ratings and complaints
 *   safety_ride.c      the ride of an action
 * The routes are in handlers/share_handlers.c, sos_handlers.c, location_handlers.c and
 * feedback_handlers.c. transitions/ride.h decides which actions a ride allows. */
#pragma once

#include <stdint.h>

#include "rides/ride.h"

/* --- links --- */

enum {
    SHARE_TOKEN_BYTES = 16, /* random, so that it cannot be guessed */
    SHARE_TOKEN_LEN = 22,   /* of its text: base64url without padding (RFC 4648, section 5) */
    SHARE_LINKS_MAX = 5     /* of a ride: another one ends the oldest */
};
#define SHARE_AFTER_US (INT64_C(6) * 3600 * 1000000) /* lifetime after the arrival */

/* When the ride's links expire, by the current arrival time. */
int64_t share_until(const struct ride *ride);

/* Rounds a position for readers of a link: to 0.01 degree, about a kilometre. */
struct field_geo share_coarse(struct field_geo place);

/* --- calls for help --- */

/* Calls of one side within this time are one call. */
enum { SOS_AGAIN_S = 60, SOS_LIST_MAX = 100 };

enum safety_side { SAFETY_GUEST, SAFETY_DRIVER };
extern const char *const safety_side_names[]; /* NULL-terminated */

/* The side of a caller who passed transition_check(): a passenger or a driver. */
enum safety_side safety_side_of(const struct api_caller *caller);

struct sos {
    struct uuid id;
    struct uuid ride_id;
    int side; /* enum safety_side */
    struct field_geo location;
    int64_t answered_at; /* FIELD_ABSENT: not answered */
    struct slice answered_by;
    int64_t version;
    int64_t created_at;
};

/* --- car positions --- */

#define LOCATION_AHEAD_US (INT64_C(60) * 1000000) /* tolerance for a fast clock of the device */

struct location {
    struct uuid trip_id; /* nil: none stored */
    struct field_geo place;
    int64_t at; /* by the driver's device */
};

/* Validates a body: "bad_location" for 0, 0, which devices send without a fix; "out_of_range" for a
 * time after `now`. */
bool location_check(const struct location *location, int64_t now, struct arena *arena,
                    struct fault *fault) MUST_CHECK;

/* --- ratings and complaints --- */

enum {
    RATING_TAGS_MAX = 5,
    COMPLAINTS_MAX = 10 /* for each side of a ride */,
    COMPLAINT_TEXT_MAX = 2000
};
#define RATING_SHOWN_US (INT64_C(7) * 24 * 3600 * 1000000) /* after the end of the ride */

struct rating {
    struct uuid id;
    int side; /* enum safety_side: the author */
    int64_t stars;
    struct field_texts tags;
    struct slice tags_text; /* JSON, as stored */
    struct slice text;
    int64_t created_at;
};

/* May the other side see a rating now? `both`: both sides have rated. */
bool rating_is_shown(bool both, int64_t ended_at, int64_t now);

extern const char *const complaint_about_names[]; /* NULL-terminated */
struct complaint {
    struct uuid id;
    int side; /* enum safety_side: the author */
    int about;
    struct slice text;
    int64_t created_at;
};
