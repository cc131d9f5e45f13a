// SPDX-License-Identifier: MIT
/* Prefetch: loads the next pages of vectors while the caller processes one. */
#pragma once

#include "api/service.h"

#include "vectors/synchroniser_store.h"

struct prefetch;

/* Reads numbers below `below`, the highest first. Returns new. In a fiber, like all functions here.
 */
struct prefetch *prefetch_create(struct service *service, const struct sync_generation *generation,
                                 int64_t below, struct fault *fault) MUST_CHECK;
/* The next page, as synchroniser_store_load() reads it; `more`: there was one. All its vectors may
 * have been deleted meanwhile. */
bool prefetch_next(struct prefetch *prefetch, struct db_rows *rows, bool *more,
                   struct fault *fault) MUST_CHECK;
/* Cancels running reads. Takes NULL. */
void prefetch_destroy(struct prefetch *prefetch);
