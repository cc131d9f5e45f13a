// SPDX-License-Identifier: MIT
#include "quote_handlers.h"

#include "app.h"
#include "booking_json.h"
#include "quote.h"

static bool decode_draft(struct change *change, struct booking_draft *draft, struct fault *fault)
{
    struct fault_list problems;

    booking_draft_defaults(draft);
    if (!http_request_decode(change->req, &quote_draft_fields, false, draft, NULL, fault))
        return false;
    fault_list_init(&problems, change->arena);
    booking_draft_check(draft, change->caller->test_key, &problems);
    return fault_list_ok(&problems, fault);
}

static bool create(struct change *change, void *arg, struct http_response *res, struct fault *fault)
{
    struct booking_draft draft;
    struct quote quote;

    (void)arg;
    if (!decode_draft(change, &draft, fault) || !quote_make(change, &draft, &quote, fault))
        return false;
    quote_encode(&quote, &res->body);
    http_reply_json(res, HTTP_CREATED);
    return true;
}

enum http_status post_quote(void *data, const struct http_request *req, struct http_response *res)
{
    struct booking_app *app = data;

    return api_change(app->service->changes, req, res, create, NULL);
}
