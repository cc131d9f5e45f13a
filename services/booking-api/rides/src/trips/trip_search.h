// SPDX-License-Identifier: MIT
/* Query and results of the search for trips. */
#pragma once

#include "api/list.h"

#include "trips/trip.h"

enum trip_sort { TRIP_BY_DEPARTURE, TRIP_BY_PRICE };

struct trip_query {
    struct slice from; /* slugs; both absent: a list instead of a search */
    struct slice to;
    struct uuid driver_id; /* list only; nil: any */
    int statuses;          /* list only: bits of enum trip_status; 0: any */
    int32_t date;          /* local day; alternatively the two below */
    int64_t depart_from;   /* 0: absent */
    int64_t depart_to;
    int64_t seats;
    int64_t child_seats;
    int kind;          /* enum fare_kind */
    int64_t max_price; /* total of the order */
    int instant;       /* "true", "false"; -1: any */
    int full;          /* "true": includes full trips */
    int sort;          /* enum trip_sort */
    int64_t guest;     /* the passenger who searches; FIELD_ABSENT: another actor */
    struct list_page page;
};

#define TRIP_SEARCH_US (INT64_C(7) * 24 * 3600 * 1000000)

/* Sets depart_from and depart_to: the local day of `date`; without date and window, the next 7 days
 * for a search, and everything since TRIP_LONGEST_US ago for a list. */
void trip_query_set_window(struct trip_query *query, int64_t now);

/* Days before and after the window of a search without results. */
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
    struct slice driver_name;
    int64_t rating_sum;
    int64_t rating_count;
    int64_t trips_done;
    struct slice car_make;
    struct slice car_model;
    struct slice car_color;
    bool instant_book;
    struct slice warnings; /* JSON */
};

extern const struct db_shape trip_found_shape;

/* Results of `query`, whose window is set, in its order, at most `limit` after its cursor: rows of
 * a LIST_PAGE_OF statement. */
bool trip_search(struct db *db, const struct uuid *tenant_id, const struct trip_query *query,
                 int64_t limit, struct db_rows *rows, struct fault *fault) MUST_CHECK;
/* Counts results on the days up to TRIP_NEARBY_DAYS before and after the window of `query`, in
 * ascending order, without empty days. */
enum { TRIP_NEARBY_MAX = 2 * TRIP_NEARBY_DAYS + 2 };
bool trip_search_nearby(struct db *db, const struct uuid *tenant_id, const struct trip_query *query,
                        struct trip_nearby out[TRIP_NEARBY_MAX], size_t *count,
                        struct fault *fault) MUST_CHECK;
/* Text is borrowed from the rows. */
void trip_found_read(const struct db_rows *rows, int row, struct trip_found *out);
