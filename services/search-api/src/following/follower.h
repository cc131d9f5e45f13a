// SPDX-License-Identifier: MIT
/* The index of vectors, which follows the table of the generation that serves: all of it at the
 * start, then what changes each second.
 *
 * Another generation gets an index of its own. In this process the newest vectors are read first,
 * and the old index is given up before, so that both never need memory at once; until the new one
 * is filled, there are no vectors. In Qdrant the generation that fills has its collection already,
 * which is complete when it serves; then the old one is removed. */
#pragma once

#include "api/service.h"

#include "vectors/index.h"

struct follower;
struct follower_index;

/* `bytes_max`: of the vectors. Returns new. */
struct follower *follower_create(struct service *service, size_t bytes_max,
                                 struct fault *fault) MUST_CHECK;
/* The vectors are in Qdrant, not in this process. Before it starts; borrowed. */
struct follower_qdrant {
    const char *url;        /* as QDRANT_URL */
    const char *key;        /* "": none */
    const char *collection; /* how the names of its collections begin */
    int64_t timeout_ms;     /* of a search */
};
void follower_use_qdrant(struct follower *follower, const struct follower_qdrant *qdrant);
/* "embedded" or "qdrant", as GET /v1/index tells it. */
const char *follower_backend(const struct follower *follower);
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
/* Why there is nothing to search for the tenant, or not all of it: static, lower_snake_case; NULL:
 * neither. */
const char *follower_reason(const struct follower *follower, const struct uuid *tenant_id);
/* The query must be embedded by the same. */
int64_t follower_generation(const struct follower_index *index);

/* Waits until each index, Qdrant's collections included, has followed what this transaction and
 * those before it have changed, at most until then. False: not yet. In a fiber. */
bool follower_wait(struct follower *follower, int64_t tx, int64_t until_ns) MUST_CHECK;

/* Follows now. For tests, and in a fiber. */
bool follower_run(struct follower *follower, struct fault *fault) MUST_CHECK;
/* The next run counts what is in Qdrant, and removes what is due. For tests. */
void follower_compare_soon(struct follower *follower);
