// SPDX-License-Identifier: MIT
/* The index of vectors of this process, which follows the table of the generation that serves: all
 * of it at the start, the newest first, then what changes each second.
 *
 * Another generation gets an index of its own. The old one is given up first, so that both never
 * need memory at once; until the new one is filled, there are no vectors. */
#pragma once

#include "api/service.h"

#include "vectors/index.h"

struct follower;
struct follower_index;

/* `bytes_max`: of the vectors. Returns new. */
struct follower *follower_create(struct service *service, size_t bytes_max,
                                 struct fault *fault) MUST_CHECK;
/* From now on every second. */
bool follower_start(struct follower *follower, struct fault *fault) MUST_CHECK;
/* Ends it, started or not. Indexes that are still borrowed live until they are given back. Takes
 * NULL. */
void follower_stop(struct follower *follower);

/* What can be searched now; NULL: nothing. It goes no further than it was when it was borrowed, if
 * another generation serves meanwhile. */
struct follower_index *follower_borrow(struct follower *follower);
void follower_give_back(struct follower_index *index);
const struct vector_index *follower_vectors(const struct follower_index *index);
/* The query must be embedded by the same. */
int64_t follower_generation(const struct follower_index *index);

/* Follows now. For tests, and in a fiber. */
bool follower_run(struct follower *follower, struct fault *fault) MUST_CHECK;
