// SPDX-License-Identifier: MIT
/* Flats that people look for. */
#include "api/list.h"
#include "base/now.h"

#include "access.h"
#include "apartments/apartment_search_json.h"
#include "app.h"
#include "handlers/handlers.h"
#include "sync/apartment_consumer.h"

static void say(const struct search_app *app, const struct apartment_results *answer,
                struct apartment_search_said *said)
{
    size_t count = 0;

    said->lag_seconds = apartment_consumer_lag_seconds(app->apartments);
    if (answer->unjudged)
        said->reasons[count++] = "dates_unjudged";
    if (answer->refused)
        said->reasons[count++] = "key_refused";
    if (apartment_consumer_is_behind(app->apartments))
        said->reasons[count++] = "index_behind";
    if (apartment_consumer_is_outdated(app->apartments))
        said->reasons[count++] = "words_outdated";
    said->degraded = count > 0;
}

static bool read_asked(const struct http_request *req, struct criteria_request *asked,
                       struct fault *fault)
{
    fields_clear(&apartment_search_fields, asked);
    asked->city = (struct slice){NULL, 0};
    asked->limit = LIST_LIMIT_DEFAULT;
    return http_request_query(req, NULL, NULL, fault) &&
           http_request_decode(req, &apartment_search_fields, false, asked, NULL, fault);
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
    struct apartment_search_said said = {.degraded = false};
    struct criteria_request asked;
    struct fault fault;

    if (!read_asked(req, &asked, &fault))
        return http_reply_fault(req, res, &fault);
    struct apartment_search *apartment_search =
        apartment_search_run(app->apartment_searcher, &caller->tenant_id, &asked, &as,
                             (caller->scopes & SCOPE_BOOKING_READ) != 0, &fault);
    if (apartment_search == NULL)
        return http_reply_fault(req, res, &fault);
    say(app, apartment_search_results(apartment_search), &said);
    said.took_ms = (now_mono_ns() - began) / 1000000;
    apartment_search_encode(apartment_search_results(apartment_search), &said, &res->body);
    apartment_search_destroy(apartment_search);
    return http_reply_json(res, HTTP_OK);
}
