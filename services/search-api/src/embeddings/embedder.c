// SPDX-License-Identifier: MIT
#include "embeddings/embedder.h"

#include <stdlib.h>

#include "base/now.h"
#include "db/transaction.h"

#include "config.h"
#include "embeddings/embedder_private.h"
#include "embeddings/vector_store.h"

enum {
    EVERY_MS = 2000,
    AFTER_FAILURE_MS = 15000,
    LIMIT_MS = 100000,   /* late answers leave time for smaller requests */
    WORK_MS = 30000,     /* from the start of a run: no batch starts later */
    QUEUED = 2000,       /* documents added to the queue in one transaction */
    DELETED_MAX = 2000,  /* rows of a table deleted in one transaction */
    DUE_COUNTED = 20000, /* due documents counted, at most */
    DELETES_MAX = 20     /* transactions that delete rows in one run, at most */
};

/* --- documents --- */

/* Adds older documents without a vector of the generation to the queue. `more`: documents may be
 * due now. */
static bool queue_older_documents(struct embedder *embedder, size_t generation_index, bool *more,
                                  struct fault *fault)
{
    struct generation *generation = &embedder->generations.live.list[generation_index];
    int64_t queued_below;

    *more = false;
    if (generation->queued_below == 0)
        return true;
    if (!vector_store_queue_documents(embedder->service->pool, generation->number, QUEUED,
                                      &queued_below, fault))
        return false;
    *more = queued_below < generation->queued_below;
    generation->queued_below = queued_below;
    return true;
}

static bool fill_generation(struct embedder *embedder, size_t generation_index, int64_t until_ns,
                            struct fault *fault)
{
    enum embedder_batch_end end = EMBEDDER_BATCH_MORE;
    bool more;

    /* Add older documents to the queue once per run even if many documents are due: otherwise
     * tenants that have only older documents would wait for all other tenants. */
    if (!queue_older_documents(embedder, generation_index, &more, fault))
        return false;
    for (more = true; more && loop_now_ns(embedder->service->loop) < until_ns;) {
        if (!embedder_batch_run(embedder, generation_index, &end, fault))
            return false;
        more = end == EMBEDDER_BATCH_MORE;
        if (end == EMBEDDER_BATCH_NOTHING_DUE &&
            !queue_older_documents(embedder, generation_index, &more, fault))
            return false;
    }
    if (end == EMBEDDER_BATCH_OVER_BUDGET)
        embedder->gauges[EMBEDDER_OVER_BUDGET].value = 1;
    return true;
}

static bool fill_generations(struct embedder *embedder, struct fault *fault)
{
    const int64_t until_ns = loop_now_ns(embedder->service->loop) + WORK_MS * NS_PER_MS;

    embedder->gauges[EMBEDDER_OVER_BUDGET].value = 0;
    for (size_t i = 0; i < embedder->generations.live.count; i++) {
        if (!embedder->generations.fits[i] || fill_generation(embedder, i, until_ns, fault))
            continue;
        if (strcmp(fault->code, "embeddings_swapped") == 0)
            generations_mark_model_swapped(&embedder->generations, i);
        return false;
    }
    return true;
}

/* --- switching generations --- */

struct switching {
    int64_t filling;
    bool done;
};

static bool switch_generation_if_filled(struct db *tx, void *arg, struct fault *fault)
{
    struct switching *switching = arg;

    return generation_store_switch_if_filled(tx, switching->filling, &switching->done, fault);
}

static bool switch_to_filled_generation(struct embedder *embedder, struct fault *fault)
{
    for (size_t i = 0; i < embedder->generations.live.count; i++) {
        const struct generation *generation = &embedder->generations.live.list[i];
        struct switching switching = {.filling = generation->number};
        if (generation->state != GENERATION_FILLING || !embedder->generations.fits[i] ||
            generation->queued_below > 0)
            continue;
        if (!db_transaction(embedder->service->pool, switch_generation_if_filled, &switching,
                            fault))
            return false;
        if (switching.done)
            embedder->generations.check_ns = 0;
    }
    return true;
}

static bool delete_page_of_old_generations(struct db *tx, void *arg, struct fault *fault)
{
    return generation_store_delete_old(tx, DELETED_MAX, arg, fault);
}

static bool delete_old_generations(struct embedder *embedder, struct fault *fault)
{
    bool more = true;

    for (int i = 0; more && i < DELETES_MAX; i++) {
        if (!db_transaction(embedder->service->pool, delete_page_of_old_generations, &more, fault))
            return false;
    }
    return true;
}

/* --- a run --- */

static bool count_due_documents(struct embedder *embedder, struct fault *fault)
{
    const struct generation *first = &embedder->generations.live.list[0];
    const int64_t older = first->queued_below > 0 ? first->queued_below - 1 : 0;
    int64_t queued;

    if (embedder->generations.live.count == 0)
        return true;
    if (!vector_store_count_due(embedder->service->db, first->number, DUE_COUNTED, &queued, fault))
        return false;
    embedder->gauges[EMBEDDER_DUE].value = (double)(queued + older);
    return true;
}

bool embedder_run(struct embedder *embedder, struct fault *fault)
{
    struct fault why = {.code = ""};
    const bool fits = generations_check_probes_if_due(&embedder->generations, &why);

    /* Continue even if the probes of one generation do not match: another may still be usable. */
    if (!spending_store_and_read_budget(&embedder->spending, fault) ||
        !fill_generations(embedder, fault) || !switch_to_filled_generation(embedder, fault) ||
        !delete_old_generations(embedder, fault) || !count_due_documents(embedder, fault))
        return false;
    if (!fits)
        *fault = why;
    return fits;
}

static bool run_embedder(void *data, struct fault *fault)
{
    struct embedder *embedder = data;
    const struct loop *loop = embedder->service->loop;

    if (loop_now_ns(loop) < embedder->not_before_ns)
        return true;
    const bool ok = embedder_run(embedder, fault);
    embedder->not_before_ns = ok ? 0 : loop_now_ns(loop) + AFTER_FAILURE_MS * NS_PER_MS;
    return ok;
}

/* --- queries --- */

void embedder_get_state(const struct embedder *embedder, struct embedder_state *out)
{
    const struct generation *first = &embedder->generations.live.list[0];
    const bool usable = generations_can_embed(&embedder->generations);

    *out = (struct embedder_state){.usable = usable,
                                   .due = (int64_t)embedder->gauges[EMBEDDER_DUE].value,
                                   .model = "",
                                   .daily_tokens = embedder->config->embeddings_daily_tokens};
    if (!usable)
        out->reason = embedder->generations.reason != NULL ? embedder->generations.reason
                                                           : "embeddings_unknown";
    if (embedder->generations.live.count == 0 || first->state != GENERATION_SERVING)
        return;
    out->generation = first->number;
    out->model = first->settings.model;
}

bool embedder_embed_query(struct embedder *embedder, const struct uuid *tenant_id,
                          struct slice text, struct arena *arena, struct embedder_query *out,
                          struct fault *fault)
{
    const int64_t tokens = budget_estimate_tokens(text);
    const struct generation generation = embedder->generations.live.list[0];
    struct embedder_state state;
    struct embeddings made;

    embedder_get_state(embedder, &state);
    if (!state.usable)
        return fault_set(fault, FAULT_UNAVAILABLE, state.reason,
                         "There is no vector of the query.");
    if (!spending_allows(&embedder->spending, tenant_id, tokens, fault))
        return false;
    const struct embeddings_job job = {.model = generation.settings.model,
                                       .dimensions = generation.settings.asked,
                                       .prefix = slice_of(generation.settings.query_prefix),
                                       .texts = &text,
                                       .count = 1,
                                       .timeout_ms = EMBEDDER_QUERY_MS,
                                       .tries = 1,
                                       .no_pause = true};
    if (!embeddings_embed_texts(&embedder->client, &job, arena, &made, fault))
        return false;
    spending_add_tokens(&embedder->spending, tenant_id, made.tokens > 0 ? made.tokens : tokens);
    if (made.made != 1)
        return fault_set(fault, FAULT_UNAVAILABLE, "embeddings_refused",
                         "The embeddings endpoint refuses the query.");
    if ((int64_t)made.dimensions != generation.dimensions)
        return generations_set_swapped_fault(fault);
    *out = (struct embedder_query){made.list[0].vector, generation.number};
    return true;
}

/* --- life cycle --- */

static double get_usable(void *data)
{
    return generations_can_embed(&((const struct embedder *)data)->generations) ? 1 : 0;
}

static const char *const labels[EMBEDDER_COUNTS] = {
    [EMBEDDER_MADE] = "how=\"made\"",
    [EMBEDDER_REUSED] = "how=\"reused\"",
    [EMBEDDER_SKIPPED] = "how=\"skipped\"",
    [EMBEDDER_REFUSED] = "how=\"refused\"",
};

static void register_metrics(struct embedder *embedder)
{
    metric_register_gauge(&embedder->gauges[EMBEDDER_USABLE], "search_vectors_usable",
                          "1: queries can be embedded.", get_usable, embedder);
    metric_register_gauge(&embedder->gauges[EMBEDDER_DUE], "search_vectors_due",
                          "Documents that wait for a vector; may include deleted ones.", NULL,
                          NULL);
    metric_register_gauge(&embedder->gauges[EMBEDDER_OVER_BUDGET], "search_vectors_over_budget",
                          "1: documents wait because the budget of the minute or day is used up.",
                          NULL, NULL);
    for (size_t i = 0; i < EMBEDDER_COUNTS; i++)
        metric_register_counter(&embedder->counts[i], "search_vectors_total",
                                "Documents that waited for a vector, by outcome.", labels[i]);
}

void embedder_stop(struct embedder *embedder)
{
    if (embedder == NULL)
        return;
    periodic_stop(&embedder->task);
    metric_unregister_all(embedder->gauges, EMBEDDER_GAUGES);
    metric_unregister_all(embedder->counts, EMBEDDER_COUNTS);
    embeddings_client_finish(&embedder->client);
    generations_finish(&embedder->generations);
    free(embedder);
}

struct embedder *embedder_start(struct service *service, const struct search_config *config,
                                struct fault *fault)
{
    static const struct periodic_task task = {"embedding", run_embedder, EVERY_MS, LIMIT_MS,
                                              .at_once = true};
    struct embedder *embedder = fault_calloc(sizeof *embedder, "embeddings", fault);

    if (embedder == NULL)
        return NULL;
    embedder->service = service;
    embedder->config = config;
    embeddings_client_init(&embedder->client, service, config);
    embedder->spending =
        (struct spending){.service = service, .budget.daily = config->embeddings_daily_tokens};
    embedder->generations.service = service;
    embedder->generations.client = &embedder->client;
    struct generation_settings *settings = &embedder->generations.settings;
    settings->asked = config->embeddings_dimensions;
    slice_copy(slice_of(config->embeddings_model), settings->model, sizeof settings->model);
    slice_copy(slice_of(config->embeddings_query_prefix), settings->query_prefix,
               sizeof settings->query_prefix);
    slice_copy(slice_of(config->embeddings_passage_prefix), settings->passage_prefix,
               sizeof settings->passage_prefix);
    embedder->instance = uuid_make();
    register_metrics(embedder);
    periodic_start(&embedder->task, service->loop, &task, embedder);
    return embedder;
}
