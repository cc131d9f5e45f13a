// SPDX-License-Identifier: MIT
/* What the guest wants of an apartment besides city, nights and guests (struct stay_filters).
 * booking-api returns only apartments that match all filters, so the filters also say why an
 * apartment was found. */
#pragma once

#include "clients/stay_answers_json.h"
#include "dialogue/talk.h"
#include "guest/stay_json.h"

enum stay_filter_kind {
    STAY_FILTER_ROOMS,
    STAY_FILTER_PRICE,
    STAY_FILTER_DISTRICT,
    STAY_FILTER_AMENITY,
    STAY_FILTER_WORD
};

/* One filter of a search, which the guest can remove by itself. */
struct stay_filter {
    enum stay_filter_kind kind;
    struct slice text; /* borrowed from the filters; of a price absent */
};
struct stay_filter_list {
    struct stay_filter items[STAY_FILTERS_MAX];
    size_t count;
};
struct stay_filter_list stay_filters_make_list(const struct stay_filters *filters);

/* Adds the amenities and words of a phrase to the filters of the dialogue. The other filters of the
 * phrase replace those of the dialogue. Omits what does not fit into STAY_FILTER_BYTES_MAX. */
bool stay_filters_add_from_phrase(struct talk *talk, const struct phrase *phrase) MUST_CHECK;
/* Removes a filter. When no filter is left, also removes the unrecognised words, because no button
 * names them. */
bool stay_filters_remove(struct stay_filters *filters, const struct stay_filter *item,
                         struct arena *arena, struct fault *fault) MUST_CHECK;

/* How many more apartments search-api finds without this filter; 0: none, or not known. */
int64_t stay_filters_count_more_without(const struct talk *talk, const struct stay_filter *item);

/* The filters as a query of GET /v1/apartments: "&rooms=2&max_price=2500000"; "" for none. In the
 * arena; absent if the arena is full. */
struct slice stay_filters_format_url_query(const struct stay_filters *filters, struct arena *arena);

/* The filters of the dialogue as plain text: "2 rooms, up to 25 000 ₸ a night, parking". */
struct slice stay_filters_format_all(struct talk *talk);
/* Some amenities of an apartment that are not filters: "Wi-Fi, kitchen". Empty: there are none. */
struct slice stay_format_unfiltered_amenities(struct talk *talk,
                                              const struct stay_apartment *apartment);
/* All amenities of an apartment for which there are texts, one in each line. */
struct slice stay_format_all_amenities(struct talk *talk, const struct stay_apartment *apartment);

/* The amenities of stay->asked_for that the apartment has (`present` is true) or does not have. */
struct slice stay_format_asked_amenities(struct talk *talk, const struct stay_apartment *apartment,
                                         bool present);

/* The argument of the move "drop" is an index into stay_filters_make_list(), or: */
#define STAY_REMOVE_ALL "all"
/* The filter as words for a button. */
struct slice stay_filters_format_one(struct talk *talk, const struct stay_filter *item);
