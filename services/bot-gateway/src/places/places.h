// SPDX-License-Identifier: MIT
/* Places that guests of one tenant may name: its cities, and the districts, streets and landmarks
 * of its apartments. They are collected from answers of booking-api and compiled into the
 * vocabulary by which phrases are parsed.
 *
 * Measured (x86-64, release): without places the vocabulary takes 0.5 MiB and 0.6 ms, with
 * PLACES_MAX 2.4 MiB and 4 ms. The demo has 120 places: 0.7 MiB. */
#pragma once

#include "phrases/phrase.h"

enum {
    PLACES_MAX = 1000,    /* of a tenant; further places, of its oldest apartments, are omitted */
    PLACES_NAME_MAX = 80, /* bytes of a district or name; longer ones are omitted */
    PLACES_BYTES_MAX = 4 * 1024 * 1024
};
_Static_assert((int)PLACES_MAX <= (int)PHRASE_PLACES_MAX, "the parser takes them all");

struct places {
    struct arena arena;
    size_t users;                    /* references: the creator and turns that parse phrases */
    struct slice *districts, *names; /* arrays of PLACES_MAX items, to which `lists` points */
    struct phrase_places lists;
    uint64_t digest;                  /* of the answers from which the places were collected */
    const struct phrase_words *words; /* NULL before places_compile() */
};

/* Returns new, empty places with one reference; NULL: `fault` is set. */
struct places *places_create(struct fault *fault);
/* Releases a reference; the last one frees `places`. Takes NULL. */
void places_release(void *places);

/* Adds the cities in an answer of GET /v1/cities. `work` is scratch memory. */
bool places_add_cities(struct places *places, struct slice body, struct arena *work,
                       struct fault *fault) MUST_CHECK;
/* Adds the places in a page of GET /v1/apartments. `work` is scratch memory; `next` is the cursor
 * of the next page, absent if this is the last page. */
bool places_add_apartments(struct places *places, struct slice body, struct arena *work,
                           struct slice *next, struct fault *fault) MUST_CHECK;

size_t places_count(const struct places *places);
/* Compiles the collected places into `words`, the vocabulary of phrases. */
bool places_compile(struct places *places, struct fault *fault) MUST_CHECK;
