// SPDX-License-Identifier: MIT
#include "taxi/ride_json.h"

#include "base/money.h"
#include "json/fields.h"

enum { MINUTES_MAX = 48 * 60, NAME_MAX = 200, CHOICE_MAX = 64 };

/* --- the data of the flow --- */

// clang-format off
#define AT(member) .offset = offsetof(struct drive_stop, member)
static const struct field stop_items[] = {
    {.name = "place",   .type = FIELD_SLUG, AT(place)},
    {.name = "minutes", .type = FIELD_INT,  AT(minutes), .max = RIDE_MINUTES_MAX},
};
#undef AT
static const struct fields stop_fields = FIELDS_OF(stop_items, struct drive_stop);

#define AT(member) .offset = offsetof(struct ride_price, member)
static const struct field price_items[] = {
    {.name = "trip",  .type = FIELD_UUID,  AT(trip)},
    {.name = "price", .type = FIELD_MONEY, AT(price), .max = MONEY_MAX},
};
#undef AT
static const struct fields price_fields = FIELDS_OF(price_items, struct ride_price);

#define AT(member) .offset = offsetof(struct ride, member)
static const struct field ride_items[] = {
    {.name = "from",      .type = FIELD_SLUG,  .flags = FIELD_NULLABLE, AT(from)},
    {.name = "to",        .type = FIELD_SLUG,  .flags = FIELD_NULLABLE, AT(to)},
    {.name = "day",       .type = FIELD_DATE,  .flags = FIELD_NULLABLE, AT(day)},
    {.name = "after",     .type = FIELD_INT,   AT(after),     .max = MINUTES_MAX},
    {.name = "before",    .type = FIELD_INT,   AT(before),    .max = MINUTES_MAX},
    {.name = "seats",     .type = FIELD_INT,   AT(seats),     .max = RIDE_SEATS_MAX},
    {.name = "child_seats", .type = FIELD_INT, .flags = FIELD_OMIT, AT(child_seats), .max = RIDE_CHILD_SEATS_MAX},
    {.name = "asks_price", .type = FIELD_BOOL, .flags = FIELD_OMIT, AT(asks_price)},
    {.name = "car",       .type = FIELD_BOOL,  AT(whole_car)},
    {.name = "parcel",    .type = FIELD_BOOL,  AT(parcel)},
    {.name = "size",      .type = FIELD_INT,   AT(size),      .max = RIDE_SIZES - 1},
    {.name = "recipient", .type = FIELD_TEXT,  .flags = FIELD_NULLABLE, AT(recipient), .min = 1, .max = NAME_MAX},
    {.name = "recipient_phone", .type = FIELD_PHONE, .flags = FIELD_NULLABLE, AT(recipient_phone)},
    {.name = "choice",    .type = FIELD_TEXT,  .flags = FIELD_NULLABLE, AT(choice), .min = 1, .max = CHOICE_MAX},
    {.name = "prices",    .type = FIELD_LIST,  .flags = FIELD_OMIT, AT(prices), .max = RIDE_TRIPS_MAX, .table = &price_fields},
    {.name = "cursor",    .type = FIELD_TEXT,  .flags = FIELD_NULLABLE, AT(cursor), .min = 1, .max = ANSWER_CURSOR_MAX},
    {.name = "next",      .type = FIELD_TEXT,  .flags = FIELD_NULLABLE, AT(next),   .min = 1, .max = ANSWER_CURSOR_MAX},
    {.name = "trip",      .type = FIELD_UUID,  .flags = FIELD_NULLABLE, AT(trip)},
    {.name = "from_stop", .type = FIELD_INT,   AT(from_stop), .max = RIDE_STOP_MAX},
    {.name = "to_stop",   .type = FIELD_INT,   AT(to_stop),   .max = RIDE_STOP_MAX},
    {.name = "order",     .type = FIELD_UUID,  .flags = FIELD_NULLABLE, AT(order)},
    {.name = "refund",    .type = FIELD_MONEY, AT(refund),    .max = MONEY_MAX},
    {.name = "faulty",    .type = FIELD_BOOL,  AT(is_faulty)},
    {.name = "publishes", .type = FIELD_BOOL,  AT(publishes)},
    {.name = "carries",   .type = FIELD_BOOL,  AT(carries)},
    {.name = "bids",      .type = FIELD_BOOL,  AT(bids)},
    {.name = "clock",     .type = FIELD_INT,   AT(clock),     .max = PHRASE_MIDNIGHT},
    {.name = "price",     .type = FIELD_MONEY, AT(price),     .max = MONEY_MAX},
    {.name = "minutes",   .type = FIELD_INT,   AT(minutes),   .max = RIDE_MINUTES_MAX},
    {.name = "car_id",    .type = FIELD_UUID,  .flags = FIELD_NULLABLE, AT(car)},
    {.name = "stops",     .type = FIELD_LIST,  .flags = FIELD_OMIT, AT(stops), .max = RIDE_PASSED_MAX, .table = &stop_fields},
};
#undef AT
// clang-format on
const struct fields ride_fields = FIELDS_OF(ride_items, struct ride);

const char *ride_kind_name(const struct ride *ride)
{
    return ride->parcel ? "parcel" : ride->whole_car ? "car" : "seat";
}
