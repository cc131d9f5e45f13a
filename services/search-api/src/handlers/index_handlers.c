// SPDX-License-Identifier: MIT
/* What can be found, and how new it is. */
#include "app.h"
#include "documents/document_store.h"
#include "feeding/feeder.h"
#include "handlers/handlers.h"
#include "learning/learner.h"

struct state {
    struct slice backend;
    int64_t normaliser;
    int64_t documents;
    bool ready;
    int64_t lag_seconds;
};

// clang-format off
#define AT(member) .offset = offsetof(struct state, member)
static const struct field items[] = {
    {.name = "backend",     .type = FIELD_TEXT, AT(backend)},
    {.name = "normaliser",  .type = FIELD_INT,  AT(normaliser)},
    {.name = "documents",   .type = FIELD_INT,  AT(documents)},
    {.name = "ready",       .type = FIELD_BOOL, AT(ready)},
    {.name = "lag_seconds", .type = FIELD_INT,  AT(lag_seconds)},
};
#undef AT
// clang-format on
static const struct fields fields = FIELDS_OF(items, struct state);

enum http_status get_index(void *data, const struct http_request *req, struct http_response *res)
{
    struct search_app *app = data;
    struct state state = {.backend = SLICE("embedded"),
                          .normaliser = WORDS_VERSION,
                          .ready = learner_is_ready(app->learner),
                          .lag_seconds = feeder_lag_seconds(app->feeder)};
    struct fault fault;

    if (!http_request_query(req, NULL, NULL, &fault) ||
        !document_store_count(app->service->db, &api_caller(req)->tenant_id, &state.documents,
                              &fault))
        return http_reply_fault(req, res, &fault);
    fields_encode(&fields, &state, false, &res->body);
    return http_reply_json(res, HTTP_OK);
}
