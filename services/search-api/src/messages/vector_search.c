// SPDX-License-Identifier: MIT
#include "messages/vector_search.h"

#include <string.h>

#include "base/auto.h"
#include "base/log.h"

#include "app.h"
#include "embeddings/embedder.h"
#include "embeddings/vector_store.h"
#include "jobs/semaphore.h"
#include "vectors/synchroniser.h"

enum { ROOM = 1024 * 1024 }; /* bytes for the query's vector and the request */

static const char none[] = "no_vectors", failed[] = "vectors_failed", some[] = "vectors_missing",
                  over_budget[] = "vectors_over_budget";

/* Logs the fault and sets the reason. */
static void log_and_set_failure(const struct fault *fault, struct vector_search *out)
{
    LOG(LOG_INFO, "vector_search_failed", fault->detail, log_str("code", fault->code));
    out->reason = strcmp(fault->code, "embeddings_over_budget") == 0 ? over_budget : failed;
}

/* Whether documents of the tenant lack vectors, or vectors are missing in the index. */
static bool may_lack_vectors(const struct search_app *app, const struct vector_index *index,
                             const struct uuid *tenant_id)
{
    struct vector_index_state held;
    struct embedder_state made;
    struct fault fault;
    bool due;

    index->kind->state(index->self, tenant_id, &held);
    embedder_get_state(app->embedder, &made);
    if (held.reason != NULL || made.due == 0)
        return held.reason != NULL;
    return !vector_store_may_be_due(app->service->db, made.generation, tenant_id, &due, &fault) ||
           due;
}

static void search_index(const struct search_app *app, const struct vector_index *index,
                         const struct vector_filter *filter, const float *vector,
                         struct vector_search *out)
{
    struct vector_hit hits[VECTOR_SEARCH_MAX];
    struct fault fault;

    if (!index->kind->nearest(index->self, filter, vector, VECTOR_SEARCH_MAX, hits, &out->count,
                              &fault)) {
        out->count = 0;
        log_and_set_failure(&fault, out);
        return;
    }
    for (size_t i = 0; i < out->count; i++)
        out->numbers[i] = hits[i].number;
    out->answered = true;
    out->reason = may_lack_vectors(app, index, &filter->tenant_id) ? some : NULL;
}

/* Searches the index of the serving generation, if the query's vector is of the same generation. */
static void search_generation(const struct search_app *app, const struct embedder_query *query,
                              const struct vector_filter *filter, struct vector_search *out)
{
    struct synchroniser_index *index = synchroniser_borrow_serving_index(app->synchroniser);

    if (index != NULL && synchroniser_get_generation_number(index) == query->generation)
        search_index(app, synchroniser_get_vector_index(index), filter, query->vector, out);
    else
        out->reason = failed;
    synchroniser_release_index(index);
}

static void embed_and_search(const struct search_app *app, const struct message_query *request,
                             struct vector_search *out)
{
    AUTO(arena_finish) struct arena arena = ARENA(ROOM);
    struct embedder_query query;
    struct fault fault;

    if (embedder_embed_query(app->embedder, &request->filter.tenant_id, request->query, &arena,
                             &query, &fault))
        search_generation(app, &query, &request->filter, out);
    else
        log_and_set_failure(&fault, out);
}

void vector_search_run(const struct search_app *app, const struct message_query *request,
                       struct vector_search *out)
{
    const struct uuid *tenant_id = &request->filter.tenant_id;
    struct fault fault;

    *out = (struct vector_search){.reason = none};
    if (app->embedder == NULL || app->synchroniser == NULL)
        return;
    if (!semaphore_acquire(app->vector_semaphore, app->service->loop, tenant_id, &fault)) {
        log_and_set_failure(&fault, out);
        return;
    }
    embed_and_search(app, request, out);
    semaphore_release(app->vector_semaphore, tenant_id);
}
