// SPDX-License-Identifier: MIT
/* Creates, changes and shows an apartment. GET by id is the most frequent request. */
#include "api/change_by_id.h"
#include "api/read_by_id.h"

#include "apartments/apartment_listed.h"
#include "apartments/apartments_json.h"
#include "bookings/booking_change.h"
#include "handlers/handlers.h"

static bool check_owner_exists(struct change *change, const struct uuid *owner_id,
                               struct fault *fault)
{
    bool exists = false;

    if (!owner_store_exists(change->tx, &change->caller->tenant_id, owner_id, &exists, fault))
        return false;
    return exists || fault_set_field(fault, change->arena, "owner_id", "unknown_owner",
                                     "There is no such owner.");
}

static bool create_apartment(struct change *change, void *arg, struct http_response *res,
                             struct fault *fault)
{
    (void)arg;
    struct apartment apartment = apartment_defaults();
    if (!http_request_decode(change->req, &apartment_fields, false, &apartment, NULL, fault) ||
        !apartment_check_writable(change->caller, &apartment.owner_id, fault) ||
        !check_owner_exists(change, &apartment.owner_id, fault))
        return false;
    apartment.id = uuid_make();
    apartment.tenant_id = change->caller->tenant_id;
    if (!apartment_store_insert(change, &apartment, fault))
        return false;
    apartment_encode(&apartment, apartment_view_for(change->caller), false, &res->body);
    return apartment_record_change(change, "apartment.created", "apartment.create", &apartment,
                                   fault) &&
           change_reply_created(change, res, &apartment.id, apartment.version, fault);
}

CHANGE_BY_BODY(post_apartment, create_apartment)

static bool update_apartment(struct change *change, void *arg, struct http_response *res,
                             struct fault *fault)
{
    const struct asked *asked = arg;
    const struct api_caller *caller = change->caller;
    struct fields_seen seen;
    struct apartment apartment;

    if (!apartment_store_lock(change, &asked->id, &apartment, fault) ||
        !apartment_check_visible(caller, &apartment, fault) ||
        !apartment_check_writable(caller, &apartment.owner_id, fault) ||
        !change_if_match(change, apartment.version, fault))
        return false;
    struct uuid owner_before = apartment.owner_id;
    if (!http_request_decode(change->req, &apartment_fields, true, &apartment, &seen, fault) ||
        !apartment_check_writable(caller, &apartment.owner_id, fault))
        return false;
    if (!uuid_equal(&owner_before, &apartment.owner_id) &&
        !check_owner_exists(change, &apartment.owner_id, fault))
        return false;
    /* A body without members changes nothing. */
    if ((seen.set | seen.null) != 0 &&
        (!apartment_store_update(change, &apartment, fault) ||
         !booking_change_owner(change, &owner_before, &apartment, fault) ||
         !apartment_record_change(change, "apartment.updated", "apartment.update", &apartment,
                                  fault)))
        return false;
    apartment_encode(&apartment, apartment_view_for(caller), false, &res->body);
    return change_reply(change, res, apartment.version);
}

CHANGE_BY_ID(patch_apartment, update_apartment)

static enum http_status show_apartment(struct reading *reading, struct http_response *res)
{
    struct apartment apartment;

    if (!apartment_store_find_with_stored_json(reading->db, &reading->caller->tenant_id,
                                               &reading->id, reading->req->arena, &apartment,
                                               &reading->fault) ||
        !apartment_check_visible(reading->caller, &apartment, &reading->fault))
        return read_refuse(reading, res);
    apartment_encode(&apartment, apartment_view_for(reading->caller), false, &res->body);
    return read_reply(reading, res, apartment.version);
}

READ_BY_ID(get_apartment, show_apartment)
