// SPDX-License-Identifier: MIT
/* Routes of bookings. Guests see their own bookings, owners those of their apartments, staff all.
 */
#include <stddef.h>

#include "api/change_by_id.h"
#include "api/read_by_id.h"
#include "base/date.h"
#include "base/digest.h"

#include "bookings/booking_change.h"
#include "bookings/bookings_json.h"
#include "handlers/handlers.h"

static bool decode_booking_draft(struct change *change, struct booking_draft *draft,
                                 struct fault *fault)
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

static bool create_booking(struct change *change, void *arg, struct http_response *res,
                           struct fault *fault)
{
    struct booking_draft draft;
    struct booking booking;

    (void)arg;
    if (!decode_booking_draft(change, &draft, fault) ||
        !booking_place(change, &draft, &booking, fault))
        return false;
    booking_encode_after_change(change, &booking, &res->body);
    return change_reply_created(change, res, &booking.id, booking.version, fault);
}

CHANGE_BY_BODY(post_booking, create_booking)

static bool find_visible_booking(struct reading *reading, struct booking *out)
{
    return booking_store_find_visible(reading->db, reading->caller, &reading->id,
                                      reading->req->arena, out, &reading->fault);
}

static enum http_status show_booking(struct reading *reading, struct http_response *res)
{
    struct booking booking;

    if (!find_visible_booking(reading, &booking))
        return read_refuse(reading, res);
    booking_encode(&booking, reading->caller, false, &res->body);
    return read_reply(reading, res, booking.version);
}

READ_BY_ID(get_booking, show_booking)

static enum http_status show_history(struct reading *reading, struct http_response *res)
{
    struct booking booking;

    if (!find_visible_booking(reading, &booking))
        return read_refuse(reading, res);
    return steps_reply(reading->req, res, reading->db, &booking_history_statement, &booking.id,
                       &reading->page, NULL);
}

READ_PAGE_BY_ID(get_booking_history, show_history, STEPS_LIMIT)

static enum http_status show_cancel_terms(struct reading *reading, struct http_response *res)
{
    struct booking booking;

    if (!find_visible_booking(reading, &booking) ||
        !booking_transition_check(&booking, BOOKING_CANCEL, reading->caller, NULL, &reading->fault))
        return read_refuse(reading, res);
    booking_encode_cancel_terms(&booking, &res->body);
    return read_reply(reading, res, 0);
}

READ_BY_ID(get_booking_cancel_preview, show_cancel_terms)

/* --- actions --- */

static bool run_booking_action(struct change *change, void *arg, struct http_response *res,
                               struct fault *fault)
{
    const struct asked *asked = arg;
    const enum booking_action action = (enum booking_action)asked->action;
    const bool sets =
        action == BOOKING_CONTACT || action == BOOKING_RATE || action == BOOKING_SET_PAID;
    struct booking_action_body body = {
        .phone_verified = change->caller->actor != ACTOR_GUEST,
        .paid = FIELD_ABSENT,
        .expected_refund = FIELD_ABSENT,
    };
    struct booking booking;

    if (!change_decode(change, &booking_action_fields[action], sets, &body, fault) ||
        !(sets ? booking_act_set_detail(change, &asked->id, action, &body, &booking, fault)
               : booking_act(change, &asked->id, action, &body, &booking, fault)))
        return false;
    booking_encode_after_change(change, &booking, &res->body);
    return change_reply(change, res, booking.version);
}

// clang-format off
CHANGE_BY_ACTION(confirm_booking,       run_booking_action, BOOKING_CONFIRM)
CHANGE_BY_ACTION(decline_booking,       run_booking_action, BOOKING_DECLINE)
CHANGE_BY_ACTION(cancel_booking,        run_booking_action, BOOKING_CANCEL)
CHANGE_BY_ACTION(claim_booking_payment, run_booking_action, BOOKING_CLAIM_PAYMENT)
CHANGE_BY_ACTION(check_in_booking,      run_booking_action, BOOKING_CHECK_IN)
CHANGE_BY_ACTION(check_out_booking,     run_booking_action, BOOKING_CHECK_OUT)
CHANGE_BY_ACTION(mark_booking_no_show,  run_booking_action, BOOKING_MARK_NO_SHOW)
CHANGE_BY_ACTION(set_booking_contact,   run_booking_action, BOOKING_CONTACT)
CHANGE_BY_ACTION(rate_booking,          run_booking_action, BOOKING_RATE)
CHANGE_BY_ACTION(set_booking_paid,      run_booking_action, BOOKING_SET_PAID)
// clang-format on

/* --- changing the dates --- */

static bool change_dates(struct change *change, void *arg, struct http_response *res,
                         struct fault *fault)
{
    const struct asked *asked = arg;
    struct booking_change_body request;
    struct booking booking;

    fields_clear(&booking_change_fields, &request);
    if (!http_request_decode(change->req, &booking_change_fields, false, &request, NULL, fault) ||
        !booking_change_stay(change, &asked->id, &request, &booking, fault))
        return false;
    booking_encode_after_change(change, &booking, &res->body);
    return change_reply(change, res, booking.version);
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
    {.name = "check_in_from", .type = FIELD_DATE, AT(filter.check_in_from)},
    {.name = "check_in_to", .type = FIELD_DATE, AT(filter.check_in_to)},
    {.name = "check_out_from", .type = FIELD_DATE, AT(filter.check_out_from)},
    {.name = "check_out_to", .type = FIELD_DATE, AT(filter.check_out_to)},
    {.name = "code", .type = FIELD_TEXT, AT(filter.code), .min = 1, .max = 2 * BOOKING_CODE_LEN},
    {.name = "cursor", .type = FIELD_RAW, AT(page.cursor)},
    {.name = "limit", .type = FIELD_INT, AT(page.limit), .min = 1, .max = LIST_LIMIT_MAX},
};
// clang-format on

/* A range of days, of which the last one counts too. */
static void check_days(const char *field, int32_t from, int32_t to, struct fault_list *problems)
{
    if (from != DATE_ABSENT && to != DATE_ABSENT && to < from)
        fault_list_add(problems, field, "bad_range", "The range must not end before it begins.");
}

static void check_date_range(const void *value, struct fault_list *problems)
{
    const struct booking_filter *filter = &((const struct query *)value)->filter;

    if (filter->from != DATE_ABSENT && filter->to != DATE_ABSENT && filter->to <= filter->from)
        fault_list_add(problems, "to", "bad_range", "The range ends after it begins.");
    check_days("check_in_to", filter->check_in_from, filter->check_in_to, problems);
    check_days("check_out_to", filter->check_out_from, filter->check_out_to, problems);
}

static const struct fields query_fields =
    FIELDS_CHECKED(query_items, struct query, check_date_range);

/* Normalises the code of the query. A code that no booking can have remains as it is, which makes
 * the list empty. */
static bool normalise_code(struct arena *arena, struct slice *code, struct fault *fault)
{
    char letters[BOOKING_CODE_LEN + 1];

    if (code->at == NULL || !digest_base32_read(*code, letters, BOOKING_CODE_LEN))
        return true;
    return arena_keep(arena, slice_of(letters), code, fault);
}

static bool read_list_query(const struct http_request *req, struct query *query,
                            struct fault *fault)
{
    return http_request_query(req, &query_fields, query, fault) &&
           normalise_code(req->arena, &query->filter.code, fault) &&
           list_page_read(req, api_caller(req)->actor_text, &query->page, fault);
}

/* Restricts the filter to bookings that the caller may see. False if the caller may see none of the
 * bookings that match it; the list is then empty. */
static bool restrict_filter(struct booking_filter *filter, const struct api_caller *caller)
{
    if (caller->actor == ACTOR_GUEST)
        return api_caller_own_number(caller, &filter->telegram_id);
    return caller->actor != ACTOR_OWNER || api_caller_own_id(caller, &filter->owner_id);
}

static void encode_item(const struct db_rows *rows, int row, const void *data, struct buf *out,
                        struct list_cursor *cursor)
{
    struct booking booking;

    booking_store_read_row(rows, row, &booking);
    booking_encode(&booking, data, true, out);
    cursor->id = booking.id;
}

static enum http_status list_bookings(struct reading *reading, struct http_response *res)
{
    const struct api_caller *caller = reading->caller;
    auto_rows struct db_rows rows = {0};
    struct query query = {
        .filter = {.telegram_id = FIELD_ABSENT,
                   .from = DATE_ABSENT,
                   .to = DATE_ABSENT,
                   .check_in_from = DATE_ABSENT,
                   .check_in_to = DATE_ABSENT,
                   .check_out_from = DATE_ABSENT,
                   .check_out_to = DATE_ABSENT},
        .page = {.limit = LIST_LIMIT_DEFAULT          },
    };

    if (!read_list_query(reading->req, &query, &reading->fault) ||
        (restrict_filter(&query.filter, caller) &&
         !booking_list_store_find(reading->db, &caller->tenant_id, &query.filter, &query.page,
                                  &rows, &reading->fault)))
        return read_refuse(reading, res);
    list_encode(&rows, (int)booking_store_shape.count, &query.page, encode_item, caller,
                &res->body);
    return read_reply(reading, res, 0);
}

READ_ALL(get_bookings, list_bookings)
