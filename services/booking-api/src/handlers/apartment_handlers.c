// SPDX-License-Identifier: MIT
/* Makes, reads and changes one flat. The read by id is the most frequent request of the service. */
#include "api/change.h"

#include "app.h"
#include "bookings/booking_handover.h"
#include "flats/flats_json.h"
#include "handlers/apartment_shown.h"
#include "handlers/handlers.h"

static bool owner_must_exist(struct change *change, const struct uuid *owner_id,
                             struct fault *fault)
{
    bool exists = false;
    if (!owner_store_exists(change->tx, &change->caller->tenant_id, owner_id, &exists, fault))
        return false;
    return exists || fault_set_field(fault, change->arena, "owner_id", "unknown_owner",
                                     "There is no such owner.");
}

/* Writes the event, the audit and the reply. */
static bool tell(struct change *change, const char *event, const char *action,
                 const struct apartment *flat, struct http_response *res, struct fault *fault)
{
    apartment_encode(flat, APARTMENT_FOR_ALL, false, &res->body);
    struct slice data;
    if (!buf_keep(&res->body, change->arena, &data, fault))
        return false;
    buf_clear(&res->body);
    apartment_encode(flat, apartment_view(change->caller), false, &res->body);
    change_event(change, event, "apartment", &flat->id, flat->version, data);
    change_audit(change, action, "apartment", &flat->id, flat->version);
    return true;
}

static bool create(struct change *change, void *arg, struct http_response *res, struct fault *fault)
{
    (void)arg;
    struct apartment flat = apartment_defaults();
    if (!http_request_decode(change->req, &apartment_fields, false, &flat, NULL, fault))
        return false;
    if (!apartment_may_write(change->caller, &flat.owner_id, fault))
        return false;
    if (!owner_must_exist(change, &flat.owner_id, fault))
        return false;
    flat.id = uuid_make();
    flat.tenant_id = change->caller->tenant_id;
    if (!apartment_store_insert(change->tx, change->arena, &flat, fault))
        return false;
    if (!tell(change, "apartment.created", "apartment.create", &flat, res, fault))
        return false;

    char id[UUID_TEXT_LEN + 1];
    uuid_format(&flat.id, id);
    if (!http_reply_location(res, arena_printf(change->arena, "/v1/apartments/%s", id), fault))
        return false;
    http_reply_resource(change->req, res, HTTP_CREATED, flat.version);
    return true;
}

enum http_status post_apartment(void *data, const struct http_request *req,
                                struct http_response *res)
{
    struct booking_app *app = data;
    return api_change(app->service->changes, req, res, create, NULL);
}

struct update {
    struct booking_app *app;
    struct uuid id;
};

static bool update(struct change *change, void *arg, struct http_response *res, struct fault *fault)
{
    const struct update *asked = arg;
    const struct api_caller *caller = change->caller;
    struct apartment flat;
    if (!apartment_store_lock(change->tx, &caller->tenant_id, &asked->id, change->arena, &flat,
                              fault))
        return false;
    if (!apartment_visible(&flat, caller))
        return fault_set(fault, FAULT_NOT_FOUND, "not_found", "There is no such flat.");
    if (!apartment_may_write(caller, &flat.owner_id, fault))
        return false;
    if (!change_if_match(change, flat.version, fault))
        return false;
    struct uuid owner_before = flat.owner_id;
    if (!http_request_decode(change->req, &apartment_fields, true, &flat, NULL, fault))
        return false;
    if (!apartment_may_write(caller, &flat.owner_id, fault))
        return false;
    if (!uuid_equal(&owner_before, &flat.owner_id) &&
        !owner_must_exist(change, &flat.owner_id, fault))
        return false;
    if (!apartment_store_update(change->tx, change->arena, &flat, fault) ||
        !booking_handover(change, &owner_before, &flat, fault))
        return false;
    if (!tell(change, "apartment.updated", "apartment.update", &flat, res, fault))
        return false;
    apartment_shown_forget(change, asked->app->flats, &flat);
    http_reply_resource(change->req, res, HTTP_OK, flat.version);
    return true;
}

enum http_status patch_apartment(void *data, const struct http_request *req,
                                 struct http_response *res)
{
    struct update asked = {.app = data};
    struct fault fault;
    if (!http_request_uuid(req, 0, &asked.id, &fault))
        return http_reply_fault(req, res, &fault);
    return api_change(asked.app->service->changes, req, res, update, &asked);
}

enum http_status get_apartment(void *data, const struct http_request *req,
                               struct http_response *res)
{
    struct booking_app *app = data;
    const struct api_caller *caller = api_caller(req);
    struct fault fault;
    struct uuid id;
    struct apartment_tag tag;
    if (!http_request_uuid(req, 0, &id, &fault) || !http_request_query(req, NULL, NULL, &fault) ||
        !apartment_shown(app, caller, &id, req->arena, &res->body, &tag, &fault))
        return http_reply_fault(req, res, &fault);
    return http_reply_hashed(req, res, HTTP_OK, tag.version, tag.hash);
}
