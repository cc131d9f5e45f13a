// SPDX-License-Identifier: MIT
#include "api/read_by_id.h"
#include "base/date.h"

#include "calendar/calendar_json.h"
#include "handlers/handlers.h"

struct range {
    int32_t from;
    int32_t to;
};

static const struct field range_items[] = {
    {.name = "from", .type = FIELD_DATE, .offset = offsetof(struct range, from)},
    {.name = "to",   .type = FIELD_DATE, .offset = offsetof(struct range, to)  },
};
static const struct fields range_fields = FIELDS_OF(range_items, struct range);

/* Checks the range of days from .. to - 1. */
static bool check_day_range(int32_t from, int32_t to, struct arena *arena, struct fault *fault)
{
    if (to <= from)
        return fault_set_field(fault, arena, "to", "bad_range", "It is not after `from`.");
    if (to - from > CALENDAR_DAYS_MAX)
        return fault_set_field(fault, arena, "to", "out_of_range", "At most %d days at once.",
                               CALENDAR_DAYS_MAX);
    return true;
}

static enum http_status show_calendar(struct reading *reading, struct http_response *res)
{
    struct range range = {DATE_ABSENT, DATE_ABSENT};
    struct arena *arena = reading->req->arena;
    struct fault *fault = &reading->fault;
    struct calendar_page page;

    if (!http_request_uuid(reading->req, 0, &reading->id, fault) ||
        !http_request_query(reading->req, &range_fields, &range, fault) ||
        (range.from != DATE_ABSENT && range.to != DATE_ABSENT &&
         !check_day_range(range.from, range.to, arena, fault)) ||
        !calendar_store_find(reading->db, &reading->caller->tenant_id, &reading->id, range.from,
                             range.to, arena, &page, fault) ||
        !apartment_check_visible(reading->caller, &page.apartment, fault) ||
        !check_day_range(page.from, page.to, arena, fault))
        return read_refuse(reading, res);
    const size_t count = (size_t)(page.to - page.from);
    struct calendar_day *days = arena_alloc(arena, count * sizeof *days);

    if (days == NULL) {
        arena_fault(fault);
        return read_refuse(reading, res);
    }
    calendar_compute_days(&page.apartment, page.taken, page.count, page.from, page.to, days);
    buf_text(&res->body, "{\"days\":");
    fields_encode_list(&calendar_day_fields, days, count, true, &res->body);
    buf_char(&res->body, '}');
    return read_reply(reading, res, 0);
}

READ_ALL(get_calendar, show_calendar)
