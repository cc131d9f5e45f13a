// SPDX-License-Identifier: MIT
/* Searches for apartments. */
#include "api/list.h"
#include "base/auto.h"
#include "base/now.h"

#include "access.h"
#include "apartments/apartment_search_json.h"
#include "app.h"
#include "handlers/handlers.h"
#include "handlers/search_status.h"
#include "sync/apartment_consumer.h"

static void encode_status_and_close(const struct search_app *app,
                                    const struct apartment_results *results, int64_t began_ns,
                                    struct buf *out)
{
    const struct apartment_consumer *consumer = app->apartment_consumer;
    struct search_status status = {.lag_seconds = apartment_consumer_lag_seconds(consumer),
                                   .began_ns = began_ns};

    search_status_add_if(&status, results->availability_unknown, "dates_unjudged");
    search_status_add_if(&status, results->refused, "key_refused");
    search_status_add_if(&status, apartment_consumer_is_behind(consumer), "index_behind");
    search_status_add_if(&status, consumer->outdated, "words_outdated");
    search_status_encode_and_close(&status, out);
}

static bool decode_request(const struct http_request *req, struct criteria_request *request,
                           struct fault *fault)
{
    fields_clear(&apartment_search_fields, request);
    request->city = SLICE_NONE;
    request->limit = LIST_LIMIT_DEFAULT;
    return http_request_query(req, NULL, NULL, fault) &&
           http_request_decode(req, &apartment_search_fields, false, request, NULL, fault);
}

enum http_status post_search_apartments(void *data, const struct http_request *req,
                                        struct http_response *res)
{
    struct search_app *app = data;
    const int64_t began_ns = now_mono_ns();
    const struct api_caller *caller = api_caller(req);
    const struct availability_caller as = {.key = req->headers[HTTP_H_X_API_KEY],
                                           .actor = req->headers[HTTP_H_X_ACTOR],
                                           .request_id = req->request_id,
                                           .traceparent = req->headers[HTTP_H_TRACEPARENT]};
    AUTO(apartment_search_finish) struct apartment_search search = {.reader = NULL};
    struct criteria_request request;
    struct fault fault;

    if (!decode_request(req, &request, &fault) ||
        !apartment_search_run(&search, app, &caller->tenant_id, &request, &as,
                              (caller->scopes & SCOPE_BOOKING_READ) != 0, &fault))
        return http_reply_fault(req, res, &fault);
    apartment_search_encode_unclosed(&search.results, &res->body);
    encode_status_and_close(app, &search.results, began_ns, &res->body);
    return http_reply_json(res, HTTP_OK);
}
