// SPDX-License-Identifier: MIT
/* Car positions: the driver reports them, the passengers of the trip see them while they need them.
 * A position is not a change of a resource, so it has no audit row and no event. */
#include "api/change_by_id.h"

#include "drivers/driver_store.h"
#include "handlers/access.h"
#include "handlers/ride_handlers.h"
#include "rides/ride_store.h"
#include "safety/location_store.h"
#include "safety/safety_json.h"

/* Checks the tenant too: staff see only their own tenant's drivers. */
static bool driver_exists(struct change *change, const struct uuid *id, struct fault *fault)
{
    bool exists;

    if (!access_check_driver(change->caller, id, fault) ||
        !driver_store_exists(change->tx, &change->caller->tenant_id, id, &exists, fault))
        return false;
    return exists || fault_set(fault, FAULT_NOT_FOUND, "not_found", "There is no such driver.");
}

static bool put(struct change *change, void *arg, struct http_response *res, struct fault *fault)
{
    const struct asked *asked = arg;
    struct location location = {0};

    if (!http_request_decode(change->req, &location_fields, false, &location, NULL, fault) ||
        !driver_exists(change, &asked->id, fault) ||
        !location_check(&location, change->now_us, change->arena, fault) ||
        !location_store_put(change->tx, &change->caller->tenant_id, &asked->id, &location, fault))
        return false;
    location_encode(&location, &res->body);
    http_reply_json(res, HTTP_OK);
    return true;
}

CHANGE_BY_ID(put_location, put)

enum http_status get_location(void *data, const struct http_request *req, struct http_response *res)
{
    const struct service *service = ((struct service_data *)data)->service;
    const struct api_caller *caller = api_caller(req);
    auto_rows struct db_rows rows = {0};
    struct location location = {0};
    struct fault fault;
    struct ride ride;
    struct uuid id;

    if (!http_request_uuid(req, 0, &id, &fault) || !http_request_query(req, NULL, NULL, &fault) ||
        !ride_store_find(service->db, &caller->tenant_id, &id, &rows, &ride, &fault) ||
        (!ride_visible(&ride, caller) &&
         !fault_set(&fault, FAULT_NOT_FOUND, "not_found", "There is no such ride.")) ||
        ((ride_reveal(&ride, caller) & REVEAL_LOCATION) != 0 &&
         !location_store_find(service->db, &ride.trip_id, &location, &fault)))
        return http_reply_fault(req, res, &fault);
    if (uuid_is_nil(&location.trip_id)) {
        fault_set(&fault, FAULT_NOT_FOUND, "not_found",
                  "The car's position is unknown or not visible to you.");
        return http_reply_fault(req, res, &fault);
    }
    location_encode(&location, &res->body);
    return http_reply_json(res, HTTP_OK);
}
