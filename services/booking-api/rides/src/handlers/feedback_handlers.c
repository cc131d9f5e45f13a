// SPDX-License-Identifier: MIT
/* Routes of ratings and complaints. Passengers and drivers write them; staff read complaints. */
#include "api/change_by_id.h"

#include "handlers/ride_handlers.h"
#include "rides/ride_change.h"
#include "safety/safety_json.h"

/* Finds the ride of the path and checks If-Match and that the caller may take the action now. The
 * ride is not locked, because a concurrent step of the ride does not invalidate a rating or
 * complaint. */
static bool find_ride_for_action(struct change *change, const struct asked *asked,
                                 enum ride_action action, struct ride *out, struct fault *fault)
{
    return ride_store_find_visible(change->tx, change->caller, &asked->id, change->arena, out,
                                   fault) &&
           change_if_match(change, out->version, fault) &&
           ride_check_action(change, out, action, NULL, fault);
}

static bool create_rating(struct change *change, void *arg, struct http_response *res,
                          struct fault *fault)
{
    struct rating rating;
    struct ride ride;

    fields_clear(&rating_fields, &rating);
    if (!http_request_decode(change->req, &rating_fields, false, &rating, NULL, fault) ||
        !find_ride_for_action(change, arg, RIDE_RATE, &ride, fault) ||
        !fields_keep_texts(&rating.tags, change->arena, &rating.tags_text, fault))
        return false;
    rating.id = uuid_make();
    rating.side = (int)safety_side_of(change->caller);
    if (!rating_store_insert(change->tx, &ride, &rating, fault) ||
        !rating_store_add_visible_to_driver_averages(change->tx, &ride.id, 1, fault))
        return false;
    change_audit(change, "ride.rating", "rating", &rating.id, 1);
    fields_encode(&rating_shown_fields, &rating, false, &res->body);
    return change_reply_created(change, res, &rating.id, 0, fault);
}

CHANGE_BY_ID(post_rating, create_rating)

/* The other side's rating is visible once both have rated or the period for rating is over. */
static void encode_visible_ratings(const struct db_rows *rows, const struct ride *ride,
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

static enum http_status show_ratings(struct reading *reading, struct http_response *res)
{
    auto_rows struct db_rows ratings = {0};
    struct ride ride;

    if (!handler_find_visible_ride(reading, &ride) ||
        !rating_store_list(reading->db, &ride.id, &ratings, &reading->fault))
        return read_refuse(reading, res);
    encode_visible_ratings(&ratings, &ride, reading->caller, &res->body);
    return read_reply(reading, res, 0);
}

READ_BY_ID(get_rating, show_ratings)

static bool create_complaint(struct change *change, void *arg, struct http_response *res,
                             struct fault *fault)
{
    struct complaint complaint;
    struct ride ride;

    fields_clear(&complaint_fields, &complaint);
    if (!http_request_decode(change->req, &complaint_fields, false, &complaint, NULL, fault) ||
        !find_ride_for_action(change, arg, RIDE_COMPLAIN, &ride, fault))
        return false;
    complaint.id = uuid_make();
    complaint.ride_id = ride.id;
    complaint.side = (int)safety_side_of(change->caller);
    if (!complaint_store_insert(change->tx, &ride, &complaint, fault) ||
        !change_record(change, "ride.complaint", "ride.complaint", "complaint", &complaint.id, 1,
                       &complaint_event_fields, &complaint, fault))
        return false;
    fields_encode(&complaint_shown_fields, &complaint, false, &res->body);
    return change_reply_created(change, res, &complaint.id, 0, fault);
}

CHANGE_BY_ID(post_complaint, create_complaint)

static enum http_status list_complaints(struct reading *reading, struct http_response *res)
{
    static const struct list complaints = {.statement = &complaint_list_statement,
                                           .fields = &complaint_shown_fields};
    struct ride ride;

    if (!api_check_staff(reading->caller, &reading->fault) ||
        !http_request_uuid(reading->req, 0, &reading->id, &reading->fault) ||
        !http_request_query(reading->req, NULL, NULL, &reading->fault) ||
        !handler_find_visible_ride(reading, &ride))
        return read_refuse(reading, res);
    return list_reply_whole(reading->req, res, reading->db, &complaints,
                            DB_VALUES(db_uuid(&ride.id)));
}

READ_ALL(get_complaints, list_complaints)
