// SPDX-License-Identifier: MIT
/* The results of search-api (services/search-api/openapi.yaml, searchApartments). Reading is
 * tolerant, as in stay_answers_json.h: an item that cannot be shown is omitted. */
#pragma once

#include "clients/stay_answers_json.h"

enum { STAY_RELAXATIONS_MAX = 8, STAY_ADDS_MAX = 500 /* search-api counts no further */ };

/* Search criteria that a guest can drop, one at a time. */
enum stay_relax {
    STAY_RELAX_PRICE,
    STAY_RELAX_ROOMS,
    STAY_RELAX_GUESTS,
    STAY_RELAX_DATES,
    STAY_RELAX_CITY,
    STAY_RELAXES
};

struct stay_search_results {
    struct stay_apartments apartments; /* the best first, with `why`; without cursor */
    bool more;                  /* more apartments match than the requested STAY_APARTMENTS_MAX */
    int64_t adds[STAY_RELAXES]; /* apartments that match all other criteria; 0: none */
};

/* Reads the results of a search. Fails by answer_fail_bad() also if search-api did not check
 * which apartments are free, or found no apartments while its index is behind. */
bool stay_read_search_results(struct slice body, struct arena *arena,
                              struct stay_search_results *out, struct fault *fault) MUST_CHECK;
