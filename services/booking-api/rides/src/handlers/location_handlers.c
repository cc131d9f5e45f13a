// SPDX-License-Identifier: MIT
/* Car positions. The driver reports them; passengers of the trip see them as long as
 * ride_revealed_contacts() allows. A position is not a change of a resource, so it has no audit row
 * and no event. */
#include "api/change_by_id.h"
#include "base/geo.h"

#include "handlers/ride_handlers.h"
#include "rides/reveal.h"
#include "safety/safety_json.h"

static bool decode_location(const struct change *change, struct location *out, struct fault *fault)
{
    struct location_body body;

    fields_clear(&location_fields, &body);
    if (!http_request_decode(change->req, &location_fields, false, &body, NULL, fault))
        return false;
    *out = body.location;
    if (!geo_is_in_range(out->place))
        out->place = (struct field_geo){body.lat, body.lon};
    return true;
}

static bool store_location(struct change *change, void *arg, struct http_response *res,
                           struct fault *fault)
{
    const struct uuid *tenant = &change->caller->tenant_id, *id = &((const struct asked *)arg)->id;
    struct location location = {0};

    if (!decode_location(change, &location, fault) ||
        !handler_check_driver_access(change->caller, id, fault) ||
        !driver_store_check_exists(change->tx, tenant, id, fault) ||
        !location_check(&location, change->now_us, change->arena, fault) ||
        !location_store_save_if_newer(change->tx, tenant, id, &location, fault))
        return false;
    return change_reply_fields(change, res, &location_shown_fields, &location, 0);
}

CHANGE_BY_ID(put_location, store_location)

static enum http_status show_location(struct reading *reading, struct http_response *res)
{
    struct location location = {0};
    struct ride ride;

    if (!handler_find_visible_ride(reading, &ride) ||
        ((ride_revealed_contacts(&ride, transition_actor(reading->caller)) & REVEAL_LOCATION) !=
             0 &&
         !location_store_find(reading->db, &ride.trip_id, &location, &reading->fault)))
        return read_refuse(reading, res);
    if (uuid_is_nil(&location.trip_id)) {
        fault_set(&reading->fault, FAULT_NOT_FOUND, "not_found",
                  "The car's position is unknown or not visible to you.");
        return read_refuse(reading, res);
    }
    fields_encode(&location_shown_fields, &location, false, &res->body);
    return read_reply(reading, res, 0);
}

READ_BY_ID(get_location, show_location)
