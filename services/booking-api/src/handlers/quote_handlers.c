// SPDX-License-Identifier: MIT
#include "api/change_by_id.h"

#include "app.h"
#include "bookings/bookings_json.h"
#include "handlers/handlers.h"

static bool create(struct change *change, void *arg, struct http_response *res, struct fault *fault)
{
    struct booking_draft draft;
    struct quote quote;

    (void)arg;
    booking_draft_defaults(&draft);
    if (!http_request_decode(change->req, &quote_draft_fields, false, &draft, NULL, fault) ||
        !quote_make(change, &draft, &quote, fault) ||
        !http_reply_location(change->req, res, &quote.id, fault))
        return false;
    fields_encode(&quote_fields, &quote, false, &res->body);
    http_reply_json(res, HTTP_CREATED);
    return true;
}

CHANGE_BY_BODY(post_quote, create)

/* Reads a quote. An expired quote is readable until it is deleted. */
enum http_status get_quote(void *data, const struct http_request *req, struct http_response *res)
{
    struct booking_app *app = data;
    const struct api_caller *caller = api_caller(req);
    struct quote quote;
    struct uuid id;
    struct fault fault;

    if (!http_request_uuid(req, 0, &id, &fault) || !http_request_query(req, NULL, NULL, &fault) ||
        !quote_store_find(app->service->db, &caller->tenant_id, &id, req->arena, &quote, &fault))
        return http_reply_fault(req, res, &fault);
    if (!quote_usable(&quote, caller)) {
        fault_set(&fault, FAULT_NOT_FOUND, "not_found", "There is no such quote.");
        return http_reply_fault(req, res, &fault);
    }
    fields_encode(&quote_fields, &quote, false, &res->body);
    return http_reply_json(res, HTTP_OK);
}
