// SPDX-License-Identifier: MIT
#include "clients/ride_answers_json.h"

#include "base/text.h"

enum {
    CODE_MAX = 16, /* UTF-16 units, as the next two */
    NAME_UNITS = 40,
    POINT_MAX = 100,
    STOPS_MAX = 10
};

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

#define AT(member) offsetof(struct ride_nearby, member)
static const struct foreign_member nearby_members[] = {
    {"date",  FOREIGN_DATE, AT(day),   NULL, 0},
    {"trips", FOREIGN_INT,  AT(trips), NULL, 0},
};
#undef AT
static const struct foreign nearby_table = FOREIGN_OF(nearby_members, struct ride_nearby);

#define AT(member) offsetof(struct ride_trips, member)
static const struct foreign_member page_members[] = {
    {"items",       FOREIGN_LIST, AT(list),   &found_table,  RIDE_TRIPS_MAX},
    {"nearby",      FOREIGN_LIST, AT(nearby), &nearby_table, RIDE_NEARBY_MAX},
    {"next_cursor", FOREIGN_TEXT, AT(next),   NULL,          0},
};
#undef AT
static const struct foreign page_table = FOREIGN_OF(page_members, struct ride_trips);
// clang-format on

static bool check_car(struct ride_car *car, struct arena *arena, struct fault *fault)
{
    car->phone = stay_value_read_phone(car->phone, arena);
    return stay_clean(&car->driver, NAME_UNITS, arena, fault) &&
           stay_clean(&car->make, NAME_UNITS, arena, fault) &&
           stay_clean(&car->model, NAME_UNITS, arena, fault) &&
           stay_clean(&car->color, NAME_UNITS, arena, fault) &&
           stay_clean(&car->plate, CODE_MAX, arena, fault);
}

static bool are_stops(int64_t from, int64_t to)
{
    return from >= 0 && from < to && to <= RIDE_STOP_MAX;
}

/* Makes values that cannot be used absent. */
static bool check_found(struct ride_found *found, struct arena *arena, bool *whole,
                        struct fault *fault)
{
    const int64_t *closed = found->warnings.items;

    found->price = stay_value_check_money(found->price);
    found->asks_driver = slice_is(found->instant, "false");
    found->closed_until = found->warnings.count > 0 ? closed[0] : FIELD_ABSENT;
    *whole = (!uuid_is_nil(&found->offer) ||
              (!uuid_is_nil(&found->trip) && are_stops(found->from_stop, found->to_stop))) &&
             found->depart_at != FIELD_ABSENT && found->arrive_at != FIELD_ABSENT &&
             found->price != FIELD_ABSENT;
    return check_car(&found->car, arena, fault);
}

bool ride_read_trips(struct slice body, struct arena *arena, struct ride_trips *out,
                     struct fault *fault)
{
    struct ride_trips trips;
    bool whole;

    if (!stay_value_read(&page_table, body, &trips, arena, fault))
        return false;
    if (trips.list.items == NULL)
        return stay_bad_answer("trips without items", fault);
    trips.items = trips.list.items;
    for (size_t i = 0; i < trips.list.count; i++) {
        if (!check_found(&trips.items[i], arena, &whole, fault))
            return false;
        if (whole)
            trips.items[trips.count++] = trips.items[i];
    }
    trips.next = stay_value_read_cursor(trips.next);
    *out = trips;
    return true;
}

// clang-format off
static const struct foreign_member refusal_members[] = {
    {"code",    FOREIGN_TEXT, offsetof(struct ride_refusal, code), NULL, 0},
    {"ride_id", FOREIGN_UUID, offsetof(struct ride_refusal, ride), NULL, 0},
};
// clang-format on
static const struct foreign refusal_table = FOREIGN_OF(refusal_members, struct ride_refusal);

bool ride_read_refusal(struct slice body, struct arena *arena, struct ride_refusal *out,
                       struct fault *fault)
{
    return stay_value_read(&refusal_table, body, out, arena, fault);
}

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
    {"total/amount",       FOREIGN_INT,    AT(total),       NULL,                     0},
    {"deposit/amount",     FOREIGN_INT,    AT(deposit),     NULL,                     0},
    {"paid/amount",        FOREIGN_INT,    AT(paid),        NULL,                     0},
    {"refund/amount",      FOREIGN_INT,    AT(refund),      NULL,                     0},
    {"expires_at",         FOREIGN_TIME,   AT(expires_at),  NULL,                     0},
    {"passenger/phone",    FOREIGN_TEXT,   AT(phone),       NULL,                     0},
    {"free_cancel",        FOREIGN_BOOL,   AT(free_cancel), NULL,                     0},
    {"cancellation/text",  FOREIGN_OBJECT, AT(policy),      &stay_value_texts_table,  0},
    {"cancellation/tiers", FOREIGN_LIST,   AT(tiers),       &tier_table,              1},
    {"allowed_actions",    FOREIGN_LIST,   AT(actions),     &stay_value_action_table, STAY_ACTIONS_MAX},
    CAR(car),
};
#undef AT
#undef CAR
static const struct foreign order_table = FOREIGN_OF(order_members, struct ride_order);
// clang-format on

/* Makes values that cannot be used absent. `whole` is false if the ride cannot be shown. */
static bool check_order(struct ride_order *order, struct arena *arena, bool *whole,
                        struct fault *fault)
{
    int64_t *const sums[] = {&order->total, &order->deposit, &order->paid, &order->refund};
    const struct wire_tier *tier = order->tiers.items;

    for (size_t i = 0; i < ARRAY_LEN(sums); i++)
        *sums[i] = stay_value_check_money(*sums[i]);
    order->phone = stay_value_read_phone(order->phone, arena);
    order->free_until =
        order->tiers.count > 0 && tier->keep_percent == 0 ? tier->until : FIELD_ABSENT;
    if (order->seats <= 0 || order->seats > RIDE_SEATS_MAX)
        order->seats = FIELD_ABSENT;
    if (!are_stops(order->from_stop, order->to_stop))
        order->trip = (struct uuid){0};
    if (order->depart_at == FIELD_ABSENT) {
        order->depart_at = order->depart_from;
        order->arrive_at = order->depart_to;
    }
    if (!stay_clean(&order->code, CODE_MAX, arena, fault) ||
        !stay_value_clean(&order->policy, STAY_POLICY_MAX, arena, fault) ||
        !stay_value_check_actions(&order->actions, arena, fault) ||
        !check_car(&order->car, arena, fault))
        return false;
    *whole = !uuid_is_nil(&order->id) && order->status.at != NULL && text_is_slug(order->from) &&
             text_is_slug(order->to) && order->total != FIELD_ABSENT &&
             order->depart_at != FIELD_ABSENT && order->arrive_at != FIELD_ABSENT;
    return true;
}

bool ride_read_order(struct slice body, struct arena *arena, struct ride_order *out,
                     struct fault *fault)
{
    struct ride_order order;
    bool whole;

    if (!stay_value_read(&order_table, body, &order, arena, fault) ||
        !check_order(&order, arena, &whole, fault))
        return false;
    if (!whole)
        return stay_bad_answer("half a ride", fault);
    *out = order;
    return true;
}

bool ride_read_orders(struct slice body, struct arena *arena, struct ride_orders *out,
                      struct fault *fault)
{
    struct stay_value_page page;
    struct ride_orders orders = {.count = 0};
    bool whole;

    if (!stay_value_read_page(&order_table, RIDES_MAX, body, arena, &page, fault))
        return false;
    orders.items = page.items.items;
    for (size_t i = 0; i < page.items.count; i++) {
        if (!check_order(&orders.items[i], arena, &whole, fault))
            return false;
        if (whole)
            orders.items[orders.count++] = orders.items[i];
    }
    *out = orders;
    return true;
}

// clang-format off
#define AT(member) offsetof(struct ride_cancelling, member)
static const struct foreign_member cancelling_members[] = {
    {"refund/amount", FOREIGN_INT,  AT(refund), NULL, 0},
    {"fee/amount",    FOREIGN_INT,  AT(fee),    NULL, 0},
    {"fault",         FOREIGN_TEXT, AT(fault),  NULL, 0},
};
#undef AT
// clang-format on
static const struct foreign cancelling_table =
    FOREIGN_OF(cancelling_members, struct ride_cancelling);

bool ride_read_cancel_preview(struct slice body, struct arena *arena, struct ride_cancelling *out,
                              struct fault *fault)
{
    struct ride_cancelling read;

    if (!stay_value_read(&cancelling_table, body, &read, arena, fault))
        return false;
    if (stay_value_check_money(read.refund) == FIELD_ABSENT ||
        stay_value_check_money(read.fee) == FIELD_ABSENT)
        return stay_bad_answer("a preview without refund or fee", fault);
    read.is_fault = slice_is(read.fault, "passenger");
    *out = read;
    return true;
}

/* --- parts of answers --- */

struct stop {
    struct slice point;
};
static const struct foreign_member stop_members[] = {
    {"point", FOREIGN_TEXT, offsetof(struct stop, point), NULL, 0},
};
static const struct foreign stop_table = FOREIGN_OF(stop_members, struct stop);
static const struct foreign_member trip_members[] = {
    {"stops", FOREIGN_LIST, 0, &stop_table, STOPS_MAX},
};
static const struct foreign trip_table = FOREIGN_OF(trip_members, struct foreign_list);

struct slice ride_read_point(struct slice body, int64_t stop, struct arena *arena)
{
    struct foreign_list stops;
    struct slice point;
    struct fault why;

    if (!foreign_read(&trip_table, body, &stops, arena, &why) || stop < 0 ||
        stop >= (int64_t)stops.count)
        return SLICE_NONE;
    point = ((const struct stop *)stops.items)[stop].point;
    return stay_clean(&point, POINT_MAX, arena, &why) ? point : SLICE_NONE;
}
