// SPDX-License-Identifier: MIT
/* Closed roads: staff edit them, all actors of rides read them. */
#include "api/change_by_id.h"
#include "api/list.h"

#include "handlers/access.h"
#include "handlers/ride_handlers.h"
#include "trips/closure_store.h"
#include "trips/trips_json.h"

enum { MADE = 1, GONE }; /* versions for the audit; a closure is never edited */

static bool create(struct change *change, void *arg, struct http_response *res, struct fault *fault)
{
    struct closure closure;

    (void)arg;
    fields_clear(&closure_fields, &closure);
    if (!access_check_staff(change->caller, fault) ||
        !http_request_decode(change->req, &closure_fields, false, &closure, NULL, fault))
        return false;
    if (closure.until <= change->now_us)
        return fault_set_field(fault, change->arena, "until", "in_the_past", "It is over already.");
    closure.id = uuid_make();
    if (!closure_encode_texts(&closure, change->arena, fault) ||
        !closure_store_insert(change->tx, &change->caller->tenant_id, &closure, fault) ||
        !http_reply_location(change->req, res, &closure.id, fault))
        return false;
    change_audit(change, "closure.create", "closure", &closure.id, MADE);
    fields_encode(&closure_shown_fields, &closure, false, &res->body);
    http_reply_resource(change->req, res, HTTP_CREATED, MADE);
    return true;
}

CHANGE_BY_BODY(post_closure, create)

static bool delete (struct change *change, void *arg, struct http_response *res,
                    struct fault *fault)
{
    const struct uuid *id = &((const struct asked *)arg)->id;
    char text[UUID_TEXT_LEN + 1];

    if (!access_check_staff(change->caller, fault) ||
        !closure_store_delete(change->tx, &change->caller->tenant_id, id, fault))
        return false;
    change_audit(change, "closure.delete", "closure", id, GONE);
    http_reply_empty(res);
    if (change->dry_run) {
        uuid_format(id, text);
        buf_printf(&res->body, "{\"deleted\":\"%s\"}", text);
    }
    return true;
}

CHANGE_BY_ID(delete_closure, delete)

static const struct closure blank = {.reason = -1};
static const struct list closures = {
    .statement = &closure_list_statement, .fields = &closure_shown_fields, .blank = &blank};

enum http_status get_closures(void *data, const struct http_request *req, struct http_response *res)
{
    const struct service *service = ((struct service_data *)data)->service;
    const struct api_caller *caller = api_caller(req);
    struct fault fault;

    if (!http_request_query(req, NULL, NULL, &fault) || !access_check_party(caller, &fault))
        return http_reply_fault(req, res, &fault);
    return list_reply_whole(req, res, service->db, &closures,
                            DB_VALUES(db_uuid(&caller->tenant_id), db_int(CLOSURES_MAX)));
}
