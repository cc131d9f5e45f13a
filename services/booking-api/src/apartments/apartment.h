// SPDX-License-Identifier: MIT
/* An apartment: what is let, for how much, and by which rules.
 *
 * The struct is plain data. Its text and lists are borrowed from the request's arena. Money is in
 * tiyn. base/value.h says which values are absent. Its files:
 *   handlers/apartment_handlers.c  the routes
 *   apartment_json.c               names and bounds on the wire (apartments_json.h)
 *   apartment.c                    rules between fields, who may see and change what
 *   apartment_store.c              SQL by id: read, lock, insert, update
 *   apartment_row.c                the columns that every SELECT of an apartment reads
 *   apartment_listed.h             what is kept of its JSON in its row
 *   apartment_record.c               event and audit of a change
 *   handlers/apartment_cache_read.c     the cached read by id
 *   calendar/apartment_list*.c      the list: filters, search by dates, pages
 * prices/stay_price.h computes what a stay costs, prices/rate.h its seasons, calendar/calendar.h
 * what its nights look like. */
#pragma once

#include <stdint.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/value.h"
#include "db/query.h"

#include "prices/stay_price.h"

struct api_caller;

enum {
    APARTMENT_CODE_MAX = 32,
    APARTMENT_ROOMS_MAX = 50,
    APARTMENT_GUESTS_MAX = 100,
    APARTMENT_BUFFER_MAX = 30
};

/* Indices into apartment_policy_names. */
enum apartment_policy { POLICY_FLEXIBLE, POLICY_MODERATE, POLICY_STRICT };
extern const char *const apartment_policy_names[]; /* NULL-terminated */

struct apartment {
    struct uuid id;
    struct uuid tenant_id;
    struct uuid owner_id;
    struct slice code; /* for people, unique in the tenant: "ALM-7K2Q" */
    struct texts title;
    struct texts description;
    struct slice city; /* slug */
    struct slice district;
    struct slice address;
    struct field_geo location;
    int64_t rooms;
    int64_t max_guests;
    int64_t included_guests; /* more of them pay extra_guest_fee; absent: follows max_guests */
    struct field_texts amenities;
    struct field_texts photos;
    int64_t base_price;      /* per night */
    int64_t weekend_price;   /* nights of Friday and Saturday; absent: base_price */
    int64_t extra_guest_fee; /* per extra guest and night; absent: none */
    int64_t cleaning_fee;    /* once per stay; absent: none */
    int64_t prepayment_percent;
    int64_t min_nights;
    int64_t max_nights;
    int32_t check_in_time; /* minutes after midnight */
    int32_t check_out_time;
    int64_t buffer_days;          /* nights kept free after a stay */
    int64_t advance_notice_hours; /* counted back from the end of the check-in day */
    int64_t booking_window_days;  /* from today to check-in */
    bool instant_book;            /* false: owner or staff must agree */
    int cancellation_policy;      /* enum apartment_policy */
    struct slice timezone;        /* "Asia/Almaty" */
    bool is_active;
    struct texts check_in_info; /* how to get in; guests read it in their bookings alone */
    int64_t version;
    int64_t created_at; /* microseconds UTC */
    int64_t updated_at;

    /* The members of its JSON that everybody is shown, encoded: set where they were read from the
     * row (apartment_listed.h) or have just been written, else absent. */
    struct slice listed;

    /* Set by a list, else FIELD_ABSENT. */
    int64_t total;      /* of the stay with the dates of the query */
    int64_t distance_m; /* from the place of the query */

    /* Not in the apartment's JSON: its seasons (prices/rate.h). They are read when the apartment is
     * locked and for its calendar, else there are none. */
    const struct rate *rates;
    size_t rate_count;

    /* Not in the apartment's JSON: the local time of the apartment by the database's now(), set
     * when the apartment is locked or its calendar is read, else DATE_ABSENT. Rules take the time
     * from here and never ask for it. */
    int32_t local_day;    /* day number of the local date */
    int32_t local_minute; /* minutes after local midnight */
};

/* Guests and readers of events are not shown check_in_info. */
enum apartment_view { APARTMENT_PUBLIC, APARTMENT_PRIVATE };
enum apartment_view apartment_view(const struct api_caller *caller);

/* --- SQL (apartment_store.c) --- */

/* The whole apartment, text copied into the arena. FAULT_NOT_FOUND "not_found" when the tenant has
 * no such apartment. */
bool apartment_store_find(struct db *db, const struct uuid *tenant_id, const struct uuid *id,
                          struct arena *arena, struct apartment *out,
                          struct fault *fault) MUST_CHECK;

/* The same inside a transaction, and the row is locked (FOR NO KEY UPDATE) until it ends: whoever
 * writes occupancy of the apartment does this first. Lock several in the order of their ids. */
bool apartment_store_lock(struct db *tx, const struct uuid *tenant_id, const struct uuid *id,
                          struct arena *arena, struct apartment *out,
                          struct fault *fault) MUST_CHECK;

/* The same without a lock: for answers that promise no nights. */
bool apartment_store_find_with_clock(struct db *db, const struct uuid *tenant_id,
                                     const struct uuid *id, struct arena *arena,
                                     struct apartment *out, struct fault *fault) MUST_CHECK;

/* The same as apartment_store_lock(), with two statements more in the same round trip: `before`
 * takes a lock that must come first, `after` reads what is needed of the locked apartment. */
bool apartment_store_lock_with(struct db *tx, const struct db_call *before,
                               const struct db_call *after, const struct uuid *tenant_id,
                               const struct uuid *id, struct arena *arena, struct apartment *out,
                               struct fault *fault) MUST_CHECK;

/* Writes a new apartment; an absent code is made; version and times are set in `apartment` as
 * stored. A code that is taken: FAULT_CONFLICT "code_taken"; an unknown owner: FAULT_INVALID
 * "unknown_owner". `now_us`: the transaction's now(), for what is kept of its JSON. */
bool apartment_store_insert(struct db *tx, int64_t now_us, struct arena *arena,
                            struct apartment *apartment, struct fault *fault) MUST_CHECK;

/* Writes all fields of a locked apartment over version `apartment->version`, which then becomes the
 * new one, and what its seasons come to at its prices. Another version in the table:
 * FAULT_PRECONDITION "version_mismatch". */
bool apartment_store_update(struct db *tx, int64_t now_us, struct arena *arena,
                            struct apartment *apartment, struct fault *fault) MUST_CHECK;

/* An apartment with every default of the API, and absent what has no default (apartment_row.c). A
 * body is decoded over it. */
struct apartment apartment_defaults(void);

/* --- rules (apartment.c) --- */

/* Adds each field that contradicts another one to `problems`. */
void apartment_check(const struct apartment *apartment, struct fault_list *problems);

/* What stay_price() needs of the apartment. The seasons are borrowed from it. */
struct tariff apartment_tariff(const struct apartment *apartment);

/* The number of guests that the price of a night includes. */
int64_t apartment_included_guests(const struct apartment *apartment);

/* Guests see active apartments, owners their own, staff all. */
bool apartment_visible(const struct apartment *apartment, const struct api_caller *caller);
/* The same as a fault: FAULT_NOT_FOUND. */
bool apartment_check_visible(const struct api_caller *caller, const struct apartment *apartment,
                             struct fault *fault) MUST_CHECK;

/* Staff may change every apartment, an owner his own, a guest none: else FAULT_FORBIDDEN
 * "forbidden". `owner_id` is the owner of the apartment. */
bool apartment_check_writable(const struct api_caller *caller, const struct uuid *owner_id,
                              struct fault *fault) MUST_CHECK;

/* A code such as "ALM-7K2QXZ": the first letters of the city, then random ones from `seed`, a fresh
 * UUID. `.at` is NULL when the arena is full. */
struct slice apartment_code_make(const struct uuid *seed, struct slice city, struct arena *arena);
