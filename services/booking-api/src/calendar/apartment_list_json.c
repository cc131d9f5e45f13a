// SPDX-License-Identifier: MIT
/* The parameters of GET /v1/apartments. */
#include "base/money.h"

#include "apartments/apartments_json.h"
#include "calendar/calendar_json.h"

static const char *const sort_names[] = {
    [SORT_NEWEST] = "newest", [SORT_PRICE] = "price", [SORT_DISTANCE] = "distance", NULL};
static const char *const active_names[] = {
    [ACTIVE_TRUE] = "true", [ACTIVE_FALSE] = "false", [ACTIVE_ALL] = "all", NULL};

#define AT(member) .offset = offsetof(struct apartment_query, member)

// clang-format off
static const struct field items[] = {
    {.name = "id",        .type = FIELD_UUID,   AT(id)},
    {.name = "code",      .type = FIELD_TEXT,   AT(code), .min = 1, .max = APARTMENT_CODE_MAX},
    {.name = "city",      .type = FIELD_CUSTOM, AT(city), .decode = city_decode},
    {.name = "district",  .type = FIELD_TEXT,   AT(district), .min = 1, .max = 200},
    {.name = "owner_id",  .type = FIELD_UUID,   AT(owner_id)},
    {.name = "guests",    .type = FIELD_INT,    AT(guests), .min = 1, .max = APARTMENT_GUESTS_MAX},
    {.name = "rooms",     .type = FIELD_INT,    .flags = FIELD_COMMA, AT(rooms), .min = 1, .max = APARTMENT_ROOMS_MAX},
    {.name = "min_price", .type = FIELD_INT,    AT(min_price), .min = 0, .max = MONEY_MAX},
    {.name = "max_price", .type = FIELD_INT,    AT(max_price), .min = 0, .max = MONEY_MAX},
    {.name = "amenities", .type = FIELD_SLUGS,  .flags = FIELD_COMMA, AT(amenities), .max = 100},
    {.name = "near",      .type = FIELD_GEO,    AT(near)},
    {.name = "radius_km", .type = FIELD_INT,    AT(radius_km), .min = 1, .max = RADIUS_KM_MAX},
    {.name = "q",         .type = FIELD_TEXT,   AT(q), .min = 1, .max = 200},
    {.name = "check_in",  .type = FIELD_DATE,   AT(check_in)},
    {.name = "check_out", .type = FIELD_DATE,   AT(check_out)},
    {.name = "sort",      .type = FIELD_ENUM,   AT(sort), .names = sort_names},
    {.name = "is_active", .type = FIELD_ENUM,   AT(is_active), .names = active_names},
    {.name = "limit",     .type = FIELD_INT,    AT(page.limit), .min = 1, .max = LIST_LIMIT_MAX},
    {.name = "cursor",    .type = FIELD_RAW,    AT(page.cursor)},
};
// clang-format on

struct apartment_query apartment_list_defaults(void)
{
    struct apartment_query query;

    fields_clear(&apartment_list_query_fields, &query);
    query.sort = SORT_NEWEST;
    query.is_active = ACTIVE_TRUE;
    query.page.limit = LIST_LIMIT_DEFAULT;
    return query;
}

const struct fields apartment_list_query_fields =
    FIELDS_CHECKED(items, struct apartment_query, apartment_list_check);
