// SPDX-License-Identifier: MIT
/* What search-api answers to a wish (services/search-api/openapi.yaml, searchApartments). It is
 * read as the answers of booking-api are (stay_answers_json.h): what can be used is used, an item
 * that cannot be shown is left out. */
#pragma once

#include "clients/stay_answers_json.h"

enum { STAY_RELAXATIONS_MAX = 8, STAY_ADDS_MAX = 500 /* flats that search-api looks at */ };

/* What can be given up: each by itself. */
enum stay_relax {
    STAY_RELAX_PRICE,
    STAY_RELAX_ROOMS,
    STAY_RELAX_GUESTS,
    STAY_RELAX_DATES,
    STAY_RELAX_CITY,
    STAY_RELAXES
};

struct stay_search_results {
    struct stay_apartments flats; /* the best first, with `why`; without cursor */
    bool more; /* more meet all of it than a search asks for: STAY_APARTMENTS_MAX */
    int64_t adds[STAY_RELAXES]; /* flats that meet all but this; 0: none */
};

/* The fault of stay_bad_answer() too where it does not tell whether the flats can be had, or that
 * there are none while its index is behind. */
bool stay_read_search_results(struct slice body, struct arena *arena,
                              struct stay_search_results *out, struct fault *fault) MUST_CHECK;
