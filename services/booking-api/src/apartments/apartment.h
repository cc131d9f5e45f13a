// SPDX-License-Identifier: MIT
/* An apartment that is let to guests: its description, prices and rules.
 *
 * The struct is plain data. Its text and lists are borrowed from the request's arena. Money is in
 * tiyn. base/value.h defines absent values. Files:
 *   handlers/apartment_handlers.c  routes
 *   apartment_json.c               JSON fields and their bounds (apartments_json.h)
 *   apartment.c                    rules between fields; who may see and change an apartment
 *   apartment_store.c              SQL by id: read, lock, insert, update
 *   apartment_row.c                the columns that every SELECT of an apartment reads
 *   apartment_listed.h             the JSON of an apartment that is stored in its row
 *   calendar/apartment_list*.c     the list: filters, search by dates, pages
 * prices/stay_price.h computes the price of a stay, prices/rate.h applies seasons,
 * calendar/calendar.h shows which nights are free. */
#pragma once

#include <stdint.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/value.h"
#include "db/query.h"

#include "prices/stay_price.h"

struct api_caller;
struct change;

enum {
    APARTMENT_CODE_MAX = 32,
    APARTMENT_ROOMS_MAX = 50,
    APARTMENT_GUESTS_MAX = 100,
    APARTMENT_BUFFER_MAX = 30
};

/* The cancellation policies, in the order of apartment_policy_names. */
enum apartment_policy { POLICY_FLEXIBLE, POLICY_MODERATE, POLICY_STRICT };
extern const char *const apartment_policy_names[]; /* NULL-terminated */

/* The number, as an SQL literal, of the form of the stored JSON (apartment_listed.h). Increment it
 * when apartment_encode_stored_json() changes: a new field, another name, another order. Then add a
 * migration that calls apartment_set_shape() with the same number. */
#define APARTMENT_SHAPE "2"

struct apartment {
    struct uuid id;
    struct uuid tenant_id;
    struct uuid owner_id;
    struct slice code; /* for people, unique in the tenant: "ALM-7K2Q" */
    struct texts title;
    struct texts description;
    struct texts house_rules;
    struct slice city; /* slug */
    struct slice district;
    struct slice address;                /* in Russian */
    struct slice address_kz, address_en; /* may be absent; not read by lists */
    struct field_geo location;
    int64_t rooms;
    int64_t max_guests;
    int64_t included_guests; /* each guest beyond them pays extra_guest_fee; absent: max_guests */
    struct field_texts amenities;
    struct field_texts photos;
    int64_t base_price;      /* per night */
    int64_t weekend_price;   /* nights of Friday and Saturday; absent: base_price */
    int64_t extra_guest_fee; /* per extra guest and night; absent: none */
    int64_t cleaning_fee;    /* once per stay; absent: none */
    /* Left with the owner during the stay, not a part of the price; absent: none. */
    int64_t security_deposit;
    int64_t prepayment_percent;
    int64_t min_nights;
    int64_t max_nights;
    int32_t check_in_time; /* minutes after midnight */
    int32_t check_out_time;
    int64_t buffer_days;          /* nights kept free after a stay */
    int64_t advance_notice_hours; /* minimum time from now to the end of the check-in day */
    int64_t booking_window_days;  /* maximum number of days from today to the check-in day */
    bool instant_book;            /* false: owner or staff must agree */
    int cancellation_policy;      /* enum apartment_policy */
    struct slice timezone;        /* "Asia/Almaty" */
    bool is_active;
    struct texts check_in_info;  /* how to get in; guests see it only in their bookings */
    int64_t check_in_info_hours; /* guests see check_in_info from so many hours before check-in */
    int64_t version;
    int64_t created_at; /* microseconds UTC */
    int64_t updated_at;

    /* The members of the apartment's JSON that every reader sees, encoded. Set if they were read
     * from the row (apartment_listed.h) or have just been written, else absent. */
    struct slice listed;

    /* Set by lists of apartments, else FIELD_ABSENT: */
    int64_t total;      /* of the stay on the query's dates */
    int64_t deposit;    /* part of `total` to be paid in advance */
    int64_t free_until; /* end of free cancellation of the stay; absent: none, or it has passed */
    int64_t distance_m; /* from the query's `near` */

    /* Not in the JSON: the seasons (prices/rate.h). They are read by apartment_store_lock(),
     * apartment_store_find_with_rates_and_clock(), rate_store_find() and calendar_store_find();
     * other functions leave them empty. */
    const struct rate *rates;
    size_t rate_count;

    /* Not in the JSON: the apartment's local time by the database's now(). It is set by the
     * functions that read the seasons, except rate_store_find(), and by availability_store_find();
     * else it is DATE_ABSENT. Rules use no other clock. */
    int32_t local_day;    /* day number of the local date */
    int32_t local_minute; /* minutes after local midnight */
};

/* Views of an apartment's JSON. APARTMENT_PUBLIC, for guests and events, omits check_in_info and
 * check_in_info_hours. */
enum apartment_view { APARTMENT_PUBLIC, APARTMENT_PRIVATE };
/* The view that the caller gets. */
enum apartment_view apartment_view_for(const struct api_caller *caller);

/* --- SQL (apartment_store.c) --- */

/* Reads all columns of an apartment; text is in the arena. FAULT_NOT_FOUND "not_found" if the
 * tenant has no such apartment. */
bool apartment_store_find(struct db *db, const struct uuid *tenant_id, const struct uuid *id,
                          struct arena *arena, struct apartment *out,
                          struct fault *fault) MUST_CHECK;

/* Like apartment_store_find(), with seasons and local time, and locks the row (FOR NO KEY UPDATE)
 * until the transaction ends. Every writer of an apartment's occupancy takes this lock first. Lock
 * several apartments in the order of their ids. */
bool apartment_store_lock(struct change *change, const struct uuid *id, struct apartment *out,
                          struct fault *fault) MUST_CHECK;

/* Like apartment_store_find(), with seasons and local time. For answers that reserve no nights and
 * so need no lock. */
bool apartment_store_find_with_rates_and_clock(struct change *change, const struct uuid *id,
                                               struct apartment *out,
                                               struct fault *fault) MUST_CHECK;

/* Like apartment_store_lock(), with two more statements in the same round trip: `before` takes a
 * lock that must come first, `after` reads data that depends on the apartment. */
bool apartment_store_lock_with(struct change *change, const struct db_call *before,
                               const struct db_call *after, const struct uuid *id,
                               struct apartment *out, struct fault *fault) MUST_CHECK;

/* Inserts an apartment, generates its code if absent, and sets version, created_at and updated_at
 * as stored. FAULT_CONFLICT "code_taken", FAULT_INVALID "unknown_owner". */
bool apartment_store_insert(struct change *change, struct apartment *apartment,
                            struct fault *fault) MUST_CHECK;

/* Writes all fields of a locked apartment and, if it has seasons, replaces its rows in table
 * apartment_night, because their prices may have changed. Increments the version.
 * FAULT_PRECONDITION "version_mismatch" if the row has another version. */
bool apartment_store_update(struct change *change, struct apartment *apartment,
                            struct fault *fault) MUST_CHECK;

/* Returns an apartment with the API's default values (apartment_row.c); fields without a default
 * are absent. The body of a request is decoded over it. */
struct apartment apartment_defaults(void);

/* --- rules (apartment.c) --- */

/* Adds a problem for each pair of fields of a struct apartment that contradict each other. */
void apartment_check(const void *apartment, struct fault_list *problems);

/* The prices of the apartment, for stay_price_compute(). Seasons are borrowed from `apartment`. */
struct tariff apartment_tariff(const struct apartment *apartment);

/* The number of guests that the price of a night includes. */
int64_t apartment_included_guests(const struct apartment *apartment);

/* Whether the caller may see the apartment: guests see active ones, owners their own, staff all. */
bool apartment_visible(const struct apartment *apartment, const struct api_caller *caller);
/* Fails with FAULT_NOT_FOUND "not_found" unless apartment_visible(). */
bool apartment_check_visible(const struct api_caller *caller, const struct apartment *apartment,
                             struct fault *fault) MUST_CHECK;

/* Checks that the caller may change apartments of the owner `owner_id`: staff and this owner may.
 * FAULT_FORBIDDEN "forbidden". */
bool apartment_check_writable(const struct api_caller *caller, const struct uuid *owner_id,
                              struct fault *fault) MUST_CHECK;

/* Makes a code such as "ALM-7K2QXZ": the first letters of the city, then random characters from
 * `seed`, a new UUID. `.at` is NULL if the arena is full. */
struct slice apartment_code_generate(const struct uuid *seed, struct slice city,
                                     struct arena *arena);
