// SPDX-License-Identifier: MIT
#include "calendar/calendar_json.h"

static const char *const status_names[] = {[CALENDAR_FREE] = "free",
                                           [CALENDAR_BOOKED] = "booked",
                                           [CALENDAR_HELD] = "held",
                                           [CALENDAR_BLOCKED] = "blocked",
                                           [CALENDAR_BUFFER] = "buffer",
                                           [CALENDAR_CLOSED] = "closed",
                                           NULL};

/* In the order of enum calendar_reason. */
static const char *const reason_names[] = {
    "booked",        "held",          "blocked",           "buffer",
    "past",          "beyond_window", "inactive",          "too_late",
    "gap_too_short", "buffer_ahead",  "closed_to_arrival", "closed_to_departure",
    "feed:airbnb",   "feed:booking",  "feed:vrbo",         "feed:sutochno",
    "feed:krisha",   "feed:google",   "feed:other"};

static void encode_reasons(const void *value, struct buf *out)
{
    unsigned reasons = *(const unsigned *)value;
    bool first = true;

    buf_char(out, '[');
    for (size_t i = 0; i < ARRAY_LEN(reason_names); i++) {
        if ((reasons & 1u << i) == 0)
            continue;
        if (!first)
            buf_char(out, ',');
        buf_json_string(out, slice_of(reason_names[i]));
        first = false;
    }
    buf_char(out, ']');
}

#define AT(member) .offset = offsetof(struct calendar_day, member)

// clang-format off
static const struct field items[] = {
    {.name = "date",       .type = FIELD_DATE,   AT(date)},
    {.name = "status",     .type = FIELD_ENUM,   AT(status), .names = status_names},
    {.name = "price",      .type = FIELD_MONEY,  AT(price)},
    {.name = "min_nights", .type = FIELD_INT,    AT(min_nights)},
    {.name = "reasons",    .type = FIELD_CUSTOM, AT(reasons), .encode = encode_reasons},
};
// clang-format on
const struct fields calendar_day_fields = FIELDS_OF(items, struct calendar_day);
