// SPDX-License-Identifier: MIT
/* Routes of owners. Staff see and change all owners of their tenant, owners only their own record;
 * guests have no access. */
#include <stddef.h>

#include "api/change_by_id.h"
#include "api/read_by_id.h"

#include "access.h"
#include "apartments/apartments_json.h"
#include "app.h"
#include "handlers/handlers.h"

static bool check_owner_visible(const struct api_caller *caller, const struct uuid *id,
                                struct fault *fault)
{
    if (api_caller_is_staff(caller) ||
        (caller->actor == ACTOR_OWNER && uuid_equal(&caller->actor_id, id)))
        return true;
    return fault_set(fault, FAULT_NOT_FOUND, "not_found", "There is no such owner.");
}

static bool create_owner(struct change *change, void *arg, struct http_response *res,
                         struct fault *fault)
{
    (void)arg;
    struct owner owner = {.telegram_id = FIELD_ABSENT, .language = LANGUAGE_RU, .notify = true};
    if (!api_check_staff(change->caller, fault) ||
        !http_request_decode(change->req, &owner_fields, false, &owner, NULL, fault))
        return false;
    owner.id = uuid_make();
    owner.tenant_id = change->caller->tenant_id;
    if (!owner_store_write(change->tx, &owner, fault))
        return false;

    change_audit(change, "owner.create", "owner", &owner.id, owner.version);
    fields_encode(&owner_fields, &owner, false, &res->body);
    return change_reply_created(change, res, &owner.id, owner.version, fault);
}

CHANGE_BY_BODY(post_owner, create_owner)

static bool update_owner(struct change *change, void *arg, struct http_response *res,
                         struct fault *fault)
{
    const struct uuid *id = &((const struct asked *)arg)->id;
    struct owner owner;

    if ((change->caller->actor != ACTOR_OWNER && !api_check_staff(change->caller, fault)) ||
        !check_owner_visible(change->caller, id, fault) ||
        !owner_store_lock(change->tx, &change->caller->tenant_id, id, change->arena, &owner,
                          fault) ||
        !change_if_match(change, owner.version, fault) ||
        !http_request_decode(change->req, &owner_fields, true, &owner, NULL, fault) ||
        !owner_store_write(change->tx, &owner, fault))
        return false;

    change_audit(change, "owner.update", "owner", &owner.id, owner.version);
    return change_reply_fields(change, res, &owner_fields, &owner, owner.version);
}

CHANGE_BY_ID(patch_owner, update_owner)

static enum http_status show_owner(struct reading *reading, struct http_response *res)
{
    struct owner owner;

    if (!check_owner_visible(reading->caller, &reading->id, &reading->fault) ||
        !owner_store_find(reading->db, &reading->caller->tenant_id, &reading->id,
                          reading->req->arena, &owner, &reading->fault))
        return read_refuse(reading, res);
    fields_encode(&owner_fields, &owner, false, &res->body);
    return read_reply(reading, res, owner.version);
}

READ_BY_ID(get_owner, show_owner)

struct query {
    int64_t telegram_id;
    struct list_page page;
};

// clang-format off
#define AT(member) .offset = offsetof(struct query, member)
static const struct field query_items[] = {
    {.name = "telegram_id", .type = FIELD_INT, AT(telegram_id), .min = 1, .max = ACTOR_GUEST_MAX},
    {.name = "cursor", .type = FIELD_RAW, AT(page.cursor)},
    {.name = "limit", .type = FIELD_INT, AT(page.limit), .min = 1, .max = LIST_LIMIT_MAX},
};
// clang-format on
static const struct fields query_fields = FIELDS_OF(query_items, struct query);

static enum http_status list_owners(struct reading *reading, struct http_response *res)
{
    static const struct list owners = {
        .statement = &owner_list_statement,
        .fields = &owner_fields,
        .id = offsetof(struct owner, id),
    };
    const struct api_caller *caller = reading->caller;
    struct query query = {.telegram_id = FIELD_ABSENT, .page.limit = LIST_LIMIT_DEFAULT};

    if (!http_request_query(reading->req, &query_fields, &query, &reading->fault) ||
        !list_page_read(reading->req, SLICE("owners"), &query.page, &reading->fault) ||
        (caller->actor != ACTOR_OWNER && !api_check_staff(caller, &reading->fault)))
        return read_refuse(reading, res);
    return list_reply(
        reading->req, res, reading->db, &owners, &query.page,
        DB_VALUES(db_uuid(&caller->tenant_id),
                  caller->actor == ACTOR_OWNER ? db_uuid(&caller->actor_id) : db_null(),
                  db_int(query.telegram_id)));
}

READ_ALL(get_owners, list_owners)

bool owner_check_actor_exists(void *data, const struct api_caller *caller, struct fault *fault)
{
    struct booking_app *app = data;
    bool exists = false;

    if (!owner_store_exists(app->service->db, &caller->tenant_id, &caller->actor_id, &exists,
                            fault))
        return false;
    return exists || fault_set(fault, FAULT_INVALID, "bad_actor", "There is no such owner.");
}
