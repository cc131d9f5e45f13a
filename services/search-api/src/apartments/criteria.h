// SPDX-License-Identifier: MIT
/* What a guest wants of a apartment: constraints, which a apartment meets or not, and wishes, which
 * make one better than another. Pure. */
#pragma once

#include "apartments/apartment.h"
#include "phrases/phrase.h"

enum {
    CRITERIA_QUERY_MAX = 1000, /* code points */
    CRITERIA_MUST_MAX = 16,    /* amenities that a apartment has to have */
    CRITERIA_WORDS_MAX = 24,   /* that are looked for in texts */
    CRITERIA_GUESTS_MAX = 100,
    CRITERIA_NIGHTS_MAX = 366
};

/* What a request says beside its query. */
struct criteria_request {
    struct slice query;
    struct uuid like; /* nil: none */
    struct slice city;
    int64_t guests;
    int64_t max_price; /* tiyn for a night */
    int32_t check_in;
    int32_t check_out;
    struct field_geo near;
    struct field_texts amenities;
    int64_t limit;
};

enum criteria_word_kind {
    CRITERIA_TEXT,    /* apartments that say it are better */
    CRITERIA_LANDMARK /* apartments are better the nearer they are to one that names it */
};
struct criteria_word {
    struct slice text; /* as it was typed, or as the reader of phrases names it */
    enum criteria_word_kind kind;
    bool in_title; /* descriptions say it of other things */
};

struct criteria {
    /* Constraints; absent: there is none. */
    struct slice city;
    int64_t guests;
    uint64_t rooms; /* bit n: n rooms will do; 0: any number */
    int64_t max_price;
    int32_t check_in; /* both or none */
    int32_t check_out;
    struct slice must[CRITERIA_MUST_MAX]; /* amenities */
    size_t must_count;
    /* Wishes. */
    struct slice district;
    struct phrase_list amenities;
    bool cheap; /* the price matters */
    struct field_geo near;
    struct slice near_kind; /* "metro": of struct phrase */
    struct criteria_word words[CRITERIA_WORDS_MAX];
    size_t word_count;
    const struct apartment *like; /* or NULL */
    unsigned unsure;              /* enum phrase_ask: what the query leaves open */
};

/* What the request says, and what the phrase says beside it: where both speak, the request counts.
 * `phrase` is NULL where it was not understood: then `rest` has the words of the query. `places`
 * tells landmarks from other words. All is borrowed. */
void criteria_make(const struct criteria_request *asked, const struct phrase *phrase,
                   const struct phrase_places *places, const struct slice *rest, size_t rest_count,
                   struct criteria *out);

static inline bool criteria_has_dates(const struct criteria *criteria)
{
    return criteria->check_in != FIELD_ABSENT32;
}
