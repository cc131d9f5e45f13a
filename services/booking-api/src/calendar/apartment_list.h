// SPDX-License-Identifier: MIT
/* The list of apartments. apartment_list_json.c has the parameters of the request, apartment_list.c
 * their rules, apartment_list_store.c the SQL, handlers/apartment_list_handlers.c the route. */
#pragma once

#include "api/list.h"

#include "apartments/apartment_listed.h"

enum apartment_sort { SORT_NEWEST, SORT_PRICE, SORT_DISTANCE };
enum apartment_active { ACTIVE_TRUE, ACTIVE_FALSE, ACTIVE_ALL };
enum { RADIUS_KM_DEFAULT = 10, RADIUS_KM_MAX = 500, SEARCH_WORDS_MAX = 8 };

struct apartment_query {
    struct uuid id;
    struct slice code; /* case-insensitive */
    struct slice city; /* slug */
    struct slice district;
    struct uuid owner_id;
    int64_t guests;
    int64_t rooms; /* bit set: bit n selects apartments with n rooms */
    /* Per night; with dates, the total divided by the number of nights. */
    int64_t min_price, max_price;
    struct field_texts amenities; /* an apartment must have all of them */
    struct field_geo near;
    int64_t radius_km;
    struct slice q; /* words, all of which column `words` must contain */
    int32_t check_in;
    int32_t check_out;
    int sort;      /* enum apartment_sort */
    int is_active; /* enum apartment_active */
    struct list_page page;
};

struct apartment_query apartment_list_defaults(void);

/* Adds a problem for each parameter of a struct apartment_query that contradicts or requires
 * another one. */
void apartment_list_check(const void *query, struct fault_list *problems);

/* Removes the next word from `rest` and returns the word; an empty slice at the end. */
struct slice apartment_list_next_word(struct slice *rest);

/* Restricts the query to apartments that the caller may see: guests see active ones, owners their
 * own. FAULT_FORBIDDEN if the query asks for other apartments. */
bool apartment_list_restrict(struct apartment_query *query, const struct api_caller *caller,
                             struct fault *fault) MUST_CHECK;

/* Reads one page of the list, plus one row if more follow, by a LIST_PAGE_OF statement. Rows have
 * the columns of apartment_listed_shape and APARTMENT_LIST_EXTRA_COLUMNS: total, distance and
 * free_until. Parameters of the statement are in the arena. */
enum { APARTMENT_LIST_EXTRA_COLUMNS = 3 };
bool apartment_list_find(struct db *db, const struct uuid *tenant_id,
                         const struct apartment_query *query, struct arena *arena,
                         struct db_rows *rows, struct fault *fault) MUST_CHECK;

/* The apartments of a page whose stored JSON is not valid, read from their columns. */
struct apartment_unlisted {
    const struct apartment *apartments; /* in the arena */
    size_t count;
};
/* Reads the unlisted apartments of a page; most pages have none and need no query.
 * FAULT_UNAVAILABLE "busy" if one was deleted after the page was read. */
bool apartment_list_load_without_stored_json(struct db *db, const struct uuid *tenant_id,
                                             const struct db_rows *rows, struct arena *arena,
                                             struct apartment_unlisted *out,
                                             struct fault *fault) MUST_CHECK;

/* Reads the apartment of a row; text is borrowed from the rows or `unlisted`. */
void apartment_list_read_row(const struct db_rows *rows, int row,
                             const struct apartment_unlisted *unlisted, struct apartment *out);

/* Sets `out` to the position after the apartment in the order of the query. */
void apartment_list_set_cursor(const struct apartment_query *query,
                               const struct apartment *apartment, struct list_cursor *out);
