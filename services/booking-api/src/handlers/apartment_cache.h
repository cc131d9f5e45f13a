// SPDX-License-Identifier: MIT
/* An apartment as GET /v1/apartments/:id shows it: from the cache, or from its row when there is no
 * cache. */
#pragma once

#include "api/change.h"

#include "apartments/apartment.h"
#include "app.h"

/* Appends the apartment's JSON to `out` and says what its ETag is made of. FAULT_NOT_FOUND when the
 * caller may not see it. */
struct apartment_tag {
    int64_t version;
    uint64_t hash; /* http_etag_hash() of the JSON */
};
bool apartment_cache_read(struct booking_app *app, const struct api_caller *caller,
                          const struct uuid *id, struct arena *arena, struct buf *out,
                          struct apartment_tag *tag, struct fault *fault) MUST_CHECK;

/* Drops the cached apartment after the commit. `apartments` NULL: there is no cache. */
void apartment_cache_drop(struct change *change, struct cache_entries *apartments,
                          const struct apartment *apartment);
