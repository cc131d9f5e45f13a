// SPDX-License-Identifier: MIT
/* The seasons of a flat are read and replaced as a whole, because their order counts. */
#include "api/change.h"
#include "base/auto.h"

#include "app.h"
#include "flats/flats_json.h"
#include "flats/rate_store.h"
#include "handlers/apartment_shown.h"
#include "handlers/handlers.h"
#include "prices/prices_json.h"

enum { EVENT_MAX = 64 * 1024 };

static bool not_found(struct fault *fault)
{
    return fault_set(fault, FAULT_NOT_FOUND, "not_found", "There is no such flat.");
}

enum http_status get_rates(void *data, const struct http_request *req, struct http_response *res)
{
    struct booking_app *app = data;
    const struct api_caller *caller = api_caller(req);
    struct apartment flat;
    struct fault fault;
    struct uuid id;

    if (!http_request_uuid(req, 0, &id, &fault) || !http_request_query(req, NULL, NULL, &fault) ||
        !rate_store_find(app->service->db, &caller->tenant_id, &id, req->arena, &flat, &fault))
        return http_reply_fault(req, res, &fault);
    if (!apartment_visible(&flat, caller)) {
        not_found(&fault);
        return http_reply_fault(req, res, &fault);
    }
    rates_encode(flat.rates, flat.rate_count, &res->body);
    return http_reply_resource(req, res, HTTP_OK, flat.version);
}

struct replace {
    struct booking_app *app;
    struct uuid id;
};

/* The event says that the flat has changed; its readers read the seasons. */
static bool tell(struct change *change, const struct apartment *flat, struct fault *fault)
{
    AUTO(buf_finish) struct buf json;
    struct slice data;

    buf_init(&json, EVENT_MAX);
    apartment_encode(flat, APARTMENT_FOR_ALL, false, &json);
    if (!buf_keep(&json, change->arena, &data, fault))
        return false;
    change_event(change, "apartment.updated", "apartment", &flat->id, flat->version, data);
    change_audit(change, "apartment.rates", "apartment", &flat->id, flat->version);
    return true;
}

static bool must_agree(const struct apartment *flat, struct arena *arena, struct fault *fault)
{
    struct fault_list problems;

    fault_list_init(&problems, arena);
    rates_check(flat->rates, flat->rate_count, flat->max_nights, &problems);
    return fault_list_ok(&problems, fault);
}

static bool replace(struct change *change, void *arg, struct http_response *res,
                    struct fault *fault)
{
    const struct replace *asked = arg;
    const struct api_caller *caller = change->caller;
    struct rates rates = {
        {NULL, 0}
    };
    struct apartment flat;

    if (!apartment_store_lock(change->tx, &caller->tenant_id, &asked->id, change->arena, &flat,
                              fault))
        return false;
    if (!apartment_visible(&flat, caller))
        return not_found(fault);
    if (!apartment_may_write(caller, &flat.owner_id, fault) ||
        !change_if_match(change, flat.version, fault) ||
        !http_request_decode(change->req, &rates_fields, false, &rates, NULL, fault))
        return false;
    flat.rates = rates.items.items;
    flat.rate_count = rates.items.count;
    if (!must_agree(&flat, change->arena, fault) ||
        !rate_store_update(change->tx, change->arena, &flat, fault) || !tell(change, &flat, fault))
        return false;
    apartment_shown_forget(change, asked->app->flats, &flat);
    rates_encode(flat.rates, flat.rate_count, &res->body);
    http_reply_resource(change->req, res, HTTP_OK, flat.version);
    return true;
}

enum http_status put_rates(void *data, const struct http_request *req, struct http_response *res)
{
    struct replace asked = {.app = data};
    struct fault fault;

    if (!http_request_uuid(req, 0, &asked.id, &fault))
        return http_reply_fault(req, res, &fault);
    return api_change(asked.app->service->changes, req, res, replace, &asked);
}
