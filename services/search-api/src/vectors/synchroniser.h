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

#include "vectors/vector_index.h"

struct synchroniser;
struct synchroniser_index;

/* `bytes_max`: of the vectors. Returns new. */
struct synchroniser *synchroniser_create(struct service *service, size_t bytes_max,
                                         struct fault *fault) MUST_CHECK;
/* The vectors are in Qdrant, not in this process. Before it starts; borrowed. */
struct synchroniser_qdrant {
    const char *url;        /* as QDRANT_URL */
    const char *key;        /* "": none */
    const char *collection; /* how the names of its collections begin */
    int64_t timeout_ms;     /* of a search */
};
void synchroniser_use_qdrant(struct synchroniser *synchroniser,
                             const struct synchroniser_qdrant *qdrant);
/* "embedded" or "qdrant", as GET /v1/index tells it. */
const char *synchroniser_backend(const struct synchroniser *synchroniser);
/* From now on every second. */
bool synchroniser_start(struct synchroniser *synchroniser, struct fault *fault) MUST_CHECK;
/* Ends it, started or not. Indexes that are still borrowed live until they are given back. Takes
 * NULL. */
void synchroniser_stop(struct synchroniser *synchroniser);

/* What can be searched now; NULL: nothing. It goes no further than it was when it was borrowed, if
 * another generation serves meanwhile. */
struct synchroniser_index *synchroniser_borrow(struct synchroniser *synchroniser);
void synchroniser_give_back(struct synchroniser_index *index);
const struct vector_index *synchroniser_vectors(const struct synchroniser_index *index);
/* Why there is nothing to search for the tenant, or not all of it: static, lower_snake_case; NULL:
 * neither. */
const char *synchroniser_reason(const struct synchroniser *synchroniser,
                                const struct uuid *tenant_id);
/* The query must be embedded by the same. */
int64_t synchroniser_generation(const struct synchroniser_index *index);

/* Waits until each index, Qdrant's collections included, has followed what this transaction and
 * those before it have changed, at most until then. False: not yet. In a fiber. */
bool synchroniser_wait(struct synchroniser *synchroniser, int64_t tx, int64_t until_ns) MUST_CHECK;

/* Follows now. For tests, and in a fiber. */
bool synchroniser_run(struct synchroniser *synchroniser, struct fault *fault) MUST_CHECK;
/* The next run counts what is in Qdrant, and removes what is due. For tests. */
void synchroniser_compare_soon(struct synchroniser *synchroniser);
