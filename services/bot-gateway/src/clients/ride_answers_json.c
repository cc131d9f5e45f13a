// SPDX-License-Identifier: MIT
#include "clients/ride_answers_json.h"

#include <math.h>

#include "base/text.h"

enum {
    CODE_MAX = 16, /* UTF-16 units; of a ride's code, a delivery code, a number plate */
    NAME_UNITS = 40,
    PAYMENT_MAX = 300, /* UTF-16 units; of payment_info */
    POINT_MAX = 100,   /* UTF-16 units; of a meeting point */
    STOPS_MAX = 10
};

const char *const ride_size_names[RIDE_SIZES] = {"", "small", "medium", "large"};

/* --- trips --- */

// clang-format off
#define CAR(member)                                                     \
    {"driver/name",   FOREIGN_TEXT,   AT(member.driver), NULL, 0},      \
    {"driver/phone",  FOREIGN_TEXT,   AT(member.phone),  NULL, 0},      \
    {"driver/rating", FOREIGN_DOUBLE, AT(member.rating), NULL, 0},      \
    {"car/make",      FOREIGN_TEXT,   AT(member.make),   NULL, 0},      \
    {"car/model",     FOREIGN_TEXT,   AT(member.model),  NULL, 0},      \
    {"car/color",     FOREIGN_TEXT,   AT(member.color),  NULL, 0},      \
    {"car/plate",     FOREIGN_TEXT,   AT(member.plate),  NULL, 0}

static const struct foreign_member warning_members[] = {
    {"until", FOREIGN_TIME, 0, NULL, 0},
};
static const struct foreign warning_table = FOREIGN_OF(warning_members, int64_t);

#define AT(member) offsetof(struct ride_found, member)
static const struct foreign_member found_members[] = {
    {"trip_id",      FOREIGN_UUID, AT(trip),       NULL,           0},
    {"from_stop",    FOREIGN_INT,  AT(from_stop),  NULL,           0},
    {"to_stop",      FOREIGN_INT,  AT(to_stop),    NULL,           0},
    {"depart_at",    FOREIGN_TIME, AT(depart_at),  NULL,           0},
    {"arrive_at",    FOREIGN_TIME, AT(arrive_at),  NULL,           0},
    {"free_seats",   FOREIGN_INT,  AT(free_seats), NULL,           0},
    {"price/amount", FOREIGN_INT,  AT(price),      NULL,           0},
    {"instant_book", FOREIGN_RAW,  AT(instant),    NULL,           0},
    {"warnings",     FOREIGN_LIST, AT(warnings),   &warning_table, 1},
    {"id",           FOREIGN_UUID, AT(offer),      NULL,           0},
    {"status",       FOREIGN_TEXT, AT(status),     NULL,           0},
    CAR(car),
};
#undef AT
static const struct foreign found_table = FOREIGN_OF(found_members, struct ride_found);

static const struct foreign_member nearby_members[] = {
    {"date",  FOREIGN_DATE, offsetof(struct ride_nearby, day),   NULL, 0},
    {"trips", FOREIGN_INT,  offsetof(struct ride_nearby, trips), NULL, 0},
};
static const struct foreign nearby_table = FOREIGN_OF(nearby_members, struct ride_nearby);

#define AT(member) offsetof(struct ride_trips, member)
static const struct foreign_member page_members[] = {
    {"items",       FOREIGN_LIST, AT(list),   &found_table,  RIDE_TRIPS_MAX},
    {"nearby",      FOREIGN_LIST, AT(nearby), &nearby_table, RIDE_NEARBY_MAX},
    {"next_cursor", FOREIGN_TEXT, AT(next),   NULL,          0},
};
static const struct foreign_member offers_members[] = {
    {"items", FOREIGN_LIST, AT(list), &found_table, RIDE_OFFERS_MAX},
};
#undef AT
static const struct foreign page_table = FOREIGN_OF(page_members, struct ride_trips);
static const struct foreign offers_table = FOREIGN_OF(offers_members, struct ride_trips);
// clang-format on

static bool clean_car(struct ride_car *car, struct arena *arena, struct fault *fault)
{
    car->phone = answer_phone_or_absent(car->phone, arena);
    return answer_clean_text(&car->driver, NAME_UNITS, arena, fault) &&
           answer_clean_text(&car->make, NAME_UNITS, arena, fault) &&
           answer_clean_text(&car->model, NAME_UNITS, arena, fault) &&
           answer_clean_text(&car->color, NAME_UNITS, arena, fault) &&
           answer_clean_text(&car->plate, CODE_MAX, arena, fault);
}

struct slice ride_format_car_text(const struct ride_car *car, struct arena *arena)
{
    const struct slice parts[] = {car->make, car->model, car->color, car->plate};
    struct slice text = SLICE("");

    for (size_t i = 0; i < ARRAY_LEN(parts) && text.at != NULL; i++)
        if (parts[i].at != NULL)
            text = arena_printf(arena, "%.*s%s%.*s", SLICE_ARG(text),
                                text.len == 0 ? ""
                                : i == 1      ? " "
                                              : ", ",
                                SLICE_ARG(parts[i]));
    return text;
}

static bool are_stop_indices(int64_t from_stop, int64_t to_stop)
{
    return from_stop >= 0 && from_stop < to_stop && to_stop <= RIDE_STOP_MAX;
}

static bool clean_found_trip(void *item, struct arena *arena, bool *is_complete,
                             struct fault *fault)
{
    struct ride_found *found = item;
    const int64_t *closed = found->warnings.items;

    found->price = answer_money_or_absent(found->price);
    found->asks_driver = slice_is(found->instant, "false");
    found->closed_until = found->warnings.count > 0 ? closed[0] : FIELD_ABSENT;
    *is_complete =
        (!uuid_is_nil(&found->offer) ||
         (!uuid_is_nil(&found->trip) && are_stop_indices(found->from_stop, found->to_stop))) &&
        found->depart_at != FIELD_ABSENT && found->arrive_at != FIELD_ABSENT &&
        found->price != FIELD_ABSENT;
    return clean_car(&found->car, arena, fault);
}

static const struct answer_item found_item = {&found_table, clean_found_trip,
                                              "a member is missing"};

static bool read_trip_list(const struct foreign *table, struct slice body, struct arena *arena,
                           struct ride_trips *out, struct fault *fault)
{
    if (!answer_read(table, body, out, arena, fault))
        return false;
    if (out->list.items == NULL)
        return answer_fail_bad("trips without items", fault);
    if (!answer_omit_incomplete(&found_item, &out->list, arena, fault))
        return false;
    out->items = out->list.items;
    out->count = out->list.count;
    out->next = answer_cursor_or_absent(out->next);
    return true;
}

bool ride_read_found_trips(struct slice body, struct arena *arena, struct ride_trips *out,
                           struct fault *fault)
{
    return read_trip_list(&page_table, body, arena, out, fault);
}

bool ride_read_pending_offers(struct slice body, struct arena *arena, struct ride_trips *out,
                              struct fault *fault)
{
    size_t pending = 0;

    if (!read_trip_list(&offers_table, body, arena, out, fault))
        return false;
    for (size_t i = 0; i < out->count && pending < RIDE_TRIPS_MAX; i++)
        if (slice_is(out->items[i].status, "pending"))
            out->items[pending++] = out->items[i];
    out->count = pending;
    return true;
}

ANSWER_READ_ITEM(ride_read_offer, struct ride_found, found_item)

/* --- rides --- */

struct wire_tier {
    int64_t until;
    int64_t keep_percent;
};

// clang-format off
static const struct foreign_member tier_members[] = {
    {"until",        FOREIGN_TIME, offsetof(struct wire_tier, until),        NULL, 0},
    {"keep_percent", FOREIGN_INT,  offsetof(struct wire_tier, keep_percent), NULL, 0},
};
static const struct foreign tier_table = FOREIGN_OF(tier_members, struct wire_tier);

#define AT(member) offsetof(struct ride_order, member)
static const struct foreign_member order_members[] = {
    {"id",                 FOREIGN_UUID,   AT(id),          NULL,                     0},
    {"version",            FOREIGN_INT,    AT(version),     NULL,                     0},
    {"trip_id",            FOREIGN_UUID,   AT(trip),        NULL,                     0},
    {"code",               FOREIGN_TEXT,   AT(code),        NULL,                     0},
    {"status",             FOREIGN_TEXT,   AT(status),      NULL,                     0},
    {"kind",               FOREIGN_TEXT,   AT(kind),        NULL,                     0},
    {"from",               FOREIGN_TEXT,   AT(from),        NULL,                     0},
    {"to",                 FOREIGN_TEXT,   AT(to),          NULL,                     0},
    {"from_stop",          FOREIGN_INT,    AT(from_stop),   NULL,                     0},
    {"to_stop",            FOREIGN_INT,    AT(to_stop),     NULL,                     0},
    {"depart_at",          FOREIGN_TIME,   AT(depart_at),   NULL,                     0},
    {"arrive_at",          FOREIGN_TIME,   AT(arrive_at),   NULL,                     0},
    {"depart_from",        FOREIGN_TIME,   AT(depart_from), NULL,                     0},
    {"depart_to",          FOREIGN_TIME,   AT(depart_to),   NULL,                     0},
    {"seats",              FOREIGN_INT,    AT(seats),       NULL,                     0},
    {"child_seats",        FOREIGN_INT,    AT(child_seats), NULL,                     0},
    {"total/amount",       FOREIGN_INT,    AT(total),       NULL,                     0},
    {"deposit/amount",     FOREIGN_INT,    AT(deposit),     NULL,                     0},
    {"paid/amount",        FOREIGN_INT,    AT(paid),        NULL,                     0},
    {"refund/amount",      FOREIGN_INT,    AT(refund),      NULL,                     0},
    {"price/amount",       FOREIGN_INT,    AT(price),       NULL,                     0},
    {"expires_at",         FOREIGN_TIME,   AT(expires_at),  NULL,                     0},
    {"passenger/telegram_id", FOREIGN_INT, AT(guest),       NULL,                     0},
    {"passenger/name",     FOREIGN_TEXT,   AT(name),        NULL,                     0},
    {"passenger/phone",    FOREIGN_TEXT,   AT(phone),       NULL,                     0},
    {"parcel_size",        FOREIGN_TEXT,   AT(parcel_size), NULL,                     0},
    {"recipient/name",     FOREIGN_TEXT,   AT(recipient),   NULL,                     0},
    {"driver/payment_info", FOREIGN_TEXT,  AT(payment_info), NULL,                    0},
    {"recipient/phone",    FOREIGN_TEXT,   AT(recipient_phone), NULL,                 0},
    {"delivery_code",      FOREIGN_TEXT,   AT(delivery_code), NULL,                   0},
    {"delivered",          FOREIGN_BOOL,   AT(delivered),   NULL,                     0},
    {"fault",              FOREIGN_TEXT,   AT(at_fault),    NULL,                     0},
    {"free_cancel",        FOREIGN_BOOL,   AT(free_cancel), NULL,                     0},
    {"cancellation/text",  FOREIGN_OBJECT, AT(policy),      &answer_texts_table,  0},
    {"cancellation/tiers", FOREIGN_LIST,   AT(tiers),       &tier_table,              1},
    {"allowed_actions",    FOREIGN_LIST,   AT(actions),     &answer_action_table, ANSWER_ACTIONS_MAX},
    CAR(car),
};
#undef AT
static const struct foreign order_table = FOREIGN_OF(order_members, struct ride_order);
// clang-format on

static bool clean_order(void *item, struct arena *arena, bool *is_complete, struct fault *fault)
{
    struct ride_order *order = item;
    int64_t *const sums[] = {&order->total, &order->deposit, &order->paid, &order->refund,
                             &order->price};
    const struct wire_tier *tier = order->tiers.items;

    for (size_t i = 0; i < ARRAY_LEN(sums); i++)
        *sums[i] = answer_money_or_absent(*sums[i]);
    order->phone = answer_phone_or_absent(order->phone, arena);
    order->recipient_phone = answer_phone_or_absent(order->recipient_phone, arena);
    order->size = (int64_t)slice_find(order->parcel_size, ride_size_names, RIDE_SIZES) % RIDE_SIZES;
    order->free_until =
        order->tiers.count > 0 && tier->keep_percent == 0 ? tier->until : FIELD_ABSENT;
    if (order->seats <= 0 || order->seats > RIDE_SEATS_MAX)
        order->seats = FIELD_ABSENT;
    if (order->child_seats <= 0 || order->child_seats > RIDE_CHILD_SEATS_MAX)
        order->child_seats = FIELD_ABSENT;
    if (!are_stop_indices(order->from_stop, order->to_stop))
        order->trip = (struct uuid){0};
    if (order->depart_at == FIELD_ABSENT) {
        order->depart_at = order->depart_from;
        order->arrive_at = order->depart_to;
    }
    if (!answer_clean_text(&order->code, CODE_MAX, arena, fault) ||
        !answer_clean_text(&order->delivery_code, CODE_MAX, arena, fault) ||
        !answer_clean_name(&order->name, NAME_UNITS, arena, fault) ||
        !answer_clean_name(&order->recipient, NAME_UNITS, arena, fault) ||
        !answer_clean_text(&order->payment_info, PAYMENT_MAX, arena, fault) ||
        !answer_clean_texts(&order->policy, ANSWER_POLICY_MAX, arena, fault) ||
        !answer_omit_unlabelled_actions(&order->actions, arena, fault) ||
        !clean_car(&order->car, arena, fault))
        return false;
    *is_complete = !uuid_is_nil(&order->id) && order->status.at != NULL &&
                   text_is_slug(order->from) && text_is_slug(order->to) &&
                   order->total != FIELD_ABSENT && order->depart_at != FIELD_ABSENT &&
                   order->arrive_at != FIELD_ABSENT;
    return true;
}

static const struct answer_item order_item = {&order_table, clean_order, "a member is missing"};

ANSWER_READ_ITEM(ride_read_order, struct ride_order, order_item)

bool ride_is_looking_for_driver(const struct ride_order *order)
{
    return slice_is(order->status, "open") && uuid_is_nil(&order->trip);
}

ANSWER_READ_LIST(ride_read_orders, struct ride_orders, order_item, RIDES_MAX)

/* --- trips of a driver --- */

struct segment {
    int64_t free;
    int64_t price;
};

// clang-format off
static const struct foreign_member stop_members[] = {
    {"place", FOREIGN_TEXT, offsetof(struct ride_stop, place), NULL, 0},
    {"point", FOREIGN_TEXT, offsetof(struct ride_stop, point), NULL, 0},
    {"at",    FOREIGN_TIME, offsetof(struct ride_stop, at),    NULL, 0},
};
static const struct foreign stop_table = FOREIGN_OF(stop_members, struct ride_stop);
static const struct foreign_member segment_members[] = {
    {"free_seats",   FOREIGN_INT, offsetof(struct segment, free),  NULL, 0},
    {"price/amount", FOREIGN_INT, offsetof(struct segment, price), NULL, 0},
};
static const struct foreign segment_table = FOREIGN_OF(segment_members, struct segment);

#define AT(member) offsetof(struct ride_run, member)
static const struct foreign_member run_members[] = {
    {"id",              FOREIGN_UUID, AT(id),        NULL,                     0},
    {"driver_id",       FOREIGN_UUID, AT(driver),    NULL,                     0},
    {"version",         FOREIGN_INT,  AT(version),   NULL,                     0},
    {"delay_minutes",   FOREIGN_INT,  AT(delay),     NULL,                     0},
    {"confirmed_at",    FOREIGN_TIME, AT(confirmed_at), NULL,                  0},
    {"status",          FOREIGN_TEXT, AT(status),    NULL,                     0},
    {"depart_at",       FOREIGN_TIME, AT(depart_at), NULL,                     0},
    {"arrive_at",       FOREIGN_TIME, AT(arrive_at), NULL,                     0},
    {"seats",           FOREIGN_INT,  AT(seats),     NULL,                     0},
    {"stops",           FOREIGN_LIST, AT(stops),     &stop_table,              STOPS_MAX},
    {"segments",        FOREIGN_LIST, AT(segments),  &segment_table,           STOPS_MAX},
    {"warnings",        FOREIGN_LIST, AT(warnings),  &warning_table,           1},
    {"allowed_actions", FOREIGN_LIST, AT(actions),   &answer_action_table, ANSWER_ACTIONS_MAX},
    {"place/location/lat", FOREIGN_DOUBLE, AT(place.lat), NULL,                0},
    {"place/location/lon", FOREIGN_DOUBLE, AT(place.lon), NULL,                0},
    {"place/at",        FOREIGN_TIME, AT(seen_at),   NULL,                     0},
    CAR(car),
};
#undef AT
#undef CAR

static const struct foreign_member share_members[] = {
    {"url",        FOREIGN_TEXT, offsetof(struct ride_share, token), NULL, 0},
    {"expires_at", FOREIGN_TIME, offsetof(struct ride_share, until), NULL, 0},
};
static const struct foreign share_table = FOREIGN_OF(share_members, struct ride_share);
// clang-format on
static const struct foreign run_table = FOREIGN_OF(run_members, struct ride_run);

/* Checks a trip, and sets `from`, `to`, `taken` and `price` from its stops and segments. */
static bool clean_driver_trip(void *item, struct arena *arena, bool *is_complete,
                              struct fault *fault)
{
    struct ride_run *run = item;
    const struct ride_stop *stops = run->stops.items;
    const struct segment *segments = run->segments.items;
    const int64_t *closed = run->warnings.items;
    const bool has_stops = run->stops.count >= 2;

    run->from = has_stops ? stops[0].place : SLICE_NONE;
    run->to = has_stops ? stops[run->stops.count - 1].place : SLICE_NONE;
    run->closed_until = run->warnings.count > 0 ? closed[0] : FIELD_ABSENT;
    run->taken = run->price = 0;
    for (size_t i = 0; i < run->segments.count; i++) {
        if (run->seats - segments[i].free > run->taken)
            run->taken = run->seats - segments[i].free;
        run->price += answer_money_or_absent(segments[i].price) > 0 ? segments[i].price : 0;
    }
    run->price = answer_money_or_absent(run->price);
    *is_complete = !uuid_is_nil(&run->id) && run->status.at != NULL && text_is_slug(run->from) &&
                   text_is_slug(run->to) && run->depart_at != FIELD_ABSENT &&
                   run->arrive_at != FIELD_ABSENT && run->seats > 0 &&
                   run->seats <= RIDE_SEATS_MAX && run->taken <= run->seats;
    return answer_omit_unlabelled_actions(&run->actions, arena, fault) &&
           clean_car(&run->car, arena, fault);
}

static const struct answer_item run_item = {&run_table, clean_driver_trip, "a member is missing"};

ANSWER_READ_ITEM(ride_read_driver_trip, struct ride_run, run_item)
ANSWER_READ_LIST(ride_read_driver_trips, struct ride_runs, run_item, RIDES_MAX)

bool ride_read_shared_ride(struct slice body, struct arena *arena, struct ride_run *out,
                           struct fault *fault)
{
    bool whole; /* ignored: a shared ride has no id and no seats */

    if (!answer_read(&run_table, body, out, arena, fault) ||
        !clean_driver_trip(out, arena, &whole, fault))
        return false;
    if (isnan(out->place.lat) || isnan(out->place.lon))
        out->seen_at = FIELD_ABSENT;
    return (out->status.at != NULL && text_is_slug(out->from) && text_is_slug(out->to) &&
            out->depart_at != FIELD_ABSENT && out->arrive_at != FIELD_ABSENT) ||
           answer_fail_bad("a member is missing", fault);
}

bool ride_read_share_link(struct slice body, struct arena *arena, struct ride_share *out,
                          struct fault *fault)
{
    const struct slice path = SLICE("/v1/shared/");
    struct ride_share share;

    if (!answer_read(&share_table, body, &share, arena, fault))
        return false;
    if (share.token.len != RIDE_TOKEN_LEN + path.len || !slice_starts(share.token, path) ||
        share.until == FIELD_ABSENT)
        return answer_fail_bad("no link", fault);
    *out = (struct ride_share){slice_from(share.token, path.len), share.until};
    return true;
}

struct slice ride_read_meeting_point(struct slice body, int64_t stop_index, struct arena *arena)
{
    struct ride_run run;
    struct slice point;
    struct fault why;

    if (!foreign_read(&run_table, body, &run, arena, &why) || stop_index < 0 ||
        stop_index >= (int64_t)run.stops.count)
        return SLICE_NONE;
    point = ((const struct ride_stop *)run.stops.items)[stop_index].point;
    return answer_clean_text(&point, POINT_MAX, arena, &why) ? point : SLICE_NONE;
}

/* --- cars --- */

static const struct foreign_member car_members[] = {
    {"id",    FOREIGN_UUID, offsetof(struct ride_own_car, id),        NULL, 0},
    {"make",  FOREIGN_TEXT, offsetof(struct ride_own_car, car.make),  NULL, 0},
    {"model", FOREIGN_TEXT, offsetof(struct ride_own_car, car.model), NULL, 0},
    {"color", FOREIGN_TEXT, offsetof(struct ride_own_car, car.color), NULL, 0},
    {"plate", FOREIGN_TEXT, offsetof(struct ride_own_car, car.plate), NULL, 0},
    {"seats", FOREIGN_INT,  offsetof(struct ride_own_car, seats),     NULL, 0},
};
static const struct foreign car_table = FOREIGN_OF(car_members, struct ride_own_car);

static bool clean_own_car(void *item, struct arena *arena, bool *is_complete, struct fault *fault)
{
    struct ride_own_car *car = item;

    *is_complete = !uuid_is_nil(&car->id);
    return clean_car(&car->car, arena, fault);
}

static const struct answer_item car_item = {&car_table, clean_own_car, "a member is missing"};

bool ride_read_own_cars(struct slice body, struct arena *arena, struct ride_own_cars *out,
                        struct fault *fault)
{
    struct answer_page page;

    if (!answer_read_complete_items(&car_item, RIDE_CARS_MAX, body, arena, &page, fault))
        return false;
    *out = (struct ride_own_cars){page.items.items, page.items.count};
    return true;
}
