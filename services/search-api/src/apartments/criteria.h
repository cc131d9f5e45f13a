// SPDX-License-Identifier: MIT
/* The criteria of a search for apartments: constraints, which an apartment meets or violates, and
 * preferences, which rank apartments. Pure. */
#pragma once

#include "apartments/apartment.h"
#include "phrases/phrase.h"

enum {
    CRITERIA_QUERY_MAX = 1000, /* code points */
    CRITERIA_MUST_MAX = 16,    /* required amenities */
    CRITERIA_ROOMS_MAX = 50,
    CRITERIA_DISTRICT_MAX = 100,  /* code points */
    CRITERIA_WORDS_MAX = 24,      /* words to find in texts */
    CRITERIA_WORD_POINTS_MIN = 3, /* letters of a word to search for, unless it is a name of a
                                     place: every text has shorter words */
    CRITERIA_GUESTS_MAX = 100,
    CRITERIA_NIGHTS_MAX = 366
};

/* The members of a request to POST /v1/search/apartments. */
struct criteria_request {
    struct slice query;
    struct uuid like; /* the example, to which results shall be similar; nil: none */
    struct slice city;
    int64_t guests;
    int64_t min_price; /* tiyn per night */
    int64_t max_price;
    int32_t check_in;
    int32_t check_out;
    struct field_geo near;
    struct field_texts amenities; /* required */
    int64_t rooms;                /* as in struct criteria */
    struct slice district;
    struct field_texts wishes; /* preferred amenities */
    struct field_texts words;  /* names of places and words that apartments should have */
    int64_t limit;
};

enum criteria_word_kind {
    CRITERIA_TEXT,    /* apartments whose texts have the word rank higher */
    CRITERIA_LANDMARK /* apartments rank higher the nearer they are to one whose texts name the word
                       */
};
struct criteria_word {
    struct slice text; /* as typed, or as the phrase reader names it */
    enum criteria_word_kind kind;
    bool in_title; /* only titles are searched for the word, because descriptions use the word in
                    * other senses */
};

struct criteria {
    /* Constraints. An absent member is no constraint. */
    struct slice city;
    int64_t guests;
    uint64_t rooms; /* bit n: n rooms are acceptable; 0: any number */
    int64_t min_price;
    int64_t max_price;
    int32_t check_in; /* absent if and only if check_out is absent */
    int32_t check_out;
    struct slice must[CRITERIA_MUST_MAX]; /* required amenities, each once */
    size_t must_count;
    /* Preferences. */
    struct slice district;
    struct phrase_list amenities;
    bool cheap; /* prefers a low price */
    struct field_geo near;
    struct slice near_kind; /* `near` of struct phrase, such as "metro" */
    struct criteria_word words[CRITERIA_WORDS_MAX];
    uint32_t place_words; /* bit n: words[n] is said to be a place, but is no name that apartments
                             have */
    /* For each word that is a landmark, its name in another script; absent: there is none. */
    struct slice other_spellings[CRITERIA_WORDS_MAX];
    size_t word_count;
    const struct apartment *like; /* the example, to which results shall be similar; NULL: none */
    unsigned unsure; /* bits of enum phrase_ask: the questions that the query leaves open */
};

/* Makes the criteria of the request and of `phrase`, which phrase_read() has read from its query;
 * members of the request take precedence, its words are added. If the query was not understood,
 * `phrase` is NULL. `other_words` has the words of the query that are not in the phrase. `places`
 * distinguishes landmarks from other words. `out` borrows from all arguments. */
void criteria_from_request(const struct criteria_request *request, const struct phrase *phrase,
                           const struct phrase_places *places, const struct slice *other_words,
                           size_t other_word_count, struct criteria *out);

/* Whether the price has a bound. A bound of the request replaces both of the phrase. */
static inline bool criteria_has_price(const struct criteria *criteria)
{
    return criteria->min_price != FIELD_ABSENT || criteria->max_price != FIELD_ABSENT;
}

static inline bool criteria_has_dates(const struct criteria *criteria)
{
    return criteria->check_in != FIELD_ABSENT32;
}
