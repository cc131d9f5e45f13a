// SPDX-License-Identifier: MIT
/* The list of flats: what may be asked (apartment_list_json.c), whether it makes sense
 * (apartment_list.c), the SQL (apartment_list_store.c), the route (apartment_list_handlers.c). */
#pragma once

#include "api/list.h"

#include "flats/apartment.h"
#include "flats/apartment_row.h"

enum apartment_sort { SORT_NEWEST, SORT_PRICE, SORT_DISTANCE };
enum apartment_active { ACTIVE_TRUE, ACTIVE_FALSE, ACTIVE_ALL };
enum { RADIUS_KM_DEFAULT = 10, RADIUS_KM_MAX = 500, SEARCH_WORDS_MAX = 8 };

struct apartment_query {
    struct slice city; /* slug */
    struct slice district;
    struct uuid owner_id;
    int64_t guests;
    int64_t rooms;     /* bit n: n rooms will do */
    int64_t min_price; /* per night; with dates: of the total divided by nights */
    int64_t max_price;
    struct field_texts amenities; /* all of them */
    struct field_geo near;
    int64_t radius_km;
    struct slice q;
    int32_t check_in;
    int32_t check_out;
    int sort;      /* enum apartment_sort */
    int is_active; /* enum apartment_active */
    int64_t limit;
    struct slice cursor;
};

struct apartment_query apartment_query_defaults(void);

/* What contradicts: dates by halves, distance without a place ... */
void apartment_query_check(const struct apartment_query *query, struct fault_list *problems);

/* Guests see active flats only, an owner sees one's own only: asking for more is FAULT_FORBIDDEN;
 * the query is narrowed to what the caller may see. */
bool apartment_query_claim(struct apartment_query *query, const struct api_caller *caller,
                           struct fault *fault) MUST_CHECK;

/* One page and, where it does not end early, one row more than `limit`. What is asked is written in
 * the arena; rows are of a LIST_PAGE_OF statement of APARTMENT_LIST_COLUMNS. */
enum { APARTMENT_LIST_COLUMNS = APARTMENT_ROW_COLUMNS + 2 };
bool apartment_list_find(struct db *db, const struct uuid *tenant_id,
                         const struct apartment_query *query, const struct list_place *place,
                         struct arena *arena, struct db_rows *rows, struct fault *fault) MUST_CHECK;
/* One of them; its text is borrowed from the rows. */
void apartment_list_read(const struct db_rows *rows, int row, struct apartment *out);

/* Where the list goes on after this flat. */
struct list_place apartment_list_place(const struct apartment_query *query,
                                       const struct apartment *flat);
