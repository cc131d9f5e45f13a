// SPDX-License-Identifier: MIT
/* The places that phrases about a tenant's apartments may name, ready to be looked up: cities, and
 * what the apartments tell of districts, streets and landmarks. They are kept for the tenants that
 * asked last and made anew when a apartment has changed; with PLACES_MAX of them that takes 4 ms
 * (phrases/phrase.h). */
#pragma once

#include "api/service.h"

#include "phrases/phrase.h"

enum {
    PLACES_TENANTS_MAX = 4, /* kept; each takes up to PLACES_BYTES_MAX */
    PLACES_BYTES_MAX = 4 * 1024 * 1024,
    PLACES_MAX =
        1000, /* of a tenant, without the cities; further ones, of older apartments, are left out */
    PLACES_NAME_MAX = 80 /* bytes; nobody types a longer one */
};

struct apartment_places;

/* Returns new. */
struct apartment_places *apartment_places_create(struct fault *fault) MUST_CHECK;
void apartment_places_destroy(struct apartment_places *places); /* takes NULL */

/* Of one tenant. Borrowed until the caller waits. */
struct place_words {
    const struct phrase_words *words;
    struct phrase_places lists;
};
/* In a fiber. */
bool apartment_places_find(struct apartment_places *places, const struct service *service,
                           const struct uuid *tenant_id, struct place_words *out,
                           struct fault *fault) MUST_CHECK;
