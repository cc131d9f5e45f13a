// SPDX-License-Identifier: MIT
#include "api/change_by_id.h"
#include "api/read_by_id.h"

#include "bookings/bookings_json.h"
#include "handlers/handlers.h"

static bool create_quote(struct change *change, void *arg, struct http_response *res,
                         struct fault *fault)
{
    struct booking_draft draft;
    struct quote quote;

    (void)arg;
    booking_draft_defaults(&draft);
    if (!http_request_decode(change->req, &quote_draft_fields, false, &draft, NULL, fault) ||
        !quote_create(change, &draft, &quote, fault))
        return false;
    fields_encode(&quote_fields, &quote, false, &res->body);
    return change_reply_created(change, res, &quote.id, 0, fault);
}

CHANGE_BY_BODY(post_quote, create_quote)

/* Reads a quote. An expired quote is readable until it is deleted. */
static enum http_status show_quote(struct reading *reading, struct http_response *res)
{
    struct quote quote;

    if (!quote_store_find(reading->db, &reading->caller->tenant_id, &reading->id,
                          reading->req->arena, &quote, &reading->fault) ||
        (!quote_usable(&quote, reading->caller) &&
         !fault_set(&reading->fault, FAULT_NOT_FOUND, "not_found", "There is no such quote.")))
        return read_refuse(reading, res);
    fields_encode(&quote_fields, &quote, false, &res->body);
    return read_reply(reading, res, 0);
}

READ_BY_ID(get_quote, show_quote)
