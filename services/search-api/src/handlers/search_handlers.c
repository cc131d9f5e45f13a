// SPDX-License-Identifier: MIT
/* Searches for messages. */
#include "base/now.h"

#include "app.h"
#include "documents/rebuilder.h"
#include "handlers/handlers.h"
#include "lexicon/lexicon_updater.h"
#include "messages/message_search_json.h"
#include "messages/vector_search.h"
#include "sync/message_consumer.h"

/* Whether the answer reports missing vectors: only if there is an endpoint, or the request needs
 * vectors. */
static bool is_reported(const struct search_app *app, const struct message_query *request)
{
    return app->embedder != NULL || request->mode == SEARCH_HYBRID ||
           request->mode == SEARCH_VECTOR;
}

static void fill_status(const struct search_app *app, const struct message_query *request,
                        const struct message_results *results, struct message_search_status *status)
{
    size_t count = 0;

    status->lag_seconds = message_consumer_lag_seconds(app->message_consumer);
    if (results->missing != NULL && is_reported(app, request))
        status->reasons[count++] = results->missing;
    if (!lexicon_updater_is_ready(app->lexicon_updater))
        status->reasons[count++] = "words_uncounted";
    if (message_consumer_is_filling(app->message_consumer))
        status->reasons[count++] = "index_filling";
    if (message_consumer_is_behind(app->message_consumer))
        status->reasons[count++] = "index_behind";
    if (rebuilder_is_outdated(app->rebuilder))
        status->reasons[count++] = "words_outdated";
    if (results->newest_only)
        status->reasons[count++] = "words_common";
    status->degraded = count > 0;
}

static bool read_request(const struct http_request *req, struct message_query *request,
                         struct slice *filters, struct seen_ids *seen, struct fault *fault)
{
    fields_clear(&message_search_fields, request);
    request->from = request->to = FIELD_ABSENT;
    request->prefix = false;
    request->limit = LIST_LIMIT_DEFAULT;
    return http_request_query(req, NULL, NULL, fault) &&
           http_request_decode(req, &message_search_fields, false, request, NULL, fault) &&
           message_search_write_filters(request, req->arena, filters, fault) &&
           seen_ids_read_cursor(request->cursor, *filters, req->arena, seen, fault);
}

enum http_status post_search_messages(void *data, const struct http_request *req,
                                      struct http_response *res)
{
    struct search_app *app = data;
    const int64_t began = now_mono_ns();
    struct message_search_status status = {.degraded = false};
    struct seen_ids seen;
    struct slice filters;
    struct message_query request;
    struct fault fault;

    if (!read_request(req, &request, &filters, &seen, &fault))
        return http_reply_fault(req, res, &fault);
    const struct vector_search_sources vectors = {app->vector_semaphore, app->service->loop,
                                                  app->embedder, app->synchroniser};
    const struct message_search_sources sources = {app->service, app->lexicon_updater, &vectors};
    struct message_search *search = message_search_run(
        app->search_semaphore, &sources, &api_caller(req)->tenant_id, &request, &seen, &fault);
    if (search == NULL)
        return http_reply_fault(req, res, &fault);
    fill_status(app, &request, message_search_results(search), &status);
    status.took_ms = (now_mono_ns() - began) / 1000000;
    message_search_encode(message_search_results(search), &status, filters, &res->body);
    message_search_destroy(search);
    return http_reply_json(res, HTTP_OK);
}
