// SPDX-License-Identifier: MIT
#include "bookings/bookings_json.h"

#define AT(member) .offset = offsetof(struct availability_query, member)

// clang-format off
static const struct field query_items[] = {
    {.name = "apartment_ids", .type = FIELD_UUIDS, .flags = FIELD_REQUIRED, AT(apartment_ids), .min = 1, .max = AVAILABILITY_APARTMENTS_MAX},
    {.name = "check_in",      .type = FIELD_DATE,  .flags = FIELD_REQUIRED, AT(check_in)},
    {.name = "check_out",     .type = FIELD_DATE,  .flags = FIELD_REQUIRED, AT(check_out)},
    {.name = "guests",        .type = FIELD_INT,   .flags = FIELD_REQUIRED, AT(guests), .min = 1, .max = APARTMENT_GUESTS_MAX},
};
#undef AT
// clang-format on

static void check_query(const void *value, struct fault_list *problems)
{
    const struct availability_query *query = value;

    booking_range_check(query->check_in, query->check_out, problems);
}

const struct fields availability_query_fields =
    FIELDS_CHECKED(query_items, struct availability_query, check_query);

// clang-format off
#define AT(member) .offset = offsetof(struct availability_item, member)
static const struct field item_items[] = {
    {.name = "id",       .type = FIELD_UUID,  AT(id)},
    {.name = "bookable", .type = FIELD_BOOL,  AT(bookable)},
    {.name = "total",    .type = FIELD_MONEY, .flags = FIELD_OMIT, AT(total)},
    {.name = "reasons",  .type = FIELD_SLUGS, AT(reasons)},
};
// clang-format on
const struct fields availability_item_fields = FIELDS_OF(item_items, struct availability_item);
