// SPDX-License-Identifier: MIT
/* Drivers see their own offers, passengers those on their ride, staff all. */
#include "api/change_by_id.h"
#include "api/list.h"

#include "handlers/access.h"
#include "handlers/ride_handlers.h"
#include "ride_callers.h"
#include "rides/offer_change.h"
#include "rides/offer_store.h"
#include "rides/offers_json.h"
#include "rides/ride_store.h"
#include "rides/rides_json.h"

static bool create(struct change *change, void *arg, struct http_response *res, struct fault *fault)
{
    const struct asked *asked = arg;
    auto_rows struct db_rows rows = {0};
    struct offer_draft draft;
    struct offer offer;

    offer_draft_defaults(&draft);
    if (!http_request_decode(change->req, &offer_draft_fields, false, &draft, NULL, fault) ||
        !offer_create(change, &asked->id, &draft, &rows, &offer, fault) ||
        !http_reply_location(change->req, res, &offer.id, fault))
        return false;
    offer_encode(&offer, change->caller, &res->body);
    http_reply_resource(change->req, res, HTTP_CREATED, offer.version);
    return true;
}

CHANGE_BY_ID(post_offer, create)

static void encode_item(const struct db_rows *rows, int row, const void *data, struct buf *out,
                        struct list_cursor *cursor)
{
    struct offer offer;

    offer_store_read(rows, row, &offer);
    offer_encode(&offer, data, out);
    cursor->id = offer.id;
}

static const struct list offers = {.statement = &offer_list_statement, .item = encode_item};

/* Drivers may list their own offers on any ride; the list may be empty. */
static bool check_reader(struct db *db, const struct api_caller *caller, const struct uuid *ride_id,
                         struct fault *fault)
{
    auto_rows struct db_rows rows = {0};
    struct ride ride;

    if (caller->actor == RIDE_ACTOR_DRIVER)
        return true;
    if (!ride_store_find(db, &caller->tenant_id, ride_id, &rows, &ride, fault))
        return false;
    return ride_visible(&ride, caller) ||
           fault_set(fault, FAULT_NOT_FOUND, "not_found", "There is no such ride.");
}

enum http_status get_offers(void *data, const struct http_request *req, struct http_response *res)
{
    const struct service *service = ((struct service_data *)data)->service;
    const struct api_caller *caller = api_caller(req);
    struct list_page page = {.limit = LIST_LIMIT_DEFAULT};
    struct fault fault;
    struct uuid id;

    if (!http_request_uuid(req, 0, &id, &fault) ||
        !http_request_query(req, &list_page_fields, &page, &fault) ||
        !list_page_read(req, SLICE("offers"), &page, &fault) ||
        !access_check_party(caller, &fault) || !check_reader(service->db, caller, &id, &fault))
        return http_reply_fault(req, res, &fault);
    return list_reply(
        req, res, service->db, &offers, &page,
        DB_VALUES(db_uuid(&caller->tenant_id), db_uuid(&id),
                  caller->actor == RIDE_ACTOR_DRIVER ? db_uuid(&caller->actor_id) : db_null()));
}

static bool act(struct change *change, void *arg, struct http_response *res, struct fault *fault)
{
    const struct asked *asked = arg;
    const enum offer_action action = (enum offer_action)asked->action;
    auto_rows struct db_rows rows = {0}, ride_rows = {0};
    struct offer offer;
    struct ride ride;
    struct uuid id;

    if (!http_request_uuid(change->req, 1, &id, fault) ||
        !offer_act(change, &asked->id, &id, action, &rows, &offer, &ride_rows, &ride, fault))
        return false;
    if (action == OFFER_ACCEPT) {
        ride_encode(&ride, change->caller, &res->body);
        http_reply_resource(change->req, res, HTTP_OK, ride.version);
        return true;
    }
    offer_encode(&offer, change->caller, &res->body);
    http_reply_resource(change->req, res, HTTP_OK, offer.version);
    return true;
}

CHANGE_BY_ACTION(accept_offer, act, OFFER_ACCEPT)
CHANGE_BY_ACTION(reject_offer, act, OFFER_REJECT)
CHANGE_BY_ACTION(withdraw_offer, act, OFFER_WITHDRAW)
