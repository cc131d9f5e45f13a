// SPDX-License-Identifier: MIT
#include "calendar/apartment_list.h"

#include <math.h>

#include "access.h"

static void check_dates(const struct apartment_query *query, struct fault_list *problems)
{
    bool has_in = query->check_in != FIELD_ABSENT32;
    bool has_out = query->check_out != FIELD_ABSENT32;

    if (has_in != has_out) {
        fault_list_add(problems, has_in ? "check_out" : "check_in", "required",
                       "Dates come in pairs: check_in and check_out.");
        return;
    }
    if (!has_in)
        return;
    if (query->check_out <= query->check_in)
        fault_list_add(problems, "check_out", "bad_range", "It is not after check_in.");
    else if (query->check_out - query->check_in > STAY_NIGHTS_MAX)
        fault_list_add(problems, "check_out", "out_of_range", "At most %d nights.",
                       STAY_NIGHTS_MAX);
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n';
}

struct slice apartment_list_next_word(struct slice *rest)
{
    struct slice word = *rest;

    while (word.len > 0 && is_space(word.at[0]))
        word = slice_from(word, 1);
    *rest = word;
    while (rest->len > 0 && !is_space(rest->at[0]))
        *rest = slice_from(*rest, 1);
    word.len -= rest->len;
    return word;
}

static size_t count_words(struct slice text)
{
    size_t words = 0;

    while (apartment_list_next_word(&text).len > 0)
        words++;
    return words;
}

void apartment_list_check(const void *value, struct fault_list *problems)
{
    const struct apartment_query *query = value;
    bool has_near = !isnan(query->near.lat);

    check_dates(query, problems);
    if (query->sort == SORT_DISTANCE && !has_near)
        fault_list_add(problems, "near", "required", "Sorting by distance requires near.");
    if (query->radius_km != FIELD_ABSENT && !has_near)
        fault_list_add(problems, "near", "required", "radius_km requires near.");
    if (count_words(query->q) > SEARCH_WORDS_MAX)
        fault_list_add(problems, "q", "too_many", "At most %d words.", SEARCH_WORDS_MAX);
    if (query->min_price != FIELD_ABSENT && query->max_price != FIELD_ABSENT &&
        query->min_price > query->max_price) {
        fault_list_add(problems, "min_price", "contradiction", "It is more than max_price.");
        fault_list_add(problems, "max_price", "contradiction", "It is less than min_price.");
    }
}

bool apartment_list_restrict(struct apartment_query *query, const struct api_caller *caller,
                             struct fault *fault)
{
    if (caller->actor == ACTOR_GUEST && query->is_active != ACTIVE_TRUE)
        return fault_set(fault, FAULT_FORBIDDEN, "forbidden", "Guests see active apartments only.");
    return caller->actor != ACTOR_OWNER || api_caller_own_id(caller, &query->owner_id) ||
           fault_set(fault, FAULT_FORBIDDEN, "forbidden", "Owners see their own apartments only.");
}

void apartment_list_set_cursor(const struct apartment_query *query,
                               const struct apartment *apartment, struct list_cursor *out)
{
    out->set = true;
    out->id = apartment->id;
    out->number = 0;
    if (query->sort == SORT_DISTANCE)
        out->number = apartment->distance_m;
    else if (query->sort == SORT_PRICE)
        out->number = apartment->total != FIELD_ABSENT ? apartment->total : apartment->base_price;
}
