// SPDX-License-Identifier: MIT
/* Safety of rides: links to follow a ride, calls for help, car positions, ratings and complaints.
 *   share_store.c      links
 *   sos_store.c        calls for help
 *   location_store.c   the last position of a car
 *   feedback_store.c   ratings and complaints
 *   safety_json.c      fields of JSON bodies; feedback_json.c those of ratings and complaints
 * The routes are in handlers/share_handlers.c, sos_handlers.c, location_handlers.c and
 * feedback_handlers.c. Text is borrowed from the rows. */
#pragma once

#include "base/digest.h"

#include "rides/ride.h"

/* --- links --- */

enum {
    SHARE_TOKEN_BYTES = 16, /* random, so that it cannot be guessed */
    SHARE_TOKEN_LEN = 22,   /* of its text: base64url without padding (RFC 4648, section 5) */
    SHARE_LINKS_MAX = 5     /* links of a ride; a further link ends the oldest one */
};
#define SHARE_AFTER_US (INT64_C(6) * 3600 * 1000000) /* time from the arrival to the expiry */

/* When the ride's links expire, if the ride arrives as now planned. */
int64_t share_valid_until(const struct ride *ride);

/* Inserts a link of the locked ride. Ends the oldest if there are SHARE_LINKS_MAX. */
bool share_store_insert_link(struct db *tx, const struct ride *ride, const struct uuid *link_id,
                             const uint8_t token_hash[DIGEST_SHA256_LEN],
                             struct fault *fault) MUST_CHECK;
/* Ends all links of the ride. Their ids are the first column of `ended`. */
bool share_store_end_links(struct db *tx, const struct uuid *ride_id, struct db_rows *ended,
                           struct fault *fault) MUST_CHECK;
/* Finds the ride by the hash of its link's token. FAULT_NOT_FOUND: there is no such link, or it has
 * ended. */
bool share_store_find_ride(struct db *db, const uint8_t token_hash[DIGEST_SHA256_LEN],
                           struct uuid *tenant_id, struct uuid *ride_id,
                           struct fault *fault) MUST_CHECK;

/* Rounds a position for holders of a link: to 0.01 degree, about a kilometre. */
struct field_geo share_round_position(struct field_geo position);

/* --- calls for help --- */

/* Calls of one side within SOS_AGAIN_S seconds of the first are one call, until staff answer it. */
enum { SOS_AGAIN_S = 60, SOS_LIST_MAX = 100 };

enum safety_side { SAFETY_GUEST, SAFETY_DRIVER };
extern const char *const safety_side_names[]; /* NULL-terminated */

/* The side of the caller, who must be a passenger or a driver (checked by transition_check()). */
enum safety_side safety_side_of(const struct api_caller *caller);

struct sos {
    struct uuid id;
    struct uuid ride_id;
    struct uuid trip_id; /* set only for an event */
    int side;            /* enum safety_side */
    struct field_geo location;
    int64_t answered_at; /* FIELD_ABSENT: not answered */
    struct slice answered_by;
    int64_t version;
    int64_t created_at;
};

/* Finds the side's latest unanswered call within the last SOS_AGAIN_S seconds; a nil out->id: there
 * is none. */
bool sos_store_find_recent(struct db *tx, const struct uuid *ride_id, enum safety_side side,
                           struct sos *out, struct fault *fault) MUST_CHECK;
/* Inserts a call; sets version and time as stored. */
bool sos_store_insert(struct db *tx, const struct uuid *tenant_id, struct sos *sos,
                      struct fault *fault) MUST_CHECK;
/* Writes the position of a stored call; sets its version. */
bool sos_store_update_location(struct db *tx, struct sos *sos, struct fault *fault) MUST_CHECK;

/* For list_reply_whole(): the calls of a ride, newest first. Values: ride, SOS_LIST_MAX. */
extern const struct db_statement sos_list_statement;
/* Marks unanswered calls of the ride, at most `calls_max`, as answered by `actor`. `answered`:
 * these calls. */
bool sos_store_mark_answered(struct db *tx, const struct uuid *ride_id, struct slice actor,
                             int64_t calls_max, struct db_rows *answered,
                             struct fault *fault) MUST_CHECK;
void sos_store_read(const struct db_rows *rows, int row, struct sos *out);

/* --- car positions --- */

/* A position may be at most this long after now, in case the clock of the device is fast. */
#define LOCATION_AHEAD_US (INT64_C(60) * 1000000)

struct location {
    struct uuid trip_id; /* nil: no position is stored */
    struct field_geo place;
    int64_t at; /* time of the position by the clock of the driver's device */
};

/* Validates a body. "bad_location": the position is 0, 0, which devices send when they do not know
 * it. "out_of_range": the time is more than LOCATION_AHEAD_US after `now`. */
bool location_check(const struct location *location, int64_t now, struct arena *arena,
                    struct fault *fault) MUST_CHECK;

/* Stores the position for the driver's current trip, unless a newer position is stored. Sets
 * `location` to the stored position. FAULT_CONFLICT "too_early": the driver has no trip under way
 * or departing within an hour. */
bool location_store_save_if_newer(struct db *tx, const struct uuid *tenant_id,
                                  const struct uuid *driver_id, struct location *location,
                                  struct fault *fault) MUST_CHECK;
/* Finds the position of a trip, unless it ended over an hour ago. A nil trip_id: there is none. */
bool location_store_find(struct db *db, const struct uuid *trip_id, struct location *out,
                         struct fault *fault) MUST_CHECK;
/* For db_batches_run(): deletes positions an hour after their trip ended. */
extern const struct db_statement location_store_delete_old;

/* --- ratings and complaints --- */

enum {
    RATING_TAGS_MAX = 5,
    COMPLAINTS_MAX = 10 /* for each side of a ride */,
    COMPLAINT_TEXT_MAX = 2000
};
/* A rating becomes visible this long after the end of the ride, or once both sides have rated. */
#define RATING_SHOWN_US (INT64_C(7) * 24 * 3600 * 1000000)

struct rating {
    struct uuid id;
    int side; /* enum safety_side: the author */
    int64_t stars;
    struct field_texts tags;
    struct slice tags_text; /* JSON, as stored */
    struct slice text;
    int64_t created_at;
};

/* Whether the other side may see a rating now. `both_rated`: both sides have rated. */
bool rating_is_shown(bool both_rated, int64_t ended_at, int64_t now);

/* Inserts a rating. FAULT_CONFLICT "already_rated": this side has rated. */
bool rating_store_insert(struct db *tx, const struct ride *ride, struct rating *rating,
                         struct fault *fault) MUST_CHECK;
/* Lists the ratings of a ride: at most two rows, one for each side. */
bool rating_store_list(struct db *db, const struct uuid *ride_id, struct db_rows *rows,
                       struct fault *fault) MUST_CHECK;
void rating_store_read(const struct db_rows *rows, int row, struct rating *out);
/* Adds passengers' ratings that have become visible to the drivers' averages, at most
 * `ratings_max`: those of the ride or, without a ride, of all rides. */
bool rating_store_add_visible_to_driver_averages(struct db *tx, const struct uuid *ride_id_or_nil,
                                                 int64_t ratings_max,
                                                 struct fault *fault) MUST_CHECK;

extern const char *const complaint_about_names[]; /* NULL-terminated */
struct complaint {
    struct uuid id;
    struct uuid ride_id;
    int side; /* enum safety_side: the author */
    int about;
    struct slice text;
    int64_t created_at;
};

/* Inserts a complaint. FAULT_CONFLICT "too_many_complaints": this side has COMPLAINTS_MAX. */
bool complaint_store_insert(struct db *tx, const struct ride *ride, struct complaint *complaint,
                            struct fault *fault) MUST_CHECK;
/* For list_reply_whole(): complaints of both sides, oldest first. Values: ride. */
extern const struct db_statement complaint_list_statement;

/* --- figures for alerts to staff (watch_store.c) --- */

struct watch_counts {
    int64_t sos_unanswered;
    int64_t trips_overdue;
    bool count; /* some ratings have become visible but are not in the drivers' averages yet */
};
bool watch_store_count_sos_and_overdue_trips(struct db *db, struct watch_counts *out,
                                             struct fault *fault) MUST_CHECK;
