// SPDX-License-Identifier: MIT
/* A flat as its readers see it: straight from its row, or from the cache where that is on. */
#pragma once

#include "api/change.h"

#include "app.h"
#include "flats/apartment.h"

/* Appends the flat's JSON, with what its ETag is made of. FAULT_NOT_FOUND where the caller may not
 * know of it. */
struct apartment_tag {
    int64_t version;
    uint64_t hash; /* http_etag_hash() of the JSON */
};
bool apartment_shown(struct booking_app *app, const struct api_caller *caller,
                     const struct uuid *id, struct arena *arena, struct buf *out,
                     struct apartment_tag *tag, struct fault *fault) MUST_CHECK;

/* After the change has been committed, what the cache holds of the flat is dropped. `flats` NULL:
 * there is no cache. */
void apartment_shown_forget(struct change *change, struct cache_entries *flats,
                            const struct apartment *flat);
