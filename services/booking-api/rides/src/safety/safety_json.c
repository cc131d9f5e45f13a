// SPDX-License-Identifier: MIT
#include "safety/safety_json.h"

#include <math.h>

#include "json/texts.h"

#include "drivers/drivers_json.h"
#include "places/place.h"
#include "rides/reveal.h"

struct stop {
    struct slice place;
    struct texts name;
    int64_t at;
};

struct shared {
    int status;
    int64_t depart_at;
    int64_t arrive_at;
    int64_t expires_at;
    struct slice driver_name;
    struct car_view car;
    struct field_list stops;
    struct location location;
};

// clang-format off
static const struct field stop_items[] = {
    {.name = "place", .type = FIELD_TEXT,   .offset = offsetof(struct stop, place)},
    {.name = "name",  .type = FIELD_OBJECT, .offset = offsetof(struct stop, name), .table = &texts_title_fields},
    {.name = "at",    .type = FIELD_TIME,   .offset = offsetof(struct stop, at)},
};
static const struct fields stop_fields = FIELDS_OF(stop_items, struct stop);

#define AT(member) .offset = offsetof(struct shared, member)
static const struct field driver_items[] = {
    {.name = "name", .type = FIELD_TEXT, AT(driver_name)},
};
static const struct fields driver_fields_shared = FIELDS_OF(driver_items, struct shared);

static void encode_car_position(const void *value, struct buf *out)
{
    const struct location *location = value;

    if (uuid_is_nil(&location->trip_id))
        buf_text(out, "null");
    else
        fields_encode(&location_shown_fields, location, false, out);
}

static const struct field shared_items[] = {
    {.name = "status",     .type = FIELD_ENUM,   AT(status), .names = ride_status_names},
    {.name = "depart_at",  .type = FIELD_TIME,   AT(depart_at)},
    {.name = "arrive_at",  .type = FIELD_TIME,   AT(arrive_at)},
    {.name = "expires_at", .type = FIELD_TIME,   AT(expires_at)},
    {.name = "stops",      .type = FIELD_LIST,   AT(stops), .table = &stop_fields},
    {.name = "driver",     .type = FIELD_OBJECT, .offset = 0, .table = &driver_fields_shared},
    {.name = "car",        .type = FIELD_OBJECT, AT(car), .table = &car_plate_fields},
    {.name = "place",      .type = FIELD_CUSTOM, AT(location), .encode = encode_car_position},
};
#undef AT
// clang-format on
static const struct fields shared_fields = FIELDS_OF(shared_items, struct shared);

void shared_encode_ride(const struct ride *ride, const struct trip *trip,
                        const struct location *location, struct buf *out)
{
    const unsigned shown = ride_revealed_contacts(ride, RIDE_BY_GUEST);
    const struct trip_stop *on = trip->stops.items;
    struct stop stops[TRIP_STOPS_MAX];
    size_t count = 0;

    for (int64_t i = ride->from_stop; i <= ride->to_stop && i < (int64_t)trip->stops.count; i++)
        stops[count++] = (struct stop){on[i].place, place_find(on[i].place)->name, on[i].at};
    struct shared shared = {
        .status = ride->status,
        .depart_at = ride->depart_at,
        .arrive_at = ride->arrive_at,
        .expires_at = share_valid_until(ride),
        .driver_name = trip_first_name(ride->driver.name),
        .car = ride->car,
        .stops = {stops, count},
    };

    if ((shown & REVEAL_PLATE) == 0)
        shared.car.plate = SLICE_NONE;
    if ((shown & REVEAL_LOCATION) != 0) {
        shared.location = *location;
        shared.location.place = share_round_position(location->place);
    }
    fields_encode(&shared_fields, &shared, false, out);
}

#define AT(member) .offset = offsetof(struct sos, member)
// clang-format off
static const struct field sos_items[] = {
    {.name = "location", .type = FIELD_GEO, .flags = FIELD_NULLABLE, AT(location)},
};
static const struct field sos_shown_items[] = {
    {.name = "id",          .type = FIELD_UUID, AT(id)},
    {.name = "side",        .type = FIELD_ENUM, AT(side), .names = safety_side_names},
    {.name = "location",    .type = FIELD_GEO,  .flags = FIELD_NULLABLE, AT(location)},
    {.name = "created_at",  .type = FIELD_TIME, AT(created_at)},
    {.name = "answered_at", .type = FIELD_TIME, .flags = FIELD_NULLABLE, AT(answered_at)},
    {.name = "answered_by", .type = FIELD_TEXT, .flags = FIELD_NULLABLE, AT(answered_by)},
};
static const struct field sos_event_items[] = {
    {.name = "trip_id",     .type = FIELD_UUID, AT(trip_id)},
    {.name = "id",          .type = FIELD_UUID, AT(id)},
    {.name = "ride_id",     .type = FIELD_UUID, AT(ride_id)},
    {.name = "side",        .type = FIELD_ENUM, AT(side), .names = safety_side_names},
    {.name = "created_at",  .type = FIELD_TIME, AT(created_at)},
    {.name = "answered_at", .type = FIELD_TIME, .flags = FIELD_NULLABLE, AT(answered_at)},
};
// clang-format on
#undef AT
const struct fields sos_fields = FIELDS_OF(sos_items, struct sos);
const struct fields sos_shown_fields = FIELDS_OF(sos_shown_items, struct sos);
const struct fields sos_event_fields = FIELDS_OF(sos_event_items, struct sos);

void sos_defaults(struct sos *sos)
{
    fields_clear(&sos_fields, sos);
    sos->answered_at = FIELD_ABSENT;
}

void sos_encode_reply(const struct sos *sos, struct buf *out)
{
    char id[UUID_TEXT_LEN + 1];

    uuid_format(&sos->id, id);
    /* Numbers of the emergency services, the police and the ambulance (egov.kz). */
    buf_printf(out, "{\"id\":\"%s\",\"call\":[\"112\",\"102\",\"103\"]}", id);
}

/* Checks that the body has exactly one form of the place. Skipped if the decoder refused a field,
 * because that may be the place. */
static void check_position_form(const void *value, struct fault_list *problems)
{
    const struct location_body *body = value;
    const bool whole = !isnan(body->location.place.lat);

    if (problems->seen > 0)
        return;
    if (whole && (!isnan(body->lat) || !isnan(body->lon)))
        fault_list_add(problems, "location", "unknown_field", "Either this, or lat and lon");
    if (!whole && isnan(body->lat))
        fault_list_add(problems, "lat", "required", "Is required");
    if (!whole && isnan(body->lon))
        fault_list_add(problems, "lon", "required", "Is required");
}

// clang-format off
#define AT(member) .offset = offsetof(struct location_body, member)
static const struct field location_items[] = {
    {.name = "location", .type = FIELD_GEO,     AT(location.place)},
    {.name = "lat",      .type = FIELD_DEGREES, AT(lat), .max = 90},
    {.name = "lon",      .type = FIELD_DEGREES, AT(lon), .max = 180},
    {.name = "at",       .type = FIELD_CUSTOM,  .flags = FIELD_REQUIRED, AT(location.at), .decode = field_decode_time},
};
#undef AT
static const struct field location_shown_items[] = {
    {.name = "location", .type = FIELD_GEO,  .offset = offsetof(struct location, place)},
    {.name = "at",       .type = FIELD_TIME, .offset = offsetof(struct location, at)},
};
// clang-format on
const struct fields location_fields =
    FIELDS_CHECKED(location_items, struct location_body, check_position_form);
const struct fields location_shown_fields = FIELDS_OF(location_shown_items, struct location);
