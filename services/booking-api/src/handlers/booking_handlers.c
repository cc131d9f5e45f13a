// SPDX-License-Identifier: MIT
/* Routes of bookings. Guests see their own, owners those of their apartments, staff all. */
#include <stddef.h>

#include "api/change_by_id.h"
#include "api/list.h"
#include "api/steps.h"
#include "base/date.h"
#include "base/digest.h"

#include "access.h"
#include "app.h"
#include "bookings/booking_act.h"
#include "bookings/booking_change.h"
#include "bookings/booking_list_store.h"
#include "bookings/booking_place.h"
#include "bookings/booking_store.h"
#include "bookings/bookings_json.h"
#include "handlers/handlers.h"

static bool decode_draft(struct change *change, struct booking_draft *draft, struct fault *fault)
{
    const struct json_body *body;

    booking_draft_defaults(draft);
    draft->test_key = change->caller->test_key;
    if (!http_request_json(change->req, true, &body, fault))
        return false;
    if (!fields_decode_body(fields_body_has(body, "quote_id") ? &booking_by_quote_fields
                                                              : &booking_draft_fields,
                            body, false, draft, NULL, change->arena, fault))
        return false;
    return booking_draft_set_guest(draft, change->caller, fault);
}

static bool create(struct change *change, void *arg, struct http_response *res, struct fault *fault)
{
    struct booking_draft draft;
    struct booking booking;

    (void)arg;
    if (!decode_draft(change, &draft, fault) || !booking_place(change, &draft, &booking, fault) ||
        !http_reply_location(change->req, res, &booking.id, fault))
        return false;
    booking_encode(&booking, change->caller, false, &res->body);
    http_reply_resource(change->req, res, HTTP_CREATED, booking.version);
    return true;
}

CHANGE_BY_BODY(post_booking, create)

/* Finds the booking of the path, if the caller may see it, and decodes the query by `table`. */
static bool find(struct booking_app *app, const struct http_request *req,
                 const struct fields *table, void *query, struct db_rows *rows, struct booking *out,
                 struct fault *fault)
{
    const struct api_caller *caller = api_caller(req);
    struct booking booking;
    struct uuid id;

    if (!http_request_uuid(req, 0, &id, fault) || !http_request_query(req, table, query, fault) ||
        !booking_store_find(app->service->db, &caller->tenant_id, &id, rows, &booking, fault))
        return false;
    if (!booking_visible(&booking, caller))
        return fault_set(fault, FAULT_NOT_FOUND, "not_found", "There is no such booking.");
    *out = booking;
    return true;
}

enum http_status get_booking(void *data, const struct http_request *req, struct http_response *res)
{
    auto_rows struct db_rows rows = {0};
    struct booking booking;
    struct fault fault;

    if (!find(data, req, NULL, NULL, &rows, &booking, &fault))
        return http_reply_fault(req, res, &fault);
    booking_encode(&booking, api_caller(req), false, &res->body);
    return http_reply_resource(req, res, HTTP_OK, booking.version);
}

enum http_status get_booking_history(void *data, const struct http_request *req,
                                     struct http_response *res)
{
    auto_rows struct db_rows rows = {0};
    struct booking_app *app = data;
    struct list_page page = {.limit = STEPS_LIMIT};
    struct booking booking;
    struct fault fault;

    if (!find(app, req, &list_page_fields, &page, &rows, &booking, &fault))
        return http_reply_fault(req, res, &fault);
    return steps_reply(req, res, app->service->db, &booking_history_statement, &booking.id, &page,
                       NULL);
}

enum http_status get_booking_cancel_preview(void *data, const struct http_request *req,
                                            struct http_response *res)
{
    auto_rows struct db_rows rows = {0};
    const struct booking_transition *row;
    struct booking booking;
    struct fault fault;

    if (!find(data, req, NULL, NULL, &rows, &booking, &fault) ||
        !booking_transition_check(&booking, BOOKING_CANCEL, api_caller(req), &row, &fault))
        return http_reply_fault(req, res, &fault);
    booking_encode_cancel_terms(&booking, &res->body);
    return http_reply_json(res, HTTP_OK);
}

/* --- actions --- */

static bool act(struct change *change, void *arg, struct http_response *res, struct fault *fault)
{
    const struct asked *asked = arg;
    const enum booking_action action = (enum booking_action)asked->action;
    const struct fields *table = action == BOOKING_CONFIRM         ? &booking_confirm_fields
                                 : action == BOOKING_CLAIM_PAYMENT ? &booking_claim_fields
                                 : action == BOOKING_CANCEL        ? &booking_cancel_fields
                                                                   : &booking_reason_fields;
    auto_rows struct db_rows rows = {0};
    const struct json_body *body;
    struct booking_action_body action_body = {.paid = FIELD_ABSENT,
                                              .expected_refund = FIELD_ABSENT};
    struct booking booking;

    if (!http_request_json(change->req, false, &body, fault) ||
        !fields_decode_body(table, body, false, &action_body, NULL, change->arena, fault) ||
        !booking_act(change, &asked->id, action, &action_body, &rows, &booking, fault))
        return false;
    booking_encode(&booking, change->caller, false, &res->body);
    http_reply_resource(change->req, res, HTTP_OK, booking.version);
    return true;
}

// clang-format off
CHANGE_BY_ACTION(confirm_booking,       act, BOOKING_CONFIRM)
CHANGE_BY_ACTION(decline_booking,       act, BOOKING_DECLINE)
CHANGE_BY_ACTION(cancel_booking,        act, BOOKING_CANCEL)
CHANGE_BY_ACTION(claim_booking_payment, act, BOOKING_CLAIM_PAYMENT)
CHANGE_BY_ACTION(check_in_booking,      act, BOOKING_CHECK_IN)
CHANGE_BY_ACTION(check_out_booking,     act, BOOKING_CHECK_OUT)
CHANGE_BY_ACTION(mark_booking_no_show,  act, BOOKING_MARK_NO_SHOW)
// clang-format on

/* --- the guest's phone --- */

static bool set_contact(struct change *change, void *arg, struct http_response *res,
                        struct fault *fault)
{
    const struct asked *asked = arg;
    auto_rows struct db_rows rows = {0};
    struct booking_action_body action_body = {0};
    struct booking booking;

    if (!http_request_decode(change->req, &booking_contact_fields, false, &action_body, NULL,
                             fault) ||
        !booking_act_set_contact(change, &asked->id, action_body.phone, &rows, &booking, fault))
        return false;
    booking_encode(&booking, change->caller, false, &res->body);
    http_reply_resource(change->req, res, HTTP_OK, booking.version);
    return true;
}

CHANGE_BY_ID(set_booking_contact, set_contact)

/* --- the guest's rating --- */

static bool rate(struct change *change, void *arg, struct http_response *res, struct fault *fault)
{
    const struct asked *asked = arg;
    auto_rows struct db_rows rows = {0};
    struct booking_action_body action_body = {0};
    struct booking booking;

    if (!http_request_decode(change->req, &booking_rating_fields, false, &action_body, NULL,
                             fault) ||
        !booking_act_rate(change, &asked->id, action_body.rating, &rows, &booking, fault))
        return false;
    booking_encode(&booking, change->caller, false, &res->body);
    http_reply_resource(change->req, res, HTTP_OK, booking.version);
    return true;
}

CHANGE_BY_ID(rate_booking, rate)

/* --- other dates --- */

static bool change_dates(struct change *change, void *arg, struct http_response *res,
                         struct fault *fault)
{
    const struct asked *asked = arg;
    auto_rows struct db_rows rows = {0};
    struct booking_change_body request;
    struct booking booking;

    fields_clear(&booking_change_fields, &request);
    if (!http_request_decode(change->req, &booking_change_fields, false, &request, NULL, fault) ||
        !booking_change(change, &asked->id, &request, &rows, &booking, fault))
        return false;
    booking_encode(&booking, change->caller, false, &res->body);
    http_reply_resource(change->req, res, HTTP_OK, booking.version);
    return true;
}

CHANGE_BY_ID(change_booking_dates, change_dates)

/* --- the list --- */

struct query {
    struct booking_filter filter;
    struct list_page page;
};

// clang-format off
#define AT(member) .offset = offsetof(struct query, member)
static const struct field query_items[] = {
    {.name = "status", .type = FIELD_ENUM, .flags = FIELD_COMMA, AT(filter.statuses), .names = booking_status_names},
    {.name = "apartment_id", .type = FIELD_UUID, AT(filter.apartment_id)},
    {.name = "owner_id", .type = FIELD_UUID, AT(filter.owner_id)},
    {.name = "telegram_id", .type = FIELD_INT, AT(filter.telegram_id), .min = 1, .max = ACTOR_GUEST_MAX},
    {.name = "phone", .type = FIELD_PHONE, AT(filter.phone)},
    {.name = "from", .type = FIELD_DATE, AT(filter.from)},
    {.name = "to", .type = FIELD_DATE, AT(filter.to)},
    {.name = "code", .type = FIELD_TEXT, AT(filter.code), .min = 1, .max = 2 * BOOKING_CODE_LEN},
    {.name = "cursor", .type = FIELD_RAW, AT(page.cursor)},
    {.name = "limit", .type = FIELD_INT, AT(page.limit), .min = 1, .max = LIST_LIMIT_MAX},
};
#undef AT
// clang-format on

static void check_query(const void *value, struct fault_list *problems)
{
    const struct booking_filter *filter = &((const struct query *)value)->filter;

    if (filter->from != DATE_ABSENT && filter->to != DATE_ABSENT && filter->to <= filter->from)
        fault_list_add(problems, "to", "bad_range", "The range ends after it begins.");
}

static const struct fields query_fields = FIELDS_CHECKED(query_items, struct query, check_query);

/* Normalises the code of the query. An impossible code is not a fault; the list is then empty. */
static bool read_code(struct arena *arena, struct slice *code, struct fault *fault)
{
    char letters[BOOKING_CODE_LEN + 1];

    if (code->at == NULL || !digest_base32_read(*code, letters, BOOKING_CODE_LEN))
        return true;
    *code = arena_copy(arena, slice_of(letters));
    return code->at != NULL || arena_fault(fault);
}

static bool read_query(const struct http_request *req, struct query *query, struct fault *fault)
{
    return http_request_query(req, &query_fields, query, fault) &&
           read_code(req->arena, &query->filter.code, fault) &&
           list_page_read(req, api_caller(req)->actor_text, &query->page, fault);
}

/* Restricts the filter to what the caller may see. False: that is nothing, the list is empty. */
static bool narrow(struct booking_filter *filter, const struct api_caller *caller)
{
    if (caller->actor == ACTOR_GUEST) {
        if (filter->telegram_id == FIELD_ABSENT)
            filter->telegram_id = caller->actor_number;
        return filter->telegram_id == caller->actor_number;
    }
    if (caller->actor == ACTOR_OWNER) {
        if (uuid_is_nil(&filter->owner_id))
            filter->owner_id = caller->actor_id;
        return uuid_equal(&filter->owner_id, &caller->actor_id);
    }
    return true;
}

static void encode_item(const struct db_rows *rows, int row, const void *data, struct buf *out,
                        struct list_cursor *cursor)
{
    struct booking booking;

    booking_store_read_row(rows, row, &booking);
    booking_encode(&booking, data, true, out);
    cursor->id = booking.id;
}

enum http_status get_bookings(void *data, const struct http_request *req, struct http_response *res)
{
    const struct api_caller *caller = api_caller(req);
    struct booking_app *app = data;
    auto_rows struct db_rows rows = {0};
    struct query query = {
        .filter = {.telegram_id = FIELD_ABSENT, .from = DATE_ABSENT, .to = DATE_ABSENT},
        .page = {.limit = LIST_LIMIT_DEFAULT         },
    };
    struct fault fault;

    if (!read_query(req, &query, &fault))
        return http_reply_fault(req, res, &fault);
    if (narrow(&query.filter, caller) &&
        !booking_list_store_find(app->service->db, &caller->tenant_id, &query.filter,
                                 &query.page.after, query.page.limit + 1, &rows, &fault))
        return http_reply_fault(req, res, &fault);
    list_encode(&rows, (int)booking_store_shape.count, &query.page, encode_item, caller,
                &res->body);
    return http_reply_json(res, HTTP_OK);
}
