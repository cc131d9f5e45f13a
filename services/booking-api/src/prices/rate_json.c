// SPDX-License-Identifier: MIT
/* JSON of seasons, both for the API and for column `rates` of table apartment. */
#include "base/auto.h"
#include "base/money.h"

#include "prices/prices_json.h"

enum { RATES_TEXT_MAX = 64 * 1024 }; /* bytes; RATES_MAX rules with all fields need half of this */

#define AT(member) .offset = offsetof(struct rate, member)

// clang-format off
static const struct field rate_items[] = {
    {.name = "from",                .type = FIELD_DATE,   .flags = FIELD_REQUIRED, AT(from)},
    {.name = "to",                  .type = FIELD_DATE,   .flags = FIELD_REQUIRED, AT(to)},
    {.name = "weekdays",            .type = FIELD_DIGITS, .flags = FIELD_NULLABLE | FIELD_OMIT, AT(weekdays), .min = 1, .max = 7},
    {.name = "price",               .type = FIELD_MONEY,  .flags = FIELD_NULLABLE | FIELD_OMIT, AT(price), .min = 0, .max = MONEY_MAX},
    {.name = "percent",             .type = FIELD_INT,    .flags = FIELD_NULLABLE | FIELD_OMIT, AT(percent), .min = RATE_PERCENT_MIN, .max = RATE_PERCENT_MAX},
    {.name = "min_nights",          .type = FIELD_INT,    .flags = FIELD_NULLABLE | FIELD_OMIT, AT(min_nights), .min = 1, .max = STAY_NIGHTS_MAX},
    {.name = "closed_to_arrival",   .type = FIELD_BOOL,   .flags = FIELD_OMIT, AT(closed_to_arrival)},
    {.name = "closed_to_departure", .type = FIELD_BOOL,   .flags = FIELD_OMIT, AT(closed_to_departure)},
};
const struct fields rate_fields = FIELDS_OF(rate_items, struct rate);

static const struct field rates_items[] = {
    {.name = "items", .type = FIELD_LIST, .flags = FIELD_REQUIRED, .offset = offsetof(struct rates, items), .max = RATES_MAX, .table = &rate_fields},
};
// clang-format on

/* Checks the rules, but min_nights without a limit: put_rates() compares it with max_nights. */
static void check_rules(const void *value, struct fault_list *problems)
{
    const struct rates *rates = value;

    rates_check(rates->items.items, rates->items.count, INT64_MAX, problems);
}

const struct fields rates_fields = FIELDS_CHECKED(rates_items, struct rates, check_rules);

void rates_encode(const struct rate *rates, size_t count, struct buf *out)
{
    buf_text(out, "{\"items\":");
    fields_encode_list(&rate_fields, rates, count, false, out);
    buf_char(out, '}');
}

bool rates_encode_column(const struct rate *rates, size_t count, struct arena *arena,
                         struct slice *out, struct fault *fault)
{
    AUTO(buf_finish) struct buf json = BUF(RATES_TEXT_MAX);

    fields_encode_list(&rate_fields, rates, count, false, &json);
    return buf_keep(&json, arena, out, fault);
}

bool rates_decode_column(struct slice text, struct arena *arena, const struct rate **rates,
                         size_t *count, struct fault *fault)
{
    struct rates read = {
        {NULL, 0}
    };

    if (text.at == NULL) {
        *rates = NULL;
        *count = 0;
        return true;
    }
    struct slice body = arena_printf(arena, "{\"items\":%.*s}", SLICE_ARG(text));
    if (body.at == NULL)
        return arena_fault(fault);
    if (!fields_decode(&rates_fields, body, false, &read, NULL, arena, fault)) {
        if (fault->kind == FAULT_UNAVAILABLE)
            return false;
        return fault_set(fault, FAULT_INTERNAL, "bad_rates",
                         "The apartment's rates cannot be read.");
    }
    *rates = read.items.items;
    *count = read.items.count;
    return true;
}
