// SPDX-License-Identifier: MIT
/* The search for trips: what is asked, and what is found. */
#pragma once

#include "api/list.h"

#include "trips/trip.h"

enum trip_sort { TRIP_BY_DEPARTURE, TRIP_BY_PRICE };

struct trip_query {
    struct slice from; /* slugs; absent both: trips are listed, not searched */
    struct slice to;
    struct uuid driver_id; /* of a list; nil: any */
    int statuses;          /* of a list: bits of enum trip_status; 0: any */
    int32_t date;          /* local; or the two: */
    int64_t depart_from;   /* 0: absent */
    int64_t depart_to;
    int64_t seats;
    int64_t child_seats;
    int kind;          /* enum fare_kind */
    int64_t max_price; /* of what is asked */
    int instant;       /* "true", "false"; -1: any */
    int full;          /* "true": full ones too */
    int sort;          /* enum trip_sort */
    int64_t guest;     /* the passenger who asks; FIELD_ABSENT: somebody else */
    struct list_page page;
};

#define TRIP_SEARCH_US (INT64_C(7) * 24 * 3600 * 1000000)

/* Sets depart_from and depart_to of a date: its local day. Without one, and without a window: the
 * next 7 days; of a list all that may still be under way, and all behind them. */
void trip_window(struct trip_query *query, int64_t now);

/* Days around a search that found nothing. */
enum { TRIP_NEARBY_DAYS = 3 };
struct trip_nearby {
    int32_t date; /* local */
    int64_t trips;
};

/* An ordered pair of stops of a trip that can be booked now. */
struct trip_found {
    struct uuid trip_id;
    int64_t from_stop;
    int64_t to_stop;
    int64_t depart_at;
    int64_t arrive_at;
    int64_t free_seats;
    int64_t price; /* of what is asked */
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

/* Those of `query`, whose window is set, in its order, at most `limit` behind the page's place:
 * rows of a LIST_PAGE_OF statement. */
bool trip_search(struct db *db, const struct uuid *tenant_id, const struct trip_query *query,
                 int64_t limit, struct db_rows *rows, struct fault *fault) MUST_CHECK;
/* The same on the days up to TRIP_NEARBY_DAYS before and behind the window of `query`, without
 * those on which there is none: as many as `out` gets, in their order. */
enum { TRIP_NEARBY_MAX = 2 * TRIP_NEARBY_DAYS + 2 };
bool trip_search_nearby(struct db *db, const struct uuid *tenant_id, const struct trip_query *query,
                        struct trip_nearby out[TRIP_NEARBY_MAX], size_t *count,
                        struct fault *fault) MUST_CHECK;
/* Text is borrowed from the rows. */
void trip_found_read(const struct db_rows *rows, int row, struct trip_found *out);
