// SPDX-License-Identifier: MIT
/* Places that guests of one tenant may name: its cities, and what its flats tell of districts,
 * streets and landmarks. They are gathered from answers of booking-api and then made into the words
 * that phrases are read by.
 *
 * Measured (x86-64, release): without places the words take 0.5 MiB and 0.6 ms, with PLACES_MAX
 * 2.4 MiB and 4 ms. The demo has 120 places: 0.7 MiB. */
#pragma once

#include "base/uuid.h"

#include "phrases/phrase.h"

enum {
    PLACES_MAX = 1000,    /* of a tenant; further ones are left out, the oldest flats' */
    PLACES_NAME_MAX = 80, /* bytes of a district or name; nobody types a longer one */
    PLACES_BYTES_MAX = 4 * 1024 * 1024
};
_Static_assert((int)PLACES_MAX <= (int)PHRASE_PLACES_MAX, "the parser takes them all");

struct places {
    struct arena arena;
    size_t users; /* turns that read phrases by them, and whoever has made them */
    struct slice *districts, *names; /* PLACES_MAX of each, in the arena; those of `lists` */
    struct phrase_places lists;
    const struct phrase_words *words; /* NULL before places_make() */
};

/* Returns new, without any place, and in use by the caller. */
struct places *places_create(struct fault *fault);
/* The caller uses it no more; the last one frees it. Takes NULL. */
void places_leave(void *places);

/* Answers of GET /v1/cities, and of a page of GET /v1/apartments, whose `next` is where the next
 * one begins; absent: it is the last. `work` is for reading alone. */
bool places_add_cities(struct places *places, struct slice body, struct arena *work,
                       struct fault *fault) MUST_CHECK;
bool places_add_apartments(struct places *places, struct slice body, struct arena *work,
                           struct slice *next, struct fault *fault) MUST_CHECK;

size_t places_count(const struct places *places);
bool places_same(const struct places *a, const struct places *b);
/* Makes the words. */
bool places_make(struct places *places, struct fault *fault) MUST_CHECK;
