// SPDX-License-Identifier: MIT
/* SQL of trips, and the search for trips. Text in a struct trip is borrowed from the rows or the
 * arena to which the trip was read. */
#pragma once

#include "api/list.h"
#include "api/steps.h"

#include "trips/trip.h"

enum trip_sort { TRIP_BY_DEPARTURE, TRIP_BY_PRICE };

struct trip_query {
    struct slice from; /* slugs; both absent: a list instead of a search */
    struct slice to;
    struct uuid driver_id; /* list only; nil: any */
    int statuses;          /* list only: bits of enum trip_status; 0: any */
    int32_t date;          /* local day of departure; FIELD_ABSENT32: see the window below */
    int64_t depart_from;   /* window of departure; FIELD_ABSENT: none */
    int64_t depart_to;
    int64_t seats;
    int64_t child_seats;
    int kind;          /* enum fare_kind */
    int size;          /* enum fare_size, of a parcel; -1: the smallest with a price */
    int64_t max_price; /* maximum total of the order, tiyn; FIELD_ABSENT: any */
    int instant;       /* "true", "false"; -1: any */
    int full;          /* "true": includes full trips */
    int sort;          /* enum trip_sort */
    bool bookable;     /* by departure, without trips on a closed road, which take no rides */
    int64_t guest;     /* account of the passenger who searches; FIELD_ABSENT: another actor */
    struct list_page page;
};

#define TRIP_SEARCH_US (INT64_C(7) * 24 * 3600 * 1000000)

/* Sets depart_from and depart_to. With `date`: that local day. With neither date nor window: for a
 * search, the next 7 days; for a list, everything since TRIP_LONGEST_US ago. */
void trip_query_set_window(struct trip_query *query, int64_t now);

/* FAULT_NOT_FOUND "not_found" if the tenant has no such trip. */
bool trip_store_find(struct db *db, const struct uuid *tenant_id, const struct uuid *id,
                     struct arena *arena, struct trip *out, struct fault *fault) MUST_CHECK;

/* Lists trips of a tenant, ordered by departure, one more than the page of `query` has. `query` is
 * not a search, and its window is set. `rows`: of a LIST_PAGE_OF statement whose SELECT has
 * `trip_listed_columns` columns. */
bool trip_store_list(struct db *db, const struct uuid *tenant_id, const struct trip_query *query,
                     struct db_rows *rows, struct fault *fault) MUST_CHECK;
extern const int trip_listed_columns;
/* Reads a row of trip_store_list(), including confirmed_rides. Text is borrowed. */
void trip_store_read_listed(const struct db_rows *rows, int row, struct trip *out);

/* Finds the trip and locks its driver, its load and then the trip. If the caller is a driver, but
 * not the trip's driver, locks nothing and returns "not_found". */
bool trip_store_lock(struct change *change, const struct uuid *id, struct trip *out,
                     struct step_last *last_or_null, struct fault *fault) MUST_CHECK;

/* Sets trip->warnings of a stored trip; the text is in the arena. */
bool trip_store_read_warnings(struct db *tx, struct arena *arena, struct trip *trip,
                              struct fault *fault) MUST_CHECK;

/* Finds other trips of the locked driver. `live_count`: the number of scheduled and started trips.
 * `overlapping_id`: one of these at the same time as `trip`; nil: there is none. */
bool trip_store_find_other_trips(struct db *tx, const struct trip *trip, int64_t *live_count,
                                 struct uuid *overlapping_id, struct fault *fault) MUST_CHECK;

/* Inserts the trip, its load and its legs. Sets the stored version and times. FAULT_CONFLICT
 * "driver_busy": from the constraint, for writers that bypass the driver's lock. */
bool trip_store_insert(struct db *tx, struct trip *trip, struct fault *fault) MUST_CHECK;

/* Writes a locked trip; with `replaces_legs`, because stops or prices have changed, also its legs.
 * Sets version and updated_at. FAULT_CONFLICT "driver_busy"; "changed_meanwhile": the row's version
 * differs. */
bool trip_store_update(struct db *tx, struct trip *trip, bool replaces_legs,
                       struct fault *fault) MUST_CHECK;

/* Writes the capacity of a locked trip's segments. With `has_no_load` the number of segments may
 * change. FAULT_CONFLICT "has_passengers", from the constraint: the load exceeds the
 * capacity. */
bool trip_store_set_capacity(struct db *tx, const struct trip *trip, bool has_no_load,
                             struct fault *fault) MUST_CHECK;

extern const struct db_statement trip_step_statement;    /* for struct step_table */
extern const struct db_statement trip_history_statement; /* for steps_reply() */

/* --- the search (trip_search_store.c) --- */

/* A search without results also counts trips this many days before and after its window. */
enum { TRIP_NEARBY_DAYS = 3 };
struct trip_nearby {
    int32_t date; /* local day */
    int64_t trips;
};

/* A pair of stops of a trip that can be booked now. */
struct trip_found {
    struct uuid trip_id;
    int64_t from_stop;
    int64_t to_stop;
    int64_t depart_at;
    int64_t arrive_at;
    int64_t free_seats;
    int64_t price; /* for the order searched for */
    struct driver_view driver;
    struct car_view car;
    bool instant_book;
    struct slice warnings; /* JSON */
};

extern const struct db_shape trip_found_shape;
/* {legs}: a SELECT of the pairs of stops of trips that depart in the window, with price and free
 * room; if {bookable}, without trips on a closed road. {fits}: a condition on a row of {legs}: it
 * has a price of at most {max_price}, and room for the order, or, if {full} is true, would have it
 * without other rides; a whole car only from the first stop to the last. {item}: a SELECT of
 * trip_found_shape from the rows `found`. The statement that uses these parts supplies the values
 * of the order, such as {seats}, as parameters or further parts. */
extern const struct db_part trip_search_parts[];

/* Finds at most `limit` results of `query`, whose window is set, in the order of query->sort after
 * the cursor of query->page. `rows`: of a LIST_PAGE_OF statement. */
bool trip_search(struct db *db, const struct uuid *tenant_id, const struct trip_query *query,
                 int64_t limit, struct db_rows *rows, struct fault *fault) MUST_CHECK;
/* Finds at most `limit` bookable results of `query`, whose window is set: those that depart nearest
 * to the time `wanted` first. */
bool trip_search_nearest(struct db *db, const struct uuid *tenant_id,
                         const struct trip_query *query, int64_t wanted, int64_t limit,
                         struct db_rows *rows, struct fault *fault) MUST_CHECK;
enum { TRIP_NEARBY_MAX = 2 * TRIP_NEARBY_DAYS + 2 };
/* Counts the results that are bookable on each day up to TRIP_NEARBY_DAYS before and after the
 * window of `query`. The days are ascending; days without results are omitted. */
bool trip_search_count_nearby_days(struct db *db, const struct uuid *tenant_id,
                                   const struct trip_query *query,
                                   struct trip_nearby days[TRIP_NEARBY_MAX], size_t *count,
                                   struct fault *fault) MUST_CHECK;
/* Reads a row of trip_search(). Text is borrowed from the rows. */
void trip_found_read(const struct db_rows *rows, int row, struct trip_found *out);
