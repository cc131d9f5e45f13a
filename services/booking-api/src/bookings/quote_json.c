// SPDX-License-Identifier: MIT
#include "base/auto.h"

#include "bookings/bookings_json.h"
#include "prices/prices_json.h"

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

const struct fields quote_draft_fields =
    FIELDS_CHECKED(draft_items, struct booking_draft, booking_draft_check);

static void encode_cancel_policy(const void *value, struct buf *out)
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
    {.name = "cancellation", .type = FIELD_CUSTOM, .offset = 0, .encode = encode_cancel_policy},
    {.name = "expires_at", .type = FIELD_TIME, AT(expires_at)},
};
#undef AT
// clang-format on
const struct fields quote_fields = FIELDS_OF(quote_items, struct quote);

/* --- a refusal --- */

enum { MEMBERS_MAX = 256 * 1024 }; /* bytes; holds a year of nights, each with its reasons */

struct refusal {
    struct field_list nights;
    struct field_list alternatives;
};

// clang-format off
static const struct field night_items[] = {
    {.name = "date", .type = FIELD_DATE, .offset = offsetof(struct quote_night, date)},
    {.name = "reasons", .type = FIELD_SLUGS, .offset = offsetof(struct quote_night, reasons)},
};
static const struct fields night_fields = FIELDS_OF(night_items, struct quote_night);

#define AT(member) .offset = offsetof(struct quote_alternative, member)
static const struct field alternative_items[] = {
    {.name = "apartment_id", .type = FIELD_UUID, AT(apartment_id)},
    {.name = "check_in", .type = FIELD_DATE, AT(check_in)},
    {.name = "check_out", .type = FIELD_DATE, AT(check_out)},
    {.name = "total", .type = FIELD_MONEY, AT(total)},
};
#undef AT
static const struct fields alternative_fields = FIELDS_OF(alternative_items, struct quote_alternative);

static const struct field refusal_items[] = {
    {.name = "nights", .type = FIELD_LIST, .offset = offsetof(struct refusal, nights), .table = &night_fields},
    {.name = "alternatives", .type = FIELD_LIST, .offset = offsetof(struct refusal, alternatives), .table = &alternative_fields},
};
// clang-format on
static const struct fields refusal_fields = FIELDS_OF(refusal_items, struct refusal);

bool quote_encode_refusal(struct quote_night *nights, size_t night_count,
                          struct quote_alternative *alternatives, size_t alternative_count,
                          struct arena *arena, struct slice *out, struct fault *fault)
{
    AUTO(buf_finish) struct buf json = BUF(MEMBERS_MAX);
    const struct refusal refusal = {
        {nights,       night_count      },
        {alternatives, alternative_count},
    };

    fields_encode_members(&refusal_fields, &refusal, false, true, &json);
    return buf_keep(&json, arena, out, fault);
}
