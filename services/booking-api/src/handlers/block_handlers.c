// SPDX-License-Identifier: MIT
/* Routes of blocks, the nights that an owner reserves. Staff and the apartment's owner read and
 * write blocks; guests see only unavailable nights. */
#include <stddef.h>

#include "api/change_by_id.h"
#include "base/auto.h"
#include "base/date.h"

#include "access.h"
#include "app.h"
#include "bookings/booking_expire.h"
#include "bookings/bookings_json.h"
#include "handlers/handlers.h"

enum { EVENT_MAX = 1024 }; /* bytes of one event's data */

static bool check_not_guest(const struct api_caller *caller, struct fault *fault)
{
    return caller->actor != ACTOR_GUEST ||
           fault_set(fault, FAULT_FORBIDDEN, "forbidden", "Guests may not use blocks.");
}

static bool lock_apartment(struct change *change, const struct uuid *id,
                           struct apartment *apartment, struct fault *fault)
{
    return check_not_guest(change->caller, fault) &&
           apartment_store_lock(change->tx, &change->caller->tenant_id, id, change->arena,
                                apartment, fault) &&
           apartment_check_visible(change->caller, apartment, fault);
}

/* Writes the event and the audit row of a change of the block. */
static bool record(struct change *change, const char *event, const char *action,
                   const struct block *block, struct fault *fault)
{
    AUTO(buf_finish) struct buf json;
    struct slice data;

    buf_init(&json, EVENT_MAX);
    fields_encode(&block_event_fields, block, false, &json);
    if (!buf_keep(&json, change->arena, &data, fault))
        return false;
    change_event(change, event, "block", &block->id, block->version, data);
    change_audit(change, action, "block", &block->id, block->version);
    return true;
}

static bool take_nights(struct change *change, struct block *block, struct fault *fault)
{
    struct block_take take;
    bool recorded;

    if (!block_store_insert(change->tx, change->arena, block, &take, fault))
        return false;
    recorded = booking_expire_record(change, &take.ended, fault);
    db_rows_finish(&take.ended);
    if (!recorded || !take.refused)
        return recorded;
    return booking_refuse_taken(change->arena, block->from, block->to, 0, take.taken, take.count,
                                fault);
}

static bool create(struct change *change, void *arg, struct http_response *res, struct fault *fault)
{
    const struct asked *asked = arg;
    struct block block = {
        .id = uuid_make(), .from = DATE_ABSENT, .to = DATE_ABSENT, .apartment_id = asked->id};
    struct apartment apartment;

    if (!lock_apartment(change, &asked->id, &apartment, fault) ||
        !http_request_decode(change->req, &block_fields, false, &block, NULL, fault))
        return false;
    block.tenant_id = apartment.tenant_id;
    block.owner_id = apartment.owner_id;
    if (!take_nights(change, &block, fault) ||
        !record(change, "block.created", "block.create", &block, fault) ||
        !http_reply_location(change->req, res, &block.id, fault))
        return false;
    fields_encode(&block_shown_fields, &block, false, &res->body);
    http_reply_resource(change->req, res, HTTP_CREATED, block.version);
    return true;
}

CHANGE_BY_ID(post_block, create)

static bool release(struct change *change, void *arg, struct http_response *res,
                    struct fault *fault)
{
    const struct asked *asked = arg;
    auto_rows struct db_rows rows = {0};
    char id[UUID_TEXT_LEN + 1];
    struct apartment apartment;
    struct block block;
    struct uuid block_id;

    if (!http_request_uuid(change->req, 1, &block_id, fault) ||
        !lock_apartment(change, &asked->id, &apartment, fault) ||
        !block_store_find(change->tx, &apartment.id, &block_id, &rows, &block, fault) ||
        !change_if_match(change, block.version, fault) ||
        !block_store_release(change->tx, &block, fault))
        return false;
    block.owner_id = apartment.owner_id;
    if (!record(change, "block.deleted", "block.delete", &block, fault))
        return false;
    http_reply_empty(res);
    if (change->dry_run) {
        uuid_format(&block.id, id);
        buf_printf(&res->body, "{\"deleted\":\"%s\"}", id);
    }
    return true;
}

CHANGE_BY_ID(delete_block, release)

/* --- the list --- */

static const struct list blocks = {
    .statement = &block_list_statement,
    .fields = &block_shown_fields,
    .id = offsetof(struct block, id),
};

enum http_status get_blocks(void *data, const struct http_request *req, struct http_response *res)
{
    const struct api_caller *caller = api_caller(req);
    struct booking_app *app = data;
    struct list_page page = {.limit = LIST_LIMIT_DEFAULT};
    struct apartment apartment;
    struct fault fault;
    struct uuid id;

    if (!http_request_uuid(req, 0, &id, &fault) ||
        !http_request_query(req, &list_page_fields, &page, &fault) ||
        !list_page_read(req, (struct slice){(const char *)id.bytes, sizeof id.bytes}, &page,
                        &fault) ||
        !check_not_guest(caller, &fault) ||
        !apartment_store_find(app->service->db, &caller->tenant_id, &id, req->arena, &apartment,
                              &fault) ||
        !apartment_check_visible(caller, &apartment, &fault))
        return http_reply_fault(req, res, &fault);
    return list_reply(req, res, app->service->db, &blocks, &page, DB_VALUES(db_uuid(&id)));
}
