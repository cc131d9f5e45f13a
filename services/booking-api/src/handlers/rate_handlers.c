// SPDX-License-Identifier: MIT
/* Routes of seasons. All seasons of an apartment are read and replaced together, because their
 * order matters. */
#include "api/change_by_id.h"
#include "api/read_by_id.h"

#include "apartments/apartments_json.h"
#include "apartments/rate_store.h"
#include "handlers/handlers.h"
#include "prices/prices_json.h"

static enum http_status show_rates(struct reading *reading, struct http_response *res)
{
    struct apartment apartment;

    if (!rate_store_find(reading->db, &reading->caller->tenant_id, &reading->id,
                         reading->req->arena, &apartment, &reading->fault) ||
        !apartment_check_visible(reading->caller, &apartment, &reading->fault))
        return read_refuse(reading, res);
    rates_encode(apartment.rates, apartment.rate_count, &res->body);
    return read_reply(reading, res, apartment.version);
}

READ_BY_ID(get_rates, show_rates)

static bool check_rates(const struct apartment *apartment, struct arena *arena, struct fault *fault)
{
    struct fault_list problems;

    fault_list_init(&problems, arena);
    rates_check(apartment->rates, apartment->rate_count, apartment->max_nights, &problems);
    return fault_list_ok(&problems, fault);
}

static bool replace_rates(struct change *change, void *arg, struct http_response *res,
                          struct fault *fault)
{
    const struct asked *asked = arg;
    const struct api_caller *caller = change->caller;
    struct rates rates = {
        {NULL, 0}
    };
    struct apartment apartment;

    if (!apartment_store_lock(change, &asked->id, &apartment, fault) ||
        !apartment_check_visible(caller, &apartment, fault) ||
        !apartment_check_writable(caller, &apartment.owner_id, fault) ||
        !change_if_match(change, apartment.version, fault) ||
        !http_request_decode(change->req, &rates_fields, false, &rates, NULL, fault))
        return false;
    apartment.rates = rates.items.items;
    apartment.rate_count = rates.items.count;
    if (!check_rates(&apartment, change->arena, fault) ||
        !rate_store_update(change, &apartment, fault) ||
        !apartment_record_change(change, "apartment.updated", "apartment.rates", &apartment, fault))
        return false;
    rates_encode(apartment.rates, apartment.rate_count, &res->body);
    return change_reply(change, res, apartment.version);
}

CHANGE_BY_ID(put_rates, replace_rates)
