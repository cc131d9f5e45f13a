// SPDX-License-Identifier: MIT
/* A feed: the calendar of another channel (Airbnb, Booking), read by its address, whose nights are
 * blocked here. The views feed_* for other services, and common/api/feed.h, are something else.
 *
 * feed_trust.h     which nights a feed holds, and whether it is trusted; pure
 * ical_read.h      an answer's bytes as nights; pure
 * feed_client.h    the call to the channel
 * feed_store.c     the SQL: feeds, their nights, the nights that they occupy
 * feed_apply.c     the outcome of a read as a change
 * feed_reader.h    the background task that reads feeds
 * conflict.h       nights of ours that a feed holds too */
#pragma once

#include "api/change.h"
#include "db/query.h"

#include "calendar/calendar.h"
#include "channels/feed_trust.h"

enum {
    FEED_URL_MAX = 2000,
    FEED_NAME_MAX = 200,
    FEED_WINDOW_DAYS = 731,    /* nights from today on that are read */
    FEEDS_PER_APARTMENT = 20,  /* feeds of an apartment */
    FEED_FIRST_READ_S = 60,    /* a new feed is read so long after its creation, unless asked */
    FEED_LEASE_S = 60,         /* a reader that has taken a feed for so long is considered dead */
    FEED_ASKED_PER_MINUTE = 6, /* reads that may be requested in a minute */
    FEED_VALIDATOR_MAX = 500,  /* bytes of an ETag or Last-Modified that is stored */
    FEED_NEXT_STAYS = 3        /* periods of nights that are shown */
};

/* What is shown: the verdict, or stale. In the order of feed_status_names. */
enum feed_status {
    FEED_STATUS_NEW,
    FEED_STATUS_OK,
    FEED_STATUS_SUSPECT,
    FEED_STATUS_FAILING,
    FEED_STATUS_STALE
};
extern const char *const feed_status_names[];
extern const char *const feed_verdict_names[];
extern const char *const feed_answer_names[];
extern const char *const feed_ends_names[];

struct feed {
    struct uuid id;
    struct uuid tenant_id;
    struct uuid apartment_id;
    struct uuid owner_id; /* of the apartment */
    struct slice url;     /* a secret of the channel: never in an answer, event or log */
    struct slice host;
    int channel;
    struct slice name; /* may be absent */
    bool ends_inclusive;
    int ends_guess; /* enum ical_ends */
    int status;     /* enum feed_status, by the database's clock */
    int verdict;    /* enum feed_verdict */
    int last;       /* enum feed_answer */
    bool trusted;
    int announced; /* enum feed_status of the last event; FEED_STATUS_NEW: none */
    int previous;  /* of an event: `announced` before it */
    struct slice last_error;
    int64_t reads; /* that were applied */
    int64_t last_read_at;
    int64_t last_success_at;
    struct slice etag;
    struct slice last_modified;
    int64_t nights;          /* that the feed holds from today on */
    struct slice next_stays; /* JSON list of the first FEED_NEXT_STAYS periods of these nights;
                                absent unless feed_store_read_next_stays() has read it */
    int32_t day;             /* the apartment's local date of the last read; DATE_ABSENT: none */
    int32_t today;           /* the apartment's local date */
    struct slice timezone;
    int64_t version;
    int64_t created_at;
    int64_t updated_at;
};

/* --- SQL (feed_store.c). Text is in the arena or, in a task's rows, borrowed --- */

extern const struct db_shape feed_shape;
/* Statement for list_reply(): the feeds of an apartment, newest first. Value: apartment_id. */
extern const struct db_statement feed_list_statement;

/* FAULT_NOT_FOUND "not_found" if the apartment has no such feed. */
bool feed_store_find(struct db *db, const struct uuid *apartment_id, const struct uuid *id,
                     struct arena *arena, struct feed *out, struct fault *fault) MUST_CHECK;
/* Sets next_stays, which costs more than all the rest of a feed, so only an answer about this feed
 * alone has it. The text is in the arena. */
bool feed_store_read_next_stays(struct db *db, struct feed *feed, struct arena *arena,
                                struct fault *fault) MUST_CHECK;
/* Also locks it. The apartment must be locked. */
bool feed_store_lock(struct db *tx, const struct uuid *apartment_id, const struct uuid *id,
                     struct arena *arena, struct feed *out, struct fault *fault) MUST_CHECK;

/* Inserts a feed of a locked apartment, which is stale after `stale_s` without a success.
 * FAULT_CONFLICT "too_many_feeds", "already_connected". */
bool feed_store_insert(struct db *tx, const struct feed *feed, int64_t stale_s,
                       struct fault *fault) MUST_CHECK;

/* Writes url, host, channel, name and ends_inclusive of a locked feed. If `is_new`, also forgets
 * what earlier answers said, but not the nights that the feed holds.
 * FAULT_CONFLICT "already_connected". */
bool feed_store_update(struct db *tx, const struct feed *feed, bool is_new,
                       struct fault *fault) MUST_CHECK;

/* Deletes the feed's address and nights, and frees the nights that no other feed holds. */
bool feed_store_delete(struct db *tx, const struct feed *feed, struct fault *fault) MUST_CHECK;

/* Counts a requested read. `allowed` becomes false if FEED_ASKED_PER_MINUTE was reached. */
bool feed_store_count_asked(struct db_pool *pool, const struct uuid *id, bool *allowed,
                            struct fault *fault) MUST_CHECK;

/* Takes the feed that is due for the longest time, and leases it for FEED_LEASE_S. `found` becomes
 * false if none is due. */
bool feed_store_take_due(struct db_pool *pool, struct arena *arena, struct feed *out, bool *found,
                         struct fault *fault) MUST_CHECK;
bool feed_store_has_due(struct db *db, int64_t *due, struct fault *fault) MUST_CHECK;

/* The nights that the feed holds. */
bool feed_store_read_nights(struct db *tx, const struct feed *feed, struct arena *arena,
                            struct feed_state *out, struct fault *fault) MUST_CHECK;

/* How a read is stored. */
struct feed_written {
    const struct feed_judgement *judgement;
    bool is_read;      /* false: a person accepted what was read before */
    bool is_announced; /* the event of the present status is in the same transaction */
    bool sets_answer;  /* replace etag, last_modified and ends_guess */
    struct slice etag; /* may be absent, as last_modified */
    struct slice last_modified;
    int ends_guess;
    int64_t interval_s; /* until the next read */
    int64_t stale_s;    /* until the feed is stale without a further success */
};
bool feed_store_write(struct db *tx, const struct feed *feed, const struct feed_written *written,
                      struct fault *fault) MUST_CHECK;

/* Makes table occupancy agree with the nights of all feeds of a locked apartment, from today on:
 * frees, takes and relabels nights, opens and ends conflicts. Overdue holds must have been
 * expired. */
bool feed_store_settle(struct db *tx, const struct uuid *apartment_id,
                       struct fault *fault) MUST_CHECK;
/* Expires overdue holds on the nights that feeds may take. */
bool feed_store_expire_holds(struct db *tx, const struct uuid *apartment_id, int32_t today,
                             struct db_rows *expired, struct fault *fault) MUST_CHECK;

/* Finds a feed that has become stale and is not announced as such. */
bool feed_store_find_stale(struct db *db, struct arena *arena, struct feed *out, bool *found,
                           struct fault *fault) MUST_CHECK;
bool feed_store_write_stale(struct db *tx, struct feed *feed, struct fault *fault) MUST_CHECK;

/* --- the outcome of a read (feed_apply.c) --- */

struct feed_settings {
    int64_t interval_s; /* between two reads of a feed */
    int64_t stale_s;
};

/* What the call to the channel returned. */
struct feed_fetched {
    struct feed_reading reading;
    struct slice etag;
    struct slice last_modified;
    int ends_guess; /* enum ical_ends */
};

/* Applies a read, in a change: locks the apartment and the feed, judges, stores, and records an
 * event if the status has changed. If another read was applied since `asked` was read, or the
 * address has changed, nothing is applied. `feed` becomes the feed as stored. FAULT_NOT_FOUND. */
bool feed_apply(struct change *change, const struct feed_settings *settings,
                const struct feed *asked, const struct feed_fetched *fetched, struct feed *out,
                struct fault *fault) MUST_CHECK;

/* A person accepts what a suspect feed says. The feed is locked. FAULT_CONFLICT
 * "nothing_to_accept". */
bool feed_accept_said(struct change *change, const struct feed_settings *settings,
                      struct feed *feed, struct fault *fault) MUST_CHECK;

/* After a change of the nights that feeds of a locked apartment hold: feed_store_settle() with
 * expiry of holds. `today` is the apartment's local date. */
bool feed_settle(struct change *change, const struct uuid *apartment_id, int32_t today,
                 struct fault *fault) MUST_CHECK;

/* Records that the feed has become stale, unless it is no longer so. */
bool feed_announce_stale(struct change *change, const struct feed *found,
                         struct fault *fault) MUST_CHECK;

/* Records an event of the feed. */
bool feed_record(struct change *change, const char *event, const char *action,
                 const struct feed *feed, struct fault *fault) MUST_CHECK;
