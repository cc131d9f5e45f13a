// SPDX-License-Identifier: MIT
#include "search/nearby.h"

#include <string.h>

#include "base/auto.h"
#include "base/log.h"

#include "embedding/embedder.h"
#include "following/follower.h"
#include "jobs/desk.h"

enum { ROOM = 1024 * 1024 }; /* of the query's vector, and what is sent for it */

static const char none[] = "no_vectors", failed[] = "vectors_failed", some[] = "vectors_missing",
                  over_budget[] = "vectors_over_budget";

static void fail(const struct fault *fault, struct nearby *out)
{
    LOG(LOG_INFO, "nearby_failed", fault->detail, log_str("code", fault->code));
    out->reason = strcmp(fault->code, "embeddings_over_budget") == 0 ? over_budget : failed;
}

/* Fewer than there are documents, or fewer than there are vectors. */
static bool is_incomplete(const struct nearby_sources *sources, const struct vector_index *index,
                          const struct uuid *tenant_id)
{
    struct vector_index_state held;
    struct embedder_state made;

    index->kind->state(index->self, tenant_id, &held);
    embedder_state(sources->embedder, &made);
    return held.reason != NULL || made.due > 0;
}

static void look(const struct nearby_sources *sources, const struct vector_index *index,
                 const struct uuid *tenant_id, const struct search *asked, const float *vector,
                 struct nearby *out)
{
    const struct vector_filter filter = {.tenant_id = *tenant_id,
                                         .bot = asked->bot,
                                         .chat_id = asked->chat_id,
                                         .user_id = asked->user_id,
                                         .from = asked->from,
                                         .to = asked->to,
                                         .language = asked->language};
    struct vector_hit hits[NEARBY_MAX];
    struct fault fault;

    if (!index->kind->nearest(index->self, &filter, vector, NEARBY_MAX, hits, &out->count,
                              &fault)) {
        out->count = 0;
        fail(&fault, out);
        return;
    }
    for (size_t i = 0; i < out->count; i++)
        out->numbers[i] = hits[i].number;
    out->asked = true;
    out->reason = is_incomplete(sources, index, tenant_id) ? some : NULL;
}

/* The vectors may be of another generation by the time the query has one. */
static void look_in(const struct nearby_sources *sources, const struct embedder_query *query,
                    const struct uuid *tenant_id, const struct search *asked, struct nearby *out)
{
    struct follower_index *index = follower_borrow(sources->follower);

    if (index != NULL && follower_generation(index) == query->generation)
        look(sources, follower_vectors(index), tenant_id, asked, query->vector, out);
    else
        out->reason = failed;
    follower_give_back(index);
}

static void find(const struct nearby_sources *sources, const struct uuid *tenant_id,
                 const struct search *asked, struct nearby *out)
{
    AUTO(arena_finish) struct arena arena;
    struct embedder_query query;
    struct fault fault;

    arena_init(&arena, ROOM);
    if (embedder_query(sources->embedder, tenant_id, asked->query, &arena, &query, &fault))
        look_in(sources, &query, tenant_id, asked, out);
    else
        fail(&fault, out);
}

void nearby_find(const struct nearby_sources *sources, const struct uuid *tenant_id,
                 const struct search *asked, struct nearby *out)
{
    struct fault fault;

    *out = (struct nearby){.reason = none};
    if (sources->embedder == NULL || sources->follower == NULL)
        return;
    if (!desk_enter(sources->desk, sources->loop, tenant_id, &fault)) {
        fail(&fault, out);
        return;
    }
    find(sources, tenant_id, asked, out);
    desk_leave(sources->desk, tenant_id);
}
