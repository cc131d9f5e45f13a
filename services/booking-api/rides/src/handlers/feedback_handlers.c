// SPDX-License-Identifier: MIT
/* Ratings and complaints of both sides. Staff read complaints. */
#include "api/change_by_id.h"
#include "api/list.h"
#include "base/auto.h"

#include "handlers/access.h"
#include "handlers/ride_handlers.h"
#include "rides/ride_store.h"
#include "safety/feedback_store.h"
#include "safety/safety_json.h"
#include "safety/safety_ride.h"

enum { EVENT_MAX = 1024 };

static bool rate(struct change *change, void *arg, struct http_response *res, struct fault *fault)
{
    const struct asked *asked = arg;
    auto_rows struct db_rows rows = {0};
    struct rating rating;
    struct ride ride;
    int64_t counted;

    fields_clear(&rating_fields, &rating);
    if (!http_request_decode(change->req, &rating_fields, false, &rating, NULL, fault) ||
        !safety_ride_find_for(change, &asked->id, RIDE_RATE, &rows, &ride, fault) ||
        !rating_tags_text(&rating, change->arena, fault))
        return false;
    rating.id = uuid_make();
    rating.side = (int)safety_side_of(change->caller);
    if (!rating_store_insert(change->tx, &ride, &rating, fault) ||
        !rating_store_count(change->tx, &ride.id, 1, &counted, fault) ||
        !http_reply_location(change->req, res, &rating.id, fault))
        return false;
    change_audit(change, "ride.rating", "rating", &rating.id, 1);
    rating_encode(&rating, &res->body);
    http_reply_json(res, HTTP_CREATED);
    return true;
}

CHANGE_BY_ID(post_rating, rate)

/* The other side's rating is visible once both have rated or the period for rating is over. */
static void encode_ratings(const struct db_rows *rows, const struct ride *ride,
                           const struct api_caller *caller, struct buf *out)
{
    const bool shown =
        api_caller_is_staff(caller) || rating_is_shown(rows->count > 1, ride->ended_at, ride->now);
    const struct rating *by_side[2] = {NULL, NULL};
    struct rating read[2];

    for (int i = 0; i < rows->count && i < 2; i++) {
        rating_store_read(rows, i, &read[i]);
        if (shown || read[i].side == (int)safety_side_of(caller))
            by_side[read[i].side] = &read[i];
    }
    ratings_encode(by_side, out);
}

static bool find(const struct service *service, const struct http_request *req,
                 struct db_rows *rows, struct ride *ride, struct fault *fault)
{
    const struct api_caller *caller = api_caller(req);
    struct uuid id;

    if (!http_request_uuid(req, 0, &id, fault) || !http_request_query(req, NULL, NULL, fault) ||
        !ride_store_find(service->db, &caller->tenant_id, &id, rows, ride, fault))
        return false;
    return ride_visible(ride, caller) ||
           fault_set(fault, FAULT_NOT_FOUND, "not_found", "There is no such ride.");
}

enum http_status get_rating(void *data, const struct http_request *req, struct http_response *res)
{
    const struct service *service = ((struct service_data *)data)->service;
    auto_rows struct db_rows rows = {0}, ratings = {0};
    struct fault fault;
    struct ride ride;

    if (!find(service, req, &rows, &ride, &fault) ||
        !rating_store_list(service->db, &ride.id, &ratings, &fault))
        return http_reply_fault(req, res, &fault);
    encode_ratings(&ratings, &ride, api_caller(req), &res->body);
    return http_reply_json(res, HTTP_OK);
}

static bool record(struct change *change, const struct complaint *complaint,
                   const struct ride *ride, struct fault *fault)
{
    AUTO(buf_finish) struct buf json;
    struct slice data;

    buf_init(&json, EVENT_MAX);
    complaint_encode_event(complaint, &ride->id, &json);
    if (!buf_keep(&json, change->arena, &data, fault))
        return false;
    change_event(change, "ride.complaint", "complaint", &complaint->id, 1, data);
    change_audit(change, "ride.complaint", "complaint", &complaint->id, 1);
    return true;
}

static bool complain(struct change *change, void *arg, struct http_response *res,
                     struct fault *fault)
{
    const struct asked *asked = arg;
    auto_rows struct db_rows rows = {0};
    struct complaint complaint;
    struct ride ride;

    fields_clear(&complaint_fields, &complaint);
    if (!http_request_decode(change->req, &complaint_fields, false, &complaint, NULL, fault) ||
        !safety_ride_find_for(change, &asked->id, RIDE_COMPLAIN, &rows, &ride, fault))
        return false;
    complaint.id = uuid_make();
    complaint.side = (int)safety_side_of(change->caller);
    if (!complaint_store_insert(change->tx, &ride, &complaint, fault) ||
        !record(change, &complaint, &ride, fault) ||
        !http_reply_location(change->req, res, &complaint.id, fault))
        return false;
    fields_encode(&complaint_shown_fields, &complaint, false, &res->body);
    http_reply_json(res, HTTP_CREATED);
    return true;
}

CHANGE_BY_ID(post_complaint, complain)

static const struct list complaints = {.statement = &complaint_list_statement,
                                       .fields = &complaint_shown_fields};

enum http_status get_complaints(void *data, const struct http_request *req,
                                struct http_response *res)
{
    const struct service *service = ((struct service_data *)data)->service;
    auto_rows struct db_rows rows = {0};
    struct fault fault;
    struct ride ride;

    if (!access_check_staff(api_caller(req), &fault) || !find(service, req, &rows, &ride, &fault))
        return http_reply_fault(req, res, &fault);
    return list_reply_whole(req, res, service->db, &complaints, DB_VALUES(db_uuid(&ride.id)));
}
