// SPDX-License-Identifier: MIT
/* Flats that people look for. */
#include "api/list.h"
#include "base/now.h"

#include "access.h"
#include "app.h"
#include "finding/find_json.h"
#include "flats/flat_feeder.h"
#include "handlers/handlers.h"

static void say(const struct search_app *app, const struct find_answer *answer,
                struct find_said *said)
{
    size_t count = 0;

    said->lag_seconds = flat_feeder_lag_seconds(app->flats);
    if (answer->unjudged)
        said->reasons[count++] = "dates_unjudged";
    if (answer->refused)
        said->reasons[count++] = "key_refused";
    if (flat_feeder_is_behind(app->flats))
        said->reasons[count++] = "index_behind";
    if (flat_feeder_is_outdated(app->flats))
        said->reasons[count++] = "words_outdated";
    said->degraded = count > 0;
}

static bool read_asked(const struct http_request *req, struct wish_asked *asked,
                       struct fault *fault)
{
    fields_clear(&find_fields, asked);
    asked->city = (struct slice){NULL, 0};
    asked->limit = LIST_LIMIT_DEFAULT;
    return http_request_query(req, NULL, NULL, fault) &&
           http_request_decode(req, &find_fields, false, asked, NULL, fault);
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
    struct find_said said = {.degraded = false};
    struct wish_asked asked;
    struct fault fault;

    if (!read_asked(req, &asked, &fault))
        return http_reply_fault(req, res, &fault);
    struct find *find = find_run(app->finder, &caller->tenant_id, &asked, &as,
                                 (caller->scopes & SCOPE_BOOKING_READ) != 0, &fault);
    if (find == NULL)
        return http_reply_fault(req, res, &fault);
    say(app, find_told(find), &said);
    said.took_ms = (now_mono_ns() - began) / 1000000;
    find_encode(find_told(find), &said, &res->body);
    find_destroy(find);
    return http_reply_json(res, HTTP_OK);
}
