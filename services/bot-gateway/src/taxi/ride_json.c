// SPDX-License-Identifier: MIT
#include "taxi/ride_json.h"

#include "base/auto.h"
#include "json/fields.h"

enum {
    BODY_MAX = 2048,
    MINUTES_MAX = 48 * 60,
    CLOCK_MAX = 24 * 60 - 1,
    NAME_MAX = 200,
    CHOICE_MAX = 64
};

/* --- the data of the flow --- */

// clang-format off
#define AT(member) .offset = offsetof(struct drive_stop, member)
static const struct field stop_items[] = {
    {.name = "place",   .type = FIELD_SLUG, AT(place)},
    {.name = "minutes", .type = FIELD_INT,  AT(minutes), .max = RIDE_MINUTES_MAX},
};
#undef AT
static const struct fields stop_fields = FIELDS_OF(stop_items, struct drive_stop);

#define AT(member) .offset = offsetof(struct ride, member)
static const struct field ride_items[] = {
    {.name = "from",      .type = FIELD_SLUG,  .flags = FIELD_NULLABLE, AT(from)},
    {.name = "to",        .type = FIELD_SLUG,  .flags = FIELD_NULLABLE, AT(to)},
    {.name = "day",       .type = FIELD_DATE,  .flags = FIELD_NULLABLE, AT(day)},
    {.name = "after",     .type = FIELD_INT,   AT(after),     .max = MINUTES_MAX},
    {.name = "before",    .type = FIELD_INT,   AT(before),    .max = MINUTES_MAX},
    {.name = "seats",     .type = FIELD_INT,   AT(seats),     .max = RIDE_SEATS_MAX},
    {.name = "car",       .type = FIELD_BOOL,  AT(whole_car)},
    {.name = "parcel",    .type = FIELD_BOOL,  AT(parcel)},
    {.name = "size",      .type = FIELD_INT,   AT(size),      .max = RIDE_SIZES - 1},
    {.name = "recipient", .type = FIELD_TEXT,  .flags = FIELD_NULLABLE, AT(recipient), .min = 1, .max = NAME_MAX},
    {.name = "recipient_phone", .type = FIELD_PHONE, .flags = FIELD_NULLABLE, AT(recipient_phone)},
    {.name = "choice",    .type = FIELD_TEXT,  .flags = FIELD_NULLABLE, AT(choice), .min = 1, .max = CHOICE_MAX},
    {.name = "cursor",    .type = FIELD_TEXT,  .flags = FIELD_NULLABLE, AT(cursor), .min = 1, .max = STAY_CURSOR_MAX},
    {.name = "next",      .type = FIELD_TEXT,  .flags = FIELD_NULLABLE, AT(next),   .min = 1, .max = STAY_CURSOR_MAX},
    {.name = "trip",      .type = FIELD_UUID,  .flags = FIELD_NULLABLE, AT(trip)},
    {.name = "from_stop", .type = FIELD_INT,   AT(from_stop), .max = RIDE_STOP_MAX},
    {.name = "to_stop",   .type = FIELD_INT,   AT(to_stop),   .max = RIDE_STOP_MAX},
    {.name = "order",     .type = FIELD_UUID,  .flags = FIELD_NULLABLE, AT(order)},
    {.name = "refund",    .type = FIELD_MONEY, AT(refund),    .max = STAY_MONEY_MAX},
    {.name = "publishes", .type = FIELD_BOOL,  AT(publishes)},
    {.name = "carries",   .type = FIELD_BOOL,  AT(carries)},
    {.name = "bids",      .type = FIELD_BOOL,  AT(bids)},
    {.name = "clock",     .type = FIELD_INT,   AT(clock),     .max = CLOCK_MAX},
    {.name = "price",     .type = FIELD_MONEY, AT(price),     .max = STAY_MONEY_MAX},
    {.name = "minutes",   .type = FIELD_INT,   AT(minutes),   .max = RIDE_MINUTES_MAX},
    {.name = "car_id",    .type = FIELD_UUID,  .flags = FIELD_NULLABLE, AT(car)},
    {.name = "stops",     .type = FIELD_LIST,  .flags = FIELD_OMIT, AT(stops), .max = RIDE_PASSED_MAX, .table = &stop_fields},
};
#undef AT
// clang-format on
static const struct fields ride_fields = FIELDS_OF(ride_items, struct ride);

bool ride_read(struct slice json, struct arena *arena, void *data, struct fault *fault)
{
    struct fields_seen seen;

    *(struct ride *)data = (struct ride){.says = 0};
    return fields_decode(&ride_fields, json, false, data, &seen, arena, fault);
}

void ride_write(const void *data, struct buf *json)
{
    fields_encode(&ride_fields, data, false, json);
}

/* --- the body of an order --- */

struct parcel {
    struct slice size;
    struct slice name; /* of the recipient */
    struct slice phone;
};
struct order_body {
    struct uuid trip;
    int64_t from_stop;
    int64_t to_stop;
    struct slice from;
    struct slice to;
    int64_t depart_from;
    int64_t depart_to;
    struct slice kind;
    int64_t seats;
    struct parcel parcel;
    struct ride_passenger passenger;
    struct ride_wishes wishes;
};

// clang-format off
#define AT(member) .offset = offsetof(struct ride_passenger, member)
static const struct field passenger_items[] = {
    {.name = "name",        .type = FIELD_TEXT,  AT(name)},
    {.name = "phone",       .type = FIELD_PHONE, .flags = FIELD_OMIT, AT(phone)},
    {.name = "telegram_id", .type = FIELD_INT,   .flags = FIELD_OMIT, AT(telegram_id)},
    {.name = "language",    .type = FIELD_ENUM,  AT(language), .names = language_names},
};
#undef AT
static const struct fields passenger_fields = FIELDS_OF(passenger_items, struct ride_passenger);

#define AT(member) .offset = offsetof(struct parcel, member)
static const struct field recipient_items[] = {
    {.name = "name",  .type = FIELD_TEXT,  AT(name)},
    {.name = "phone", .type = FIELD_PHONE, AT(phone)},
};
static const struct fields recipient_fields = FIELDS_OF(recipient_items, struct parcel);
static const struct field parcel_items[] = {
    {.name = "size",      .type = FIELD_TEXT,   AT(size)},
    {.name = "recipient", .type = FIELD_OBJECT, .offset = 0, .table = &recipient_fields},
};
#undef AT
static const struct fields parcel_fields = FIELDS_OF(parcel_items, struct parcel);

#define AT(member) .offset = offsetof(struct order_body, member)
static const struct field order_items[] = {
    {.name = "trip_id",     .type = FIELD_UUID,   .flags = FIELD_OMIT, AT(trip)},
    {.name = "from_stop",   .type = FIELD_INT,    .flags = FIELD_OMIT, AT(from_stop)},
    {.name = "to_stop",     .type = FIELD_INT,    .flags = FIELD_OMIT, AT(to_stop)},
    {.name = "from",        .type = FIELD_SLUG,   .flags = FIELD_OMIT, AT(from)},
    {.name = "to",          .type = FIELD_SLUG,   .flags = FIELD_OMIT, AT(to)},
    {.name = "depart_from", .type = FIELD_TIME,   .flags = FIELD_OMIT, AT(depart_from)},
    {.name = "depart_to",   .type = FIELD_TIME,   .flags = FIELD_OMIT, AT(depart_to)},
    {.name = "kind",        .type = FIELD_TEXT,   AT(kind)},
    {.name = "seats",       .type = FIELD_INT,    .flags = FIELD_OMIT, AT(seats)},
    {.name = "parcel",      .type = FIELD_OBJECT, .flags = FIELD_OMIT, AT(parcel), .table = &parcel_fields},
    {.name = "passenger",   .type = FIELD_OBJECT, AT(passenger), .table = &passenger_fields},
    {.name = "for_other",   .type = FIELD_BOOL,   .flags = FIELD_OMIT, AT(wishes.for_other)},
    {.name = "wait",        .type = FIELD_BOOL,   .flags = FIELD_OMIT, AT(wishes.wait)},
};
#undef AT
// clang-format on
static const struct fields order_fields = FIELDS_OF(order_items, struct order_body);

const char *ride_kind(const struct ride *ride)
{
    return ride->parcel ? "parcel" : ride->whole_car ? "car" : "seat";
}

bool ride_write_order(const struct ride *ride, const struct ride_passenger *passenger,
                      struct ride_wishes wishes, int64_t depart_from, int64_t depart_to,
                      struct arena *arena, struct slice *out, struct fault *fault)
{
    AUTO(buf_finish) struct buf json;
    struct order_body body;

    fields_clear(&order_fields, &body);
    if (!uuid_is_nil(&ride->trip)) {
        body.trip = ride->trip;
        body.from_stop = ride->from_stop;
        body.to_stop = ride->to_stop;
    } else {
        body.from = ride->from;
        body.to = ride->to;
        body.depart_from = depart_from;
        body.depart_to = depart_to;
    }
    body.kind = slice_of(ride_kind(ride));
    if (ride->parcel)
        body.parcel = (struct parcel){slice_of(ride_size_names[ride->size]), ride->recipient,
                                      ride->recipient_phone};
    else if (ride->seats > 0)
        body.seats = ride->seats;
    body.passenger = *passenger;
    body.wishes = wishes;
    buf_init(&json, BODY_MAX);
    fields_encode(&order_fields, &body, false, &json);
    return buf_keep(&json, arena, out, fault);
}
