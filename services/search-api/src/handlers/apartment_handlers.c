// SPDX-License-Identifier: MIT
/* Searches for apartments. */
#include "api/list.h"
#include "base/now.h"

#include "access.h"
#include "apartments/apartment_search_json.h"
#include "app.h"
#include "handlers/handlers.h"
#include "sync/apartment_consumer.h"

static void fill_status(const struct search_app *app, const struct apartment_results *results,
                        struct apartment_search_status *status)
{
    size_t count = 0;

    status->lag_seconds = apartment_consumer_lag_seconds(app->apartment_consumer);
    if (results->availability_unknown)
        status->reasons[count++] = "dates_unjudged";
    if (results->refused)
        status->reasons[count++] = "key_refused";
    if (apartment_consumer_is_behind(app->apartment_consumer))
        status->reasons[count++] = "index_behind";
    if (apartment_consumer_is_outdated(app->apartment_consumer))
        status->reasons[count++] = "words_outdated";
    status->degraded = count > 0;
}

static bool read_request(const struct http_request *req, struct criteria_request *request,
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
    const int64_t began = now_mono_ns();
    const struct api_caller *caller = api_caller(req);
    const struct availability_caller as = {.key = req->headers[HTTP_H_X_API_KEY],
                                           .actor = req->headers[HTTP_H_X_ACTOR],
                                           .request_id = req->request_id,
                                           .traceparent = req->headers[HTTP_H_TRACEPARENT]};
    struct apartment_search_status status = {.degraded = false};
    struct criteria_request request;
    struct fault fault;

    if (!read_request(req, &request, &fault))
        return http_reply_fault(req, res, &fault);
    struct apartment_search *search =
        apartment_search_run(app->apartment_searcher, &caller->tenant_id, &request, &as,
                             (caller->scopes & SCOPE_BOOKING_READ) != 0, &fault);
    if (search == NULL)
        return http_reply_fault(req, res, &fault);
    fill_status(app, apartment_search_results(search), &status);
    status.took_ms = (now_mono_ns() - began) / 1000000;
    apartment_search_encode(apartment_search_results(search), &status, &res->body);
    apartment_search_destroy(search);
    return http_reply_json(res, HTTP_OK);
}
