// SPDX-License-Identifier: MIT
/* Routes of seasons. They are read and replaced as a whole, because their order matters. */
#include "api/change_by_id.h"

#include "apartments/apartment_record.h"
#include "apartments/rate_store.h"
#include "app.h"
#include "handlers/handlers.h"
#include "prices/prices_json.h"

enum http_status get_rates(void *data, const struct http_request *req, struct http_response *res)
{
    struct booking_app *app = data;
    const struct api_caller *caller = api_caller(req);
    struct apartment apartment;
    struct fault fault;
    struct uuid id;

    if (!http_request_uuid(req, 0, &id, &fault) || !http_request_query(req, NULL, NULL, &fault) ||
        !rate_store_find(app->service->db, &caller->tenant_id, &id, req->arena, &apartment,
                         &fault) ||
        !apartment_check_visible(caller, &apartment, &fault))
        return http_reply_fault(req, res, &fault);
    rates_encode(apartment.rates, apartment.rate_count, &res->body);
    return http_reply_resource(req, res, HTTP_OK, apartment.version);
}

static bool must_agree(const struct apartment *apartment, struct arena *arena, struct fault *fault)
{
    struct fault_list problems;

    fault_list_init(&problems, arena);
    rates_check(apartment->rates, apartment->rate_count, apartment->max_nights, &problems);
    return fault_list_ok(&problems, fault);
}

static bool replace(struct change *change, void *arg, struct http_response *res,
                    struct fault *fault)
{
    const struct asked *asked = arg;
    const struct api_caller *caller = change->caller;
    struct rates rates = {
        {NULL, 0}
    };
    struct apartment apartment;

    if (!apartment_store_lock(change->tx, &caller->tenant_id, &asked->id, change->arena, &apartment,
                              fault) ||
        !apartment_check_visible(caller, &apartment, fault) ||
        !apartment_check_writable(caller, &apartment.owner_id, fault) ||
        !change_if_match(change, apartment.version, fault) ||
        !http_request_decode(change->req, &rates_fields, false, &rates, NULL, fault))
        return false;
    apartment.rates = rates.items.items;
    apartment.rate_count = rates.items.count;
    if (!must_agree(&apartment, change->arena, fault) ||
        !rate_store_update(change->tx, change->now_us, change->arena, &apartment, fault) ||
        !apartment_record(change, "apartment.updated", "apartment.rates", &apartment, fault))
        return false;
    rates_encode(apartment.rates, apartment.rate_count, &res->body);
    http_reply_resource(change->req, res, HTTP_OK, apartment.version);
    return true;
}

CHANGE_BY_ID(put_rates, replace)
