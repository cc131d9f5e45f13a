// SPDX-License-Identifier: MIT
#include "base/money.h"

#include "places/places_json.h"

#define AT(member) .offset = offsetof(struct route, member)
// clang-format off
/* The members of `seat_price` in JSON; they are stored in struct route itself. */
static const struct field seat_items[] = {
    {.name = "typical", .type = FIELD_MONEY, .flags = FIELD_REQUIRED, AT(seat_typical), .min = MONEY_TENGE, .max = ROUTE_PRICE_MAX},
};
static const struct fields seat_fields = FIELDS_OF(seat_items, struct route);

static const struct field items[] = {
    {.name = "km",         .type = FIELD_INT,    .flags = FIELD_REQUIRED, AT(km), .min = 1, .max = ROUTE_KM_MAX},
    {.name = "minutes",    .type = FIELD_INT,    .flags = FIELD_REQUIRED, AT(minutes), .min = 1, .max = ROUTE_MINUTES_MAX},
    {.name = "seat_price", .type = FIELD_OBJECT, .flags = FIELD_REQUIRED, .offset = 0, .table = &seat_fields},
    {.name = "car_price",  .type = FIELD_MONEY,  .flags = FIELD_REQUIRED, AT(car_price), .min = MONEY_TENGE, .max = ROUTE_PRICE_MAX},
};
// clang-format on
#undef AT
const struct fields route_fields = FIELDS_OF(items, struct route);

struct shown {
    struct slice from;
    struct slice to;
    struct route route;
    int64_t seat_min;
    int64_t seat_max;
};

#define AT(member) .offset = offsetof(struct shown, member)
// clang-format off
static const struct field shown_seat_items[] = {
    {.name = "min",     .type = FIELD_MONEY, AT(seat_min)},
    {.name = "typical", .type = FIELD_MONEY, AT(route.seat_typical)},
    {.name = "max",     .type = FIELD_MONEY, AT(seat_max)},
};
static const struct fields shown_seat_fields = FIELDS_OF(shown_seat_items, struct shown);

static const struct field shown_items[] = {
    {.name = "from",       .type = FIELD_SLUG,   AT(from)},
    {.name = "to",         .type = FIELD_SLUG,   AT(to)},
    {.name = "km",         .type = FIELD_INT,    AT(route.km)},
    {.name = "minutes",    .type = FIELD_INT,    AT(route.minutes)},
    {.name = "seat_price", .type = FIELD_OBJECT, .offset = 0, .table = &shown_seat_fields},
    {.name = "car_price",  .type = FIELD_MONEY,  AT(route.car_price)},
    {.name = "set",        .type = FIELD_BOOL,   AT(route.is_set)},
};
// clang-format on
#undef AT
static const struct fields shown_fields = FIELDS_OF(shown_items, struct shown);

void route_encode(const struct route *route, struct buf *out)
{
    const struct shown shown = {
        .from = route->from->slug,
        .to = route->to->slug,
        .route = *route,
        .seat_min = route_seat_price_min(route),
        .seat_max = route_seat_price_max(route),
    };

    fields_encode(&shown_fields, &shown, false, out);
}
