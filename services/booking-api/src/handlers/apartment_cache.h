// SPDX-License-Identifier: MIT
/* The JSON of GET /v1/apartments/:id, from the cache or, without a cache, from the row. */
#pragma once

#include "api/change.h"

#include "apartments/apartment.h"
#include "app.h"

/* Appends the apartment's JSON to `out` and sets the parts of its ETag. FAULT_NOT_FOUND if the
 * apartment is hidden from the caller. */
struct apartment_tag {
    int64_t version;
    uint64_t hash; /* http_etag_hash() of the JSON */
};
bool apartment_cache_read(struct booking_app *app, const struct api_caller *caller,
                          const struct uuid *id, struct arena *arena, struct buf *out,
                          struct apartment_tag *tag, struct fault *fault) MUST_CHECK;

/* Drops the apartment from the cache after the commit. `apartments` NULL: no cache. */
void apartment_cache_drop(struct change *change, struct cache_entries *apartments,
                          const struct apartment *apartment);
