// SPDX-License-Identifier: MIT
/* Prefetch: loads the next pages of vectors while the caller processes one. */
#pragma once

#include "api/service.h"

#include "vectors/synchroniser_store.h"

struct prefetch;

/* Starts to read the generation's vectors of documents with numbers below `below`, the highest
 * first. Returns new. All functions of this file must run in a fiber. */
struct prefetch *prefetch_create(struct service *service, const struct sync_generation *generation,
                                 int64_t below, struct fault *fault) MUST_CHECK;
/* Waits for the next page and returns its rows, which are read by synchroniser_store_load_page().
 * `more` is false if there is no further page. A page has no rows if all its vectors have been
 * deleted meanwhile. */
bool prefetch_next_page(struct prefetch *prefetch, struct db_rows *rows, bool *more,
                        struct fault *fault) MUST_CHECK;
/* Cancels running reads. Takes NULL. */
void prefetch_destroy(struct prefetch *prefetch);
