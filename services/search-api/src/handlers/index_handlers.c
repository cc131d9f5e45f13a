// SPDX-License-Identifier: MIT
/* The state of the index, and the rebuild of its terms. */
#include "api/change.h"
#include "base/number.h"

#include "app.h"
#include "documents/document_store.h"
#include "documents/rebuild_store.h"
#include "documents/rebuilder.h"
#include "embeddings/embedder.h"
#include "embeddings/generation_store.h"
#include "embeddings/vector_store.h"
#include "handlers/handlers.h"
#include "lexicon/lexicon_updater.h"
#include "sync/message_consumer.h"
#include "sync/reconciler.h"
#include "vectors/synchroniser.h"

/* In the order of enum rebuild_state. */
static const char *const rebuild_state_names[] = {"none", "running", "done", NULL};
/* In the order of enum reconciler_state. */
static const char *const reconcile_state_names[] = {"waiting", "running", "stopped", NULL};

struct reconcile {
    int state;
    int64_t ended_at;
};

/* The state of the vectors, for the answer. All members are absent if no embeddings endpoint is
 * configured. */
struct vectors {
    struct slice reason;
    struct field_list generations;
    int64_t tokens_today;
    int64_t tokens_max;
};

struct state {
    struct slice backend;
    int64_t normaliser;
    int64_t documents;
    bool ready;
    int64_t lag_seconds;
    struct rebuild_progress rebuild;
    struct reconcile reconcile;
    struct vectors vectors;
};

// clang-format off
#define AT(member) .offset = offsetof(struct rebuild_progress, member)
static const struct field rebuild_items[] = {
    {.name = "state", .type = FIELD_ENUM, AT(state), .names = rebuild_state_names},
    {.name = "done",  .type = FIELD_INT,  AT(done)},
    {.name = "total", .type = FIELD_INT,  AT(total)},
};
#undef AT
static const struct fields rebuild_fields = FIELDS_OF(rebuild_items, struct rebuild_progress);
#define AT(member) .offset = offsetof(struct reconcile, member)
static const struct field reconcile_items[] = {
    {.name = "state",    .type = FIELD_ENUM, AT(state), .names = reconcile_state_names},
    {.name = "ended_at", .type = FIELD_TIME, AT(ended_at)},
};
#undef AT
static const struct fields reconcile_fields = FIELDS_OF(reconcile_items, struct reconcile);
#define AT(member) .offset = offsetof(struct generation_progress, member)
static const struct field generation_items[] = {
    {.name = "model",      .type = FIELD_TEXT, AT(model)},
    {.name = "dimensions", .type = FIELD_INT,  AT(dimensions)},
    {.name = "state",      .type = FIELD_ENUM, AT(state), .names = generation_states},
    {.name = "documents",  .type = FIELD_INT,  AT(documents)},
    {.name = "due",        .type = FIELD_INT,  AT(due)},
    {.name = "refused",    .type = FIELD_INT,  AT(refused)},
    {.name = "truncated",  .type = FIELD_INT,  AT(truncated)},
};
#undef AT
static const struct fields generation_fields =
    FIELDS_OF(generation_items, struct generation_progress);
#define AT(member) .offset = offsetof(struct vectors, member)
static const struct field vector_items[] = {
    {.name = "reason",       .type = FIELD_TEXT, AT(reason)},
    {.name = "generations",  .type = FIELD_LIST, AT(generations), .table = &generation_fields},
    {.name = "tokens_today", .type = FIELD_INT,  AT(tokens_today)},
    {.name = "tokens_max",   .type = FIELD_INT,  AT(tokens_max)},
};
#undef AT
static const struct fields vector_fields = FIELDS_OF(vector_items, struct vectors);
#define AT(member) .offset = offsetof(struct state, member)
static const struct field items[] = {
    {.name = "backend",     .type = FIELD_TEXT,   AT(backend)},
    {.name = "normaliser",  .type = FIELD_INT,    AT(normaliser)},
    {.name = "documents",   .type = FIELD_INT,    AT(documents)},
    {.name = "outdated",    .type = FIELD_INT,    AT(rebuild.older)},
    {.name = "ready",       .type = FIELD_BOOL,   AT(ready)},
    {.name = "lag_seconds", .type = FIELD_INT,    AT(lag_seconds)},
    {.name = "rebuild",     .type = FIELD_OBJECT, AT(rebuild), .table = &rebuild_fields},
    {.name = "reconcile",   .type = FIELD_OBJECT, AT(reconcile), .table = &reconcile_fields},
    {.name = "vectors",     .type = FIELD_OBJECT, AT(vectors), .table = &vector_fields},
};
#undef AT
// clang-format on
static const struct fields fields = FIELDS_OF(items, struct state);

/* Unless a requested rebuild is running, reports one after a change of the tokenizer's rules. */
static void report_rebuild_of_older_terms(struct state *state)
{
    struct rebuild_progress *rebuild = &state->rebuild;

    if (rebuild->state == REBUILD_RUNNING || rebuild->older == 0)
        return;
    rebuild->state = REBUILD_RUNNING;
    rebuild->done = number_max(state->documents - rebuild->older, 0);
    rebuild->total = state->documents;
}

/* Reads the generations, the tokens used today, and why vectors are missing in searches. */
static bool read_vector_state(const struct search_app *app, const struct uuid *tenant_id,
                              struct generation_progress list[GENERATIONS_LIVE],
                              struct db_rows *rows, struct state *out, struct fault *fault)
{
    struct embedder_state made;
    int64_t own;
    size_t count;

    fields_clear(&vector_fields, &out->vectors);
    if (app->embedder == NULL)
        return true;
    if (!generation_store_list_progress(app->service->db, tenant_id, rows, list, &count, fault) ||
        !vector_store_read_used_tokens(app->service->db, tenant_id, &out->vectors.tokens_today,
                                       &own, fault))
        return false;
    embedder_get_state(app->embedder, &made);
    out->backend = slice_of(synchroniser_backend_name(app->synchroniser));
    const char *reason = made.usable
                             ? synchroniser_missing_vectors_reason(app->synchroniser, tenant_id)
                             : made.reason;
    if (reason != NULL)
        out->vectors.reason = slice_of(reason);
    out->vectors.generations = (struct field_list){list, count};
    out->vectors.tokens_max = made.daily_tokens;
    return true;
}

enum http_status get_index(void *data, const struct http_request *req, struct http_response *res)
{
    struct search_app *app = data;
    const struct uuid *tenant_id = &api_caller(req)->tenant_id;
    struct state state = {
        .backend = SLICE("embedded"),
        .normaliser = WORDS_VERSION,
        .ready = lexicon_updater_is_ready(app->lexicon_updater),
        .lag_seconds = message_consumer_lag_seconds(app->message_consumer),
        .reconcile = {.state = (int)reconciler_get_state(app->reconciler),
                      .ended_at = app->reconciler->state.ended_at}
    };
    struct generation_progress generations[GENERATIONS_LIVE];
    auto_rows struct db_rows rows = {0};
    struct fault fault;

    if (!http_request_query(req, NULL, NULL, &fault) ||
        !document_store_count_capped(app->service->db, tenant_id, &state.documents, &fault) ||
        !rebuild_store_read_progress(app->service->db, tenant_id, &state.rebuild, &fault) ||
        !read_vector_state(app, tenant_id, generations, &rows, &state, &fault))
        return http_reply_fault(req, res, &fault);
    report_rebuild_of_older_terms(&state);
    fields_encode(&fields, &state, false, &res->body);
    return http_reply_json(res, HTTP_OK);
}

/* --- rebuild --- */

static void wake_rebuilder(void *arg)
{
    const struct search_app *app = arg;

    rebuilder_wake(app->rebuilder);
}

static bool request_rebuild(struct change *change, void *arg, struct http_response *res,
                            struct fault *fault)
{
    const struct uuid *tenant_id = &change->caller->tenant_id;
    struct rebuild_progress progress;
    bool begun;

    if (!http_request_empty(change->req, fault) ||
        !rebuild_store_request(change->tx, tenant_id, &begun, fault) ||
        !rebuild_store_read_progress(change->tx, tenant_id, &progress, fault))
        return false;
    if (begun)
        change_audit(change, "index.rebuild", "index", tenant_id, 1);
    change_after_commit(change, wake_rebuilder, arg);
    fields_encode(&rebuild_fields, &progress, false, &res->body);
    http_reply_json(res, HTTP_ACCEPTED);
    return true;
}

enum http_status post_index_rebuild(void *data, const struct http_request *req,
                                    struct http_response *res)
{
    struct search_app *app = data;

    return api_change(app->service->changes, req, res, request_rebuild, app);
}
