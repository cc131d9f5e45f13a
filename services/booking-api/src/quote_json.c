// SPDX-License-Identifier: MIT
#include <stddef.h>

#include "booking_json.h"
#include "quote.h"

// clang-format off
#define AT(member) .offset = offsetof(struct booking_draft, member)
static const struct field draft_items[] = {
    {.name = "apartment_id", .type = FIELD_UUID, .flags = FIELD_REQUIRED, AT(apartment_id)},
    {.name = "check_in", .type = FIELD_DATE, .flags = FIELD_REQUIRED, AT(check_in)},
    {.name = "check_out", .type = FIELD_DATE, .flags = FIELD_REQUIRED, AT(check_out)},
    {.name = "guests", .type = FIELD_INT, .flags = FIELD_REQUIRED, AT(guests), .min = 1, .max = BOOKING_GUESTS_MAX},
};
#undef AT
// clang-format on

static void check_draft(const void *value, struct fault_list *problems)
{
    const struct booking_draft *draft = value;

    booking_range_check(draft->check_in, draft->check_out, problems);
}

const struct fields quote_draft_fields =
    FIELDS_CHECKED(draft_items, struct booking_draft, check_draft);

static void encode_cancellation(const void *value, struct buf *out)
{
    const struct quote *quote = value;

    policy_encode(&quote->policy, &quote->policy_price, quote->total, quote->created_at, out);
}

// clang-format off
#define AT(member) .offset = offsetof(struct quote, member)
static const struct field quote_items[] = {
    {.name = "id", .type = FIELD_UUID, AT(id)},
    {.name = "apartment_id", .type = FIELD_UUID, AT(apartment_id)},
    {.name = "check_in", .type = FIELD_DATE, AT(check_in)},
    {.name = "check_out", .type = FIELD_DATE, AT(check_out)},
    {.name = "guests", .type = FIELD_INT, AT(guests)},
    {.name = "lines", .type = FIELD_RAW, AT(lines)},
    {.name = "total", .type = FIELD_MONEY, AT(total)},
    {.name = "deposit", .type = FIELD_MONEY, AT(deposit)},
    {.name = "cancellation", .type = FIELD_CUSTOM, .offset = 0, .encode = encode_cancellation},
    {.name = "expires_at", .type = FIELD_TIME, AT(expires_at)},
};
#undef AT
// clang-format on
const struct fields quote_fields = FIELDS_OF(quote_items, struct quote);

void quote_encode(const struct quote *quote, struct buf *out)
{
    fields_encode(&quote_fields, quote, false, out);
}
