// SPDX-License-Identifier: MIT
/* The names of places that a query for apartments may contain: cities, and districts, streets and
 * landmarks from the texts of the tenant's apartments, with an index for phrase_read(). The index
 * is cached for the tenants of the last searches and rebuilt when an apartment of the tenant has
 * changed; with PLACES_MAX places a rebuild takes 4 ms (phrases/phrase.h). */
#pragma once

#include "api/service.h"

#include "apartments/apartment_store.h"
#include "phrases/phrase.h"

enum {
    PLACES_TENANTS_MAX = 4,             /* cached tenants */
    PLACES_BYTES_MAX = 4 * 1024 * 1024, /* memory of one tenant */
    PLACES_MAX = 1000,   /* names of a tenant, besides cities; at the limit, names of the oldest
                          * apartments are omitted */
    PLACES_NAME_MAX = 80 /* bytes; longer names are ignored */
};

/* The places of one tenant: the index, and the lists from which it was made. Borrowed: valid until
 * the caller's fiber waits. */
struct place_words {
    const struct phrase_words *words;
    struct phrase_places lists;
};

/* A slot of the cache. Zeroed: free. */
struct tenant_places {
    struct uuid tenant_id;
    struct apartment_stamp stamp;
    struct arena arena;
    struct place_words words;
    uint64_t used; /* `clock` at the last use */
};
/* The cache, in the caller's memory, which the caller zeroes. */
struct apartment_places {
    struct tenant_places tenants[PLACES_TENANTS_MAX];
    uint64_t clock; /* incremented by each use */
};
void apartment_places_finish(struct apartment_places *places);

/* Sets `out` to the places of the tenant, from the cache or rebuilt. Must run in a fiber. */
bool apartment_places_find_or_load(struct apartment_places *places, const struct service *service,
                                   const struct uuid *tenant_id, struct place_words *out,
                                   struct fault *fault) MUST_CHECK;
