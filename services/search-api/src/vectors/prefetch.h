// SPDX-License-Identifier: MIT
/* Pages of vectors for who works on each of them: while he does, the next ones are read. */
#pragma once

#include "api/service.h"

#include "vectors/synchroniser_store.h"

struct prefetch;

/* Reads from `below` on, the highest number first. Returns new. In a fiber, as all of this. */
struct prefetch *prefetch_create(struct service *service, const struct sync_now *now, int64_t below,
                                 struct fault *fault) MUST_CHECK;
/* The next page, as synchroniser_store_load() reads it; `more`: there was one. Its vectors may be
 * gone by now, all of them. */
bool prefetch_next(struct prefetch *prefetch, struct db_rows *rows, bool *more,
                   struct fault *fault) MUST_CHECK;
/* Ends what is being read. Takes NULL. */
void prefetch_destroy(struct prefetch *prefetch);
