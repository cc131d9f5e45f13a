// SPDX-License-Identifier: MIT
#include "base/date.h"

#include "app.h"
#include "calendar/calendar_json.h"
#include "handlers/handlers.h"

struct range {
    int32_t from;
    int32_t to;
};

// clang-format off
static const struct field range_items[] = {
    {.name = "from", .type = FIELD_DATE, .offset = offsetof(struct range, from)},
    {.name = "to",   .type = FIELD_DATE, .offset = offsetof(struct range, to)},
};
// clang-format on
static const struct fields range_fields = FIELDS_OF(range_items, struct range);

/* Checks the range of days; `to` is the day after the last one. */
static bool range_check(int32_t from, int32_t to, struct arena *arena, struct fault *fault)
{
    if (to <= from)
        return fault_set_field(fault, arena, "to", "bad_range", "It is not after `from`.");
    if (to - from > CALENDAR_DAYS_MAX)
        return fault_set_field(fault, arena, "to", "out_of_range", "At most %d days at once.",
                               CALENDAR_DAYS_MAX);
    return true;
}

enum http_status get_calendar(void *data, const struct http_request *req, struct http_response *res)
{
    struct booking_app *app = data;
    const struct api_caller *caller = api_caller(req);
    struct range range = {DATE_ABSENT, DATE_ABSENT};
    struct calendar_page page;
    struct fault fault;
    struct uuid id;
    if (!http_request_uuid(req, 0, &id, &fault) ||
        !http_request_query(req, &range_fields, &range, &fault) ||
        (range.from != DATE_ABSENT && range.to != DATE_ABSENT &&
         !range_check(range.from, range.to, req->arena, &fault)) ||
        !calendar_store_find(app->service->db, &caller->tenant_id, &id, range.from, range.to,
                             req->arena, &page, &fault) ||
        !apartment_check_visible(caller, &page.apartment, &fault) ||
        !range_check(page.from, page.to, req->arena, &fault))
        return http_reply_fault(req, res, &fault);

    struct calendar_day *days =
        arena_alloc(req->arena, (size_t)(page.to - page.from) * sizeof *days);
    if (days == NULL) {
        arena_fault(&fault);
        return http_reply_fault(req, res, &fault);
    }
    calendar_compute_days(&page.apartment, page.taken, page.count, page.from, page.to, days);
    buf_text(&res->body, "{\"days\":");
    fields_encode_list(&calendar_day_fields, days, (size_t)(page.to - page.from), true, &res->body);
    buf_char(&res->body, '}');
    return http_reply_json(res, HTTP_OK);
}
