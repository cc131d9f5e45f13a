// SPDX-License-Identifier: MIT
#include "base/auto.h"

#include "drivers/contact.h"
#include "drivers/drivers_json.h"
#include "places/places_json.h"
#include "trips/trips_json.h"

enum { STOPS_TEXT_MAX = 16 * 1024, POINT_MAX = 100, NOTE_MAX = 500 };

#define AT(member) .offset = offsetof(struct trip_stop, member)
// clang-format off
static const struct field stop_items[] = {
    {.name = "place",    .type = FIELD_CUSTOM, .flags = FIELD_REQUIRED, AT(place), .decode = place_decode},
    {.name = "at",       .type = FIELD_CUSTOM, .flags = FIELD_REQUIRED, AT(at), .decode = field_decode_time},
    {.name = "point",    .type = FIELD_TEXT,   .flags = FIELD_NULLABLE, AT(point), .min = 1, .max = POINT_MAX},
    {.name = "location", .type = FIELD_GEO,    .flags = FIELD_NULLABLE, AT(location)},
};
static const struct field stop_shown_items[] = {
    {.name = "place",    .type = FIELD_TEXT, AT(place)},
    {.name = "at",       .type = FIELD_TIME, AT(at)},
    {.name = "point",    .type = FIELD_TEXT, .flags = FIELD_OMIT, AT(point)},
    {.name = "location", .type = FIELD_GEO,  .flags = FIELD_OMIT, AT(location)},
};
#undef AT
static const struct fields stop_fields = FIELDS_OF(stop_items, struct trip_stop);
static const struct fields stop_shown_fields = FIELDS_OF(stop_shown_items, struct trip_stop);

static const char *const currencies[] = {"KZT", NULL};
static const struct field price_items[] = {
    {.name = "amount",   .type = FIELD_INT,  .flags = FIELD_REQUIRED, .offset = offsetof(struct trip_price, amount), .min = 0, .max = FARE_PRICE_MAX},
    {.name = "currency", .type = FIELD_ENUM, .flags = FIELD_REQUIRED, .offset = offsetof(struct trip_price, currency), .names = currencies},
};
static const struct fields price_fields = FIELDS_OF(price_items, struct trip_price);

#define AT(member) .offset = offsetof(struct trip, member)
#define MONEY(name_, member) \
    {.name = name_, .type = FIELD_MONEY, .flags = FIELD_NULLABLE, AT(member), .min = 0, .max = FARE_PRICE_MAX}
static const struct field parcel_items[] = {
    MONEY("small", tariff.parcel_prices[FARE_SMALL]),
    MONEY("medium", tariff.parcel_prices[FARE_MEDIUM]),
    MONEY("large", tariff.parcel_prices[FARE_LARGE]),
};
/* The members of `parcel_prices` in JSON; they are stored in the tariff of struct trip. */
static const struct fields parcel_fields = FIELDS_OF(parcel_items, struct trip);

#define SHARED_FIELDS \
    {.name = "seats",              .type = FIELD_INT,  .flags = FIELD_REQUIRED, AT(seats), .min = 1, .max = FARE_SEATS_MAX}, \
    MONEY("car_price", tariff.car_price), \
    {.name = "cargo_units",        .type = FIELD_INT,  AT(cargo_units), .min = 0, .max = TRIP_CARGO_MAX}, \
    {.name = "parcel_prices",      .type = FIELD_OBJECT, .flags = FIELD_NULLABLE, .offset = 0, .table = &parcel_fields}, \
    MONEY("luggage_price", tariff.luggage_price), \
    {.name = "child_seats",        .type = FIELD_INT,  AT(child_seats), .min = 0, .max = TRIP_CHILD_SEATS_MAX}, \
    MONEY("child_seat_price", tariff.child_seat_price), \
    {.name = "instant_book",       .type = FIELD_BOOL, AT(instant_book)}, \
    {.name = "prepayment_percent", .type = FIELD_INT,  AT(tariff.prepayment_percent), .min = 0, .max = 100}, \
    {.name = "policy",             .type = FIELD_ENUM, AT(policy), .names = cancel_policy_names}, \
    {.name = "note",               .type = FIELD_TEXT, .flags = FIELD_NULLABLE, AT(note), .min = 1, .max = NOTE_MAX},

/* Fields of a request body only; the answer has the stops and prices in another form. */
#define BODY_FIELDS \
    {.name = "car_id",      .type = FIELD_UUID, .flags = FIELD_REQUIRED, AT(car_id)}, \
    {.name = "stops",       .type = FIELD_LIST, .flags = FIELD_REQUIRED, AT(stops), .max = TRIP_STOPS_MAX, .table = &stop_fields}, \
    {.name = "seat_prices", .type = FIELD_LIST, .flags = FIELD_NULLABLE, AT(prices), .max = FARE_SEGMENTS_MAX, .table = &price_fields}, \
    MONEY("seat_price", seat_price), \
    SHARED_FIELDS
static const struct field trip_items[] = {
    {.name = "driver_id",   .type = FIELD_UUID, .flags = FIELD_NULLABLE, AT(driver_id)},
    BODY_FIELDS
};
static const struct field edit_items[] = {BODY_FIELDS};
// clang-format on

const struct fields trip_edit_fields = FIELDS_CHECKED(edit_items, struct trip, trip_edit_check);
const struct fields trip_fields = FIELDS_CHECKED(trip_items, struct trip, trip_draft_check);

void trip_defaults(struct trip *trip)
{
    fields_clear(&trip_fields, trip);
    for (int size = 0; size < FARE_SIZE_COUNT; size++)
        trip->tariff.parcel_prices[size] = FIELD_ABSENT;
    trip->cargo_units = TRIP_CARGO_DEFAULT;
    trip->child_seats = 0;
    trip->instant_book = true;
    trip->tariff.prepayment_percent = 0;
    trip->policy = CANCEL_MODERATE;
    trip->confirmed_at = trip->started_at = trip->delayed_from = FIELD_ABSENT;
    trip->delayed_by = trip->free_cancel_at = trip->ended_at = FIELD_ABSENT;
    trip->fault = -1;
}

#define AT_NOTE(member) .offset = offsetof(struct trip_note, member)
// clang-format off
#define REASON {.name = "reason", .type = FIELD_TEXT, .flags = FIELD_NULLABLE, AT_NOTE(reason), .min = 1, .max = NOTE_MAX}
static const struct field delay_items[] = {
    {.name = "minutes",   .type = FIELD_INT, .flags = FIELD_REQUIRED, AT_NOTE(minutes), .min = TRIP_DELAY_MIN_MINUTES, .max = TRIP_DELAY_MAX_MINUTES},
    {.name = "from_stop", .type = FIELD_INT, .flags = FIELD_NULLABLE, AT_NOTE(from_stop), .min = 0, .max = FARE_SEGMENTS_MAX},
    REASON,
};
static const struct field cancel_items[] = {REASON};
// clang-format on

/* Refuses contacts in the reason of a delay or cancel, because passengers read it. */
static void refuse_contact_in_reason(const void *value, struct fault_list *problems)
{
    const struct trip_note *note = value;

    contact_refuse_in_text("reason", note->reason, problems);
}

const struct fields trip_delay_fields =
    FIELDS_CHECKED(delay_items, struct trip_note, refuse_contact_in_reason);
const struct fields trip_cancel_fields =
    FIELDS_CHECKED(cancel_items, struct trip_note, refuse_contact_in_reason);

bool trip_encode_stored_json(struct trip *trip, struct arena *arena, struct fault *fault)
{
    AUTO(buf_finish) struct buf stops, prices;

    buf_init(&stops, STOPS_TEXT_MAX);
    buf_init(&prices, STOPS_TEXT_MAX);
    fields_encode_list(&stop_shown_fields, trip->stops.items, trip->stops.count, false, &stops);
    for (int64_t i = 0; i < trip->tariff.segments; i++)
        buf_printf(&prices, "%c%lld", i == 0 ? '[' : ',', (long long)trip->tariff.seat_prices[i]);
    buf_char(&prices, ']');
    return buf_keep(&stops, arena, &trip->stops_text, fault) &&
           buf_keep(&prices, arena, &trip->prices_text, fault);
}

struct stored {
    struct field_list stops;
    struct field_ints prices;
    struct field_ints seats;
    struct field_ints cargo;
    struct field_ints children;
};

// clang-format off
static const struct field stored_items[] = {
    {.name = "stops",    .type = FIELD_LIST, .offset = offsetof(struct stored, stops), .max = TRIP_STOPS_MAX, .table = &stop_fields},
    {.name = "prices",   .type = FIELD_INTS, .offset = offsetof(struct stored, prices), .max = FARE_SEGMENTS_MAX},
    {.name = "seats",    .type = FIELD_INTS, .offset = offsetof(struct stored, seats), .max = FARE_SEGMENTS_MAX},
    {.name = "cargo",    .type = FIELD_INTS, .offset = offsetof(struct stored, cargo), .max = FARE_SEGMENTS_MAX},
    {.name = "children", .type = FIELD_INTS, .offset = offsetof(struct stored, children), .max = FARE_SEGMENTS_MAX},
};
// clang-format on
static const struct fields stored_fields = FIELDS_OF(stored_items, struct stored);

bool trip_decode_stored_json(struct trip *trip, struct arena *arena, struct fault *fault)
{
    struct stored read = {0};
    const struct slice body =
        arena_printf(arena, "{\"stops\":%.*s,\"prices\":%.*s,%.*s}", SLICE_ARG(trip->stops_text),
                     SLICE_ARG(trip->prices_text), SLICE_ARG(trip->loads_text));

    if (body.at == NULL)
        return arena_fault(fault);
    if (!fields_decode(&stored_fields, body, false, &read, NULL, arena, fault)) {
        if (fault->kind == FAULT_UNAVAILABLE)
            return false;
        return fault_set(fault, FAULT_INTERNAL, "bad_trip", "The trip's stops cannot be read.");
    }
    if (read.stops.count != read.prices.count + 1 || read.seats.count != read.prices.count ||
        read.cargo.count != read.prices.count || read.children.count != read.prices.count)
        return fault_set(fault, FAULT_INTERNAL, "bad_trip", "The trip's segments do not agree.");
    trip->stops = read.stops;
    trip->tariff.segments = (int64_t)read.prices.count;
    memcpy(trip->tariff.seat_prices, read.prices.items,
           read.prices.count * sizeof read.prices.items[0]);
    trip->seat_load = read.seats;
    trip->cargo_load = read.cargo;
    trip->child_load = read.children;
    return true;
}

struct segment {
    int64_t free_seats;
    int64_t free_cargo;
    int64_t free_child_seats;
    int64_t price;
};
// clang-format off
static const struct field segment_items[] = {
    {.name = "free_seats",       .type = FIELD_INT,   .offset = offsetof(struct segment, free_seats)},
    {.name = "free_cargo",       .type = FIELD_INT,   .offset = offsetof(struct segment, free_cargo)},
    {.name = "free_child_seats", .type = FIELD_INT,   .offset = offsetof(struct segment, free_child_seats)},
    {.name = "price",            .type = FIELD_MONEY, .offset = offsetof(struct segment, price)},
};
// clang-format on
static const struct fields segment_fields = FIELDS_OF(segment_items, struct segment);

static void encode_segments(const void *value, struct buf *out)
{
    const struct trip *trip = value;
    struct segment segments[FARE_SEGMENTS_MAX];

    for (int64_t i = 0; i < trip->tariff.segments; i++)
        segments[i] = (struct segment){
            .free_seats = trip->seats - trip->seat_load.items[i],
            .free_cargo = trip->cargo_units - trip->cargo_load.items[i],
            .free_child_seats = trip->child_seats - trip->child_load.items[i],
            .price = trip->tariff.seat_prices[i],
        };
    fields_encode_list(&segment_fields, segments, (size_t)trip->tariff.segments, false, out);
}

struct view {
    struct trip trip; /* must be first: the field tables of struct trip read a struct view, too */
    struct field_list allowed; /* of struct transition_allowed */
};

// clang-format off
#define SUMMARY_FIELDS \
    {.name = "id",         .type = FIELD_UUID, AT(id)}, \
    {.name = "driver_id",  .type = FIELD_UUID, .flags = FIELD_OMIT, AT(driver_id)}, \
    {.name = "car_id",     .type = FIELD_UUID, .flags = FIELD_OMIT, AT(car_id)}, \
    {.name = "status",     .type = FIELD_ENUM, AT(status), .names = trip_status_names}, \
    {.name = "depart_at",  .type = FIELD_TIME, AT(departs_at)}, \
    {.name = "arrive_at",  .type = FIELD_TIME, AT(arrives_at)},
static const struct field shown_items[] = {
    SUMMARY_FIELDS
    {.name = "driver",     .type = FIELD_OBJECT, AT(driver), .table = &driver_view_fields},
    {.name = "car",        .type = FIELD_OBJECT, AT(car), .table = &car_view_fields},
    {.name = "stops",      .type = FIELD_LIST, AT(stops), .table = &stop_shown_fields},
    {.name = "segments",   .type = FIELD_CUSTOM, .offset = 0, .encode = encode_segments},
    SHARED_FIELDS
    {.name = "confirmed_at",  .type = FIELD_TIME, .flags = FIELD_NULLABLE, AT(confirmed_at)},
    {.name = "delay_minutes", .type = FIELD_INT,  AT(delay_minutes)},
    {.name = "warnings",      .type = FIELD_RAW,  AT(warnings)},
    {.name = "allowed_actions", .type = FIELD_LIST, .offset = offsetof(struct view, allowed), .table = &transition_allowed_fields},
    {.name = "version",       .type = FIELD_INT,  AT(version)},
    {.name = "created_at",    .type = FIELD_TIME, AT(created_at)},
    {.name = "updated_at",    .type = FIELD_TIME, AT(updated_at)},
};
static const struct field event_items[] = {
    SUMMARY_FIELDS
    {.name = "seats", .type = FIELD_INT, AT(seats)},
    {.name = "delay_minutes", .type = FIELD_INT, AT(delay_minutes)},
    {.name = "from_stop", .type = FIELD_INT, .flags = FIELD_OMIT, AT(delayed_from)},
    {.name = "minutes", .type = FIELD_INT, .flags = FIELD_OMIT, AT(delayed_by)},
};
// clang-format on
#undef AT
static const struct fields shown_fields = FIELDS_OF(shown_items, struct view);
const struct fields trip_event_fields = FIELDS_OF(event_items, struct trip);

void trip_encode(const struct trip *trip, const struct api_caller *caller, struct buf *out)
{
    struct transition_allowed actions[TRANSITION_ACTIONS_MAX];
    const struct field_list allowed = {
        actions,
        transition_allowed(&trip_machine, trip_state(trip), transition_actor(caller), actions)};
    struct view view = {*trip, allowed};

    view.trip.driver.name = trip_first_name(trip->driver.name);
    if (caller->actor == RIDE_ACTOR_GUEST) {
        view.trip.driver_id = (struct uuid){0};
        view.trip.car_id = (struct uuid){0};
    }
    fields_encode(&shown_fields, &view, false, out);
}
