// SPDX-License-Identifier: MIT
/* Closed roads: staff edit them, all actors of rides read them. */
#include "api/change_by_id.h"

#include "handlers/ride_handlers.h"
#include "trips/trips_json.h"

enum { MADE = 1, GONE }; /* versions in audit rows: a closure is created and deleted, not edited */

static bool create_closure(struct change *change, void *arg, struct http_response *res,
                           struct fault *fault)
{
    struct closure closure;

    (void)arg;
    fields_clear(&closure_fields, &closure);
    closure.from = closure.until = FIELD_ABSENT;
    if (!api_check_staff(change->caller, fault) ||
        !http_request_decode(change->req, &closure_fields, false, &closure, NULL, fault))
        return false;
    if (closure.until <= change->now_us)
        return fault_set_field(fault, change->arena, "until", "in_the_past", "It is over already.");
    closure.id = uuid_make();
    if (!closure_encode_pairs(&closure, change->arena, fault) ||
        !closure_store_insert(change->tx, &change->caller->tenant_id, &closure, fault))
        return false;
    change_audit(change, "closure.create", "closure", &closure.id, MADE);
    fields_encode(&closure_shown_fields, &closure, false, &res->body);
    return change_reply_created(change, res, &closure.id, MADE, fault);
}

CHANGE_BY_BODY(post_closure, create_closure)

static bool remove_closure(struct change *change, void *arg, struct http_response *res,
                           struct fault *fault)
{
    const struct uuid *id = &((const struct asked *)arg)->id;

    if (!api_check_staff(change->caller, fault) ||
        !closure_store_delete(change->tx, &change->caller->tenant_id, id, fault) ||
        !change_if_match(change, MADE, fault))
        return false;
    change_audit(change, "closure.delete", "closure", id, GONE);
    return change_reply_deleted(change, res, id);
}

CHANGE_BY_ID(delete_closure, remove_closure)

static enum http_status list_closures(struct reading *reading, struct http_response *res)
{
    static const struct closure blank = {.reason = -1};
    static const struct list closures = {
        .statement = &closure_list_statement, .fields = &closure_shown_fields, .blank = &blank};

    if (!http_request_query(reading->req, NULL, NULL, &reading->fault) ||
        !handler_check_rides_actor(reading->caller, &reading->fault))
        return read_refuse(reading, res);
    return list_reply_whole(reading->req, res, reading->db, &closures,
                            DB_VALUES(db_uuid(&reading->caller->tenant_id), db_int(CLOSURES_MAX)));
}

READ_ALL(get_closures, list_closures)
