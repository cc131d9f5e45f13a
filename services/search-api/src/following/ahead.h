// SPDX-License-Identifier: MIT
/* Pages of vectors for who works on each of them: while he does, the next ones are read. */
#pragma once

#include "api/service.h"

#include "following/follow_store.h"

struct ahead;

/* Reads from `below` on, the highest number first. Returns new. In a fiber, as all of this. */
struct ahead *ahead_create(struct service *service, const struct follow_now *now, int64_t below,
                           struct fault *fault) MUST_CHECK;
/* The next page, as follow_store_load() reads it; `more`: there was one. Its vectors may be gone by
 * now, all of them. */
bool ahead_next(struct ahead *ahead, struct db_rows *rows, bool *more,
                struct fault *fault) MUST_CHECK;
/* Ends what is being read. Takes NULL. */
void ahead_destroy(struct ahead *ahead);
