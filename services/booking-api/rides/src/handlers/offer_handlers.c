// SPDX-License-Identifier: MIT
/* Routes of offers. Drivers see their own offers, passengers the offers on their ride, staff all.
 */
#include "api/change_by_id.h"

#include "handlers/ride_handlers.h"
#include "rides/ride_change.h"

static bool create_offer(struct change *change, void *arg, struct http_response *res,
                         struct fault *fault)
{
    const struct asked *asked = arg;
    struct offer_draft draft;
    struct offer offer;

    offer_draft_defaults(&draft);
    if (!http_request_decode(change->req, &offer_draft_fields, false, &draft, NULL, fault) ||
        !offer_create(change, &asked->id, &draft, &offer, fault))
        return false;
    offer_encode(&offer, change->caller, &res->body);
    return change_reply_created(change, res, &offer.id, offer.version, fault);
}

CHANGE_BY_ID(post_offer, create_offer)

static void encode_item(const struct db_rows *rows, int row, const void *data, struct buf *out,
                        struct list_cursor *cursor)
{
    struct offer offer;

    offer_store_read(rows, row, &offer);
    offer_encode(&offer, data, out);
    cursor->id = offer.id;
}

/* May the caller list offers on the ride? A driver always may, because the list has only the
 * driver's own offers; all others must be allowed to see the ride. */
static bool check_may_list_offers(struct reading *reading)
{
    struct ride ride;

    return handler_check_rides_actor(reading->caller, &reading->fault) &&
           (reading->caller->actor == RIDE_ACTOR_DRIVER ||
            handler_find_visible_ride(reading, &ride));
}

static enum http_status list_offers(struct reading *reading, struct http_response *res)
{
    static const struct list offers = {.statement = &offer_list_statement, .item = encode_item};
    const struct api_caller *caller = reading->caller;

    if (!list_page_read(reading->req, SLICE("offers"), &reading->page, &reading->fault) ||
        !check_may_list_offers(reading))
        return read_refuse(reading, res);
    return list_reply(
        reading->req, res, reading->db, &offers, &reading->page,
        DB_VALUES(db_uuid(&caller->tenant_id), db_uuid(&reading->id),
                  caller->actor == RIDE_ACTOR_DRIVER ? db_uuid(&caller->actor_id) : db_null()));
}

READ_PAGE_BY_ID(get_offers, list_offers, LIST_LIMIT_DEFAULT)

static bool run_offer_action(struct change *change, void *arg, struct http_response *res,
                             struct fault *fault)
{
    const struct asked *asked = arg;
    const enum offer_action action = (enum offer_action)asked->action;
    struct offer offer;
    struct ride ride;
    struct uuid id;

    if (!http_request_uuid(change->req, 1, &id, fault) || !http_request_empty(change->req, fault) ||
        !offer_act(change, &asked->id, &id, action, &offer, &ride, fault))
        return false;
    if (action == OFFER_ACCEPT) {
        ride_encode_after_change(change, &ride, &res->body);
        return change_reply(change, res, ride.version);
    }
    offer_encode(&offer, change->caller, &res->body);
    return change_reply(change, res, offer.version);
}

CHANGE_BY_ACTION(accept_offer, run_offer_action, OFFER_ACCEPT)
CHANGE_BY_ACTION(reject_offer, run_offer_action, OFFER_REJECT)
CHANGE_BY_ACTION(withdraw_offer, run_offer_action, OFFER_WITHDRAW)
