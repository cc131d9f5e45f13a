// SPDX-License-Identifier: MIT
/* Synchronises indexes with the table of vectors: all vectors of the serving generation at the
 * start, then changes every second.
 *
 * Each generation has an index of its own. If vectors are in this process and another generation
 * starts to serve, the index of the old generation is released before the new index is loaded, so
 * that memory never holds both; until the new index is loaded, searches have no vectors. In Qdrant
 * a generation has a collection already while it fills, which is complete when the generation
 * starts to serve; then the collection of the old generation is deleted.
 */
#pragma once

#include "api/service.h"

#include "vectors/vector_index.h"

struct synchroniser;
struct synchroniser_index;

struct search_config;
/* Starts the synchroniser, whose task runs every second. If `config` has a URL of Qdrant, vectors
 * are in Qdrant, otherwise in this process. `config` is borrowed. Returns new. */
struct synchroniser *synchroniser_start(struct service *service, const struct search_config *config,
                                        struct fault *fault) MUST_CHECK;
/* Where the vectors are: "embedded" or "qdrant", for GET /v1/index. */
const char *synchroniser_backend_name(const struct synchroniser *synchroniser);
/* Stops the task and frees it. Borrowed indexes live until they are released. NULL is allowed. */
void synchroniser_stop(struct synchroniser *synchroniser);

/* Borrows the index of the serving generation for a search, until synchroniser_release_index().
 * NULL: there is no such index, or it is not loaded yet. If another generation starts to serve
 * meanwhile, a borrowed index is no longer updated. */
struct synchroniser_index *synchroniser_borrow_serving_index(struct synchroniser *synchroniser);
void synchroniser_release_index(struct synchroniser_index *index);
const struct vector_index *synchroniser_get_vector_index(const struct synchroniser_index *index);
/* Why a search of the tenant finds no vectors, or not all of them: static, lower_snake_case. NULL:
 * the search finds all vectors. */
const char *synchroniser_missing_vectors_reason(const struct synchroniser *synchroniser,
                                                const struct uuid *tenant_id);
/* The number of the generation whose vectors the index has. The query's vector must be of the same
 * generation. */
int64_t synchroniser_get_generation_number(const struct synchroniser_index *index);

/* Waits until each index, including Qdrant's collections, contains the changes of all transactions
 * up to `tx`, at most until `until_ns`. False: the time is over, or the fiber was cancelled. Must
 * run in a fiber. */
bool synchroniser_wait_for_tx(struct synchroniser *synchroniser, int64_t tx,
                              int64_t until_ns) MUST_CHECK;

/* Synchronises now. Is the periodic_fn of the task. Must run in a fiber. */
bool synchroniser_run(void *synchroniser, struct fault *fault) MUST_CHECK;
/* Makes the next run count Qdrant's points and delete retired collections. For tests. */
void synchroniser_request_comparison(struct synchroniser *synchroniser);
