// SPDX-License-Identifier: MIT
/* Searches for messages. */
#include "base/now.h"

#include "app.h"
#include "documents/rebuilder.h"
#include "handlers/handlers.h"
#include "handlers/search_status.h"
#include "lexicon/lexicon_updater.h"
#include "messages/message_search_json.h"
#include "sync/message_consumer.h"

/* Whether the answer reports missing vectors: only if an embeddings endpoint is configured, or the
 * request needs vectors. */
static bool reports_missing_vectors(const struct search_app *app,
                                    const struct message_query *request)
{
    return app->embedder != NULL || request->mode == SEARCH_HYBRID ||
           request->mode == SEARCH_VECTOR;
}

static void encode_status_and_close(const struct search_app *app,
                                    const struct message_query *request,
                                    const struct message_results *results, int64_t began_ns,
                                    struct buf *out)
{
    const struct message_consumer *consumer = app->message_consumer;
    struct search_status status = {.lag_seconds = message_consumer_lag_seconds(consumer),
                                   .began_ns = began_ns};

    search_status_add_if(&status, results->missing != NULL && reports_missing_vectors(app, request),
                         results->missing);
    search_status_add_if(&status, !lexicon_updater_is_ready(app->lexicon_updater),
                         "words_uncounted");
    search_status_add_if(&status, message_consumer_is_filling(consumer), "index_filling");
    search_status_add_if(&status, message_consumer_is_behind(consumer), "index_behind");
    search_status_add_if(&status, app->rebuilder->behind, "words_outdated");
    search_status_add_if(&status, results->newest_only, "words_common");
    search_status_encode_and_close(&status, out);
}

static bool decode_request(const struct http_request *req, struct message_query *request,
                           struct slice *request_text, struct seen_ids *seen, struct fault *fault)
{
    fields_clear(&message_search_fields, request);
    request->filter.tenant_id = api_caller(req)->tenant_id;
    request->filter.from = request->filter.to = FIELD_ABSENT;
    request->prefix = false;
    request->limit = LIST_LIMIT_DEFAULT;
    return http_request_query(req, NULL, NULL, fault) &&
           http_request_decode(req, &message_search_fields, false, request, NULL, fault) &&
           message_search_write_request_text(request, req->arena, request_text, fault) &&
           seen_ids_read_cursor(request->cursor, *request_text, req->arena, seen, fault);
}

enum http_status post_search_messages(void *data, const struct http_request *req,
                                      struct http_response *res)
{
    struct search_app *app = data;
    const int64_t began_ns = now_mono_ns();
    struct seen_ids seen;
    struct slice request_text;
    struct message_query request;
    struct fault fault;

    if (!decode_request(req, &request, &request_text, &seen, &fault))
        return http_reply_fault(req, res, &fault);
    struct message_search *search = message_search_run(app, &request, &seen, &fault);
    if (search == NULL)
        return http_reply_fault(req, res, &fault);
    message_search_encode_unclosed(message_search_results(search), request_text, &res->body);
    encode_status_and_close(app, &request, message_search_results(search), began_ns, &res->body);
    message_search_destroy(search);
    return http_reply_json(res, HTTP_OK);
}
