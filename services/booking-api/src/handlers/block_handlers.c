// SPDX-License-Identifier: MIT
/* Routes of blocks: nights that an owner reserves. Only staff and the apartment's owner may use
 * them; to guests the calendar shows the nights as unavailable. */
#include <stddef.h>

#include "api/change_by_id.h"
#include "api/read_by_id.h"
#include "base/date.h"

#include "bookings/booking_change.h"
#include "bookings/bookings_json.h"
#include "handlers/handlers.h"

static bool check_not_guest(const struct api_caller *caller, struct fault *fault)
{
    return caller->actor != ACTOR_GUEST ||
           fault_set(fault, FAULT_FORBIDDEN, "forbidden", "Guests may not use blocks.");
}

static bool check_access_and_lock_apartment(struct change *change, const struct uuid *id,
                                            struct apartment *apartment, struct fault *fault)
{
    return check_not_guest(change->caller, fault) &&
           apartment_store_lock(change, id, apartment, fault) &&
           apartment_check_visible(change->caller, apartment, fault);
}

static bool record_block(struct change *change, const char *event, const char *action,
                         const struct block *block, struct fault *fault)
{
    return change_record(change, event, action, "block", &block->id, block->version,
                         &block_event_fields, block, fault);
}

static bool insert_block(struct change *change, struct block *block, struct fault *fault)
{
    auto_rows struct db_rows ended = {0};
    bool taken;

    return block_store_insert(change->tx, block, &ended, &taken, fault) &&
           booking_record_expired(change, &ended, fault) &&
           (!taken || booking_find_and_refuse_taken_nights(change, &block->apartment_id,
                                                           block->from, block->to, 0, fault));
}

static bool create_block(struct change *change, void *arg, struct http_response *res,
                         struct fault *fault)
{
    const struct asked *asked = arg;
    struct block block = {
        .id = uuid_make(), .from = DATE_ABSENT, .to = DATE_ABSENT, .apartment_id = asked->id};
    struct apartment apartment;

    if (!check_access_and_lock_apartment(change, &asked->id, &apartment, fault) ||
        !http_request_decode(change->req, &block_fields, false, &block, NULL, fault))
        return false;
    block.tenant_id = apartment.tenant_id;
    block.owner_id = apartment.owner_id;
    if (!insert_block(change, &block, fault) ||
        !record_block(change, "block.created", "block.create", &block, fault))
        return false;
    fields_encode(&block_shown_fields, &block, false, &res->body);
    return change_reply_created(change, res, &block.id, block.version, fault);
}

CHANGE_BY_ID(post_block, create_block)

static bool release_block(struct change *change, void *arg, struct http_response *res,
                          struct fault *fault)
{
    const struct asked *asked = arg;
    struct apartment apartment;
    struct block block;
    struct uuid block_id;

    if (!http_request_uuid(change->req, 1, &block_id, fault) ||
        !check_access_and_lock_apartment(change, &asked->id, &apartment, fault) ||
        !block_store_lock(change->tx, &apartment.id, &block_id, change->arena, &block, fault) ||
        !change_if_match(change, block.version, fault) ||
        !block_store_release(change->tx, &block, fault))
        return false;
    block.owner_id = apartment.owner_id;
    return record_block(change, "block.deleted", "block.delete", &block, fault) &&
           change_reply_deleted(change, res, &block.id);
}

CHANGE_BY_ID(delete_block, release_block)

/* --- the list --- */

static enum http_status list_blocks(struct reading *reading, struct http_response *res)
{
    static const struct list blocks = {
        .statement = &block_list_statement,
        .fields = &block_shown_fields,
        .id = offsetof(struct block, id),
    };
    const struct slice name = {(const char *)reading->id.bytes, sizeof reading->id};
    struct apartment apartment;

    if (!list_page_read(reading->req, name, &reading->page, &reading->fault) ||
        !check_not_guest(reading->caller, &reading->fault) ||
        !apartment_store_find(reading->db, &reading->caller->tenant_id, &reading->id,
                              reading->req->arena, &apartment, &reading->fault) ||
        !apartment_check_visible(reading->caller, &apartment, &reading->fault))
        return read_refuse(reading, res);
    return list_reply(reading->req, res, reading->db, &blocks, &reading->page,
                      DB_VALUES(db_uuid(&reading->id)));
}

READ_PAGE_BY_ID(get_blocks, list_blocks, LIST_LIMIT_DEFAULT)
