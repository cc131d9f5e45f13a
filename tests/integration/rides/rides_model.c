// SPDX-License-Identifier: MIT
#include "rides_model.h"

#include "handlers/ride_handlers.h"

static const char *const places[] = {"almaty",   "konaev", "taldykorgan", "esik",    "talgar",
                                     "kaskelen", "tekeli", "ushtobe",     "sarkand", "zharkent"};
static const char *const policies[] = {"flexible", "moderate", "strict"};

struct model model;

static int chance(int below)
{
    return rand_r(&model.seed) % below;
}

/* --- trips --- */

#define KZT "KZT(%lld)"

static int64_t pick_price(void)
{
    return 1000LL * (100 + chance(4000));
}

static void publish_stops(struct model_trip *trip, double hours, char *body, size_t size)
{
    const int first = chance(10);
    size_t len = 0;

    for (int i = 0; i <= trip->segments; i++)
        len +=
            (size_t)snprintf(body + len, size - len, "%s{'place':'%s','at':'%s'}",
                             i == 0 ? "" : ",", places[(first + i) % 10], time_in(hours + 5 * i));
    len += (size_t)snprintf(body + len, size - len, "],'seat_prices':[");
    for (int i = 0; i < trip->segments; i++) {
        trip->segment_price[i] = pick_price();
        len += (size_t)snprintf(body + len, size - len, "%s" KZT, i == 0 ? "" : ",",
                                (long long)trip->segment_price[i]);
    }
}

/* The first trip needs the driver's confirmation, the second one a prepayment, so each round has
 * both. */
static void publish(int number)
{
    static const double hours[] = {2.5, 12, 50};
    struct model_trip *trip = &model.trips[number];
    char stops[4096], body[8192];

    trip->segments = 1 + chance(ORACLE_SEGMENTS);
    trip->seats = 1 + chance(4);
    trip->children = chance(3);
    trip->instant = number > 0 && chance(4) > 0;
    trip->child_price = pick_price();
    trip->luggage_price = pick_price();
    trip->car_price = 10 * pick_price();
    for (int i = 0; i < 3; i++)
        trip->parcel_price[i] = pick_price();
    publish_stops(trip, hours[chance(3)], stops, sizeof stops);
    snprintf(body, sizeof body,
             "{'car_id':'%s','stops':[%s],'seats':%d,'child_seats':%d,'child_seat_price':" KZT
             ",'luggage_price':" KZT ",'car_price':" KZT ",'parcel_prices':{'small':" KZT
             ",'medium':" KZT ",'large':" KZT "},'instant_book':%s,'prepayment_percent':%d,"
             "'policy':'%s'}",
             trip->car, stops, trip->seats, trip->children, (long long)trip->child_price,
             (long long)trip->luggage_price, (long long)trip->car_price,
             (long long)trip->parcel_price[0], (long long)trip->parcel_price[1],
             (long long)trip->parcel_price[2], trip->instant ? "true" : "false",
             number == 1 || chance(2) == 0 ? 20 : 0, policies[number == 1 ? 2 : chance(3)]);
    const struct answer made =
        ck_status(ask_post(post_trip, .caller = &trip->driver, .body = body), 201);
    snprintf(trip->id, sizeof trip->id, "%s", made.id);
}

/* Each trip has its own driver and car. */
void model_begin(void)
{
    char id[UUID_TEXT_LEN + 1];

    for (int i = 0; i < MODEL_TRIPS; i++) {
        struct model_trip *trip = &model.trips[i];
        const struct uuid car = uuid_make();
        trip->driver = rides_driver;
        trip->driver.test_key = true;
        trip->driver.actor_id = uuid_make();
        uuid_format(&trip->driver.actor_id, id);
        uuid_format(&car, trip->car);
        snprintf(trip->driver_text, sizeof trip->driver_text, "driver:%s", id);
        trip->driver.actor_text = slice_of(trip->driver_text);
        stand_sql("INSERT INTO driver (id, tenant_id, name, phone, status, papers_until) VALUES"
                  " ('%s', '%s', 'Ерлан', '+7701000010%d', 'active', now()::date + 3650)",
                  id, stand_tenant(), i);
        stand_sql("INSERT INTO car (id, tenant_id, driver_id, make, model, color, plate, seats,"
                  " doors, year) VALUES ('%s', '%s', '%s', 'Kia', 'K5', 'серый', '10%dABC02', 4,"
                  " 4, 2021)",
                  trip->car, stand_tenant(), id, i);
    }
}

/* --- operations of clients --- */

static int64_t steps_of(const struct model_trip *trip)
{
    return stand_number("SELECT count(*) FROM ride_history h JOIN ride r ON r.id = h.ride_id"
                        " WHERE r.trip_id = '%s'",
                        trip->id);
}

static void record_ack(size_t ride, const struct answer *answer)
{
    struct model_ack *ack = &model.acks[model.ack_count++];

    ck_assert_uint_le(model.ack_count, MODEL_ACKS_MAX);
    *ack = (struct model_ack){
        .ride = ride,
        .version = (int)number_at(answer->json, "version"),
    };
    snprintf(ack->status, sizeof ack->status, "%s", text_at(answer->json, "status"));
    model.rides[ride].is_over = model.rides[ride].is_over ||
                                strcmp(ack->status, "cancelled") == 0 ||
                                strcmp(ack->status, "declined") == 0;
}

static bool is_short(const char *code)
{
    static const char *const codes[] = {"seats_taken", "cargo_full", "child_seats_taken",
                                        "car_not_free"};

    for (size_t i = 0; i < ARRAY_LEN(codes); i++)
        if (strcmp(codes[i], code) == 0)
            return true;
    return false;
}

/* An order of one kind: sets its load and its part of the body, which begins with a comma. Returns
 * the price. */
static int64_t order_seats(const struct model_trip *trip, struct oracle_order *order, char *body,
                           size_t size)
{
    const int seats = 1 + chance(2), children = chance(6) == 0 ? 1 : 0, pieces = chance(4) == 0;
    int64_t total = children * trip->child_price + pieces * trip->luggage_price;

    order->load[ORACLE_SEATS] = seats;
    order->load[ORACLE_CARGO] = 8 * pieces;
    order->load[ORACLE_CHILDREN] = children;
    for (int s = order->from; s < order->to; s++)
        total += seats * trip->segment_price[s];
    snprintf(body, size, ",'seats':%d,'child_seats':%d,'luggage':%d", seats, children, pieces);
    return total;
}

static int64_t order_car(const struct model_trip *trip, struct oracle_order *order, char *body,
                         size_t size)
{
    order->from = 0;
    order->to = trip->segments;
    order->load[ORACLE_SEATS] = trip->seats;
    order->load[ORACLE_CARGO] = MODEL_CARGO;
    snprintf(body, size, ",'kind':'car'");
    return trip->car_price;
}

static int64_t order_parcel(const struct model_trip *trip, struct oracle_order *order, char *body,
                            size_t size)
{
    static const char *const names[] = {"small", "medium", "large"};
    static const int units[] = {1, 4, 8};
    const int one = chance(3);

    order->load[ORACLE_CARGO] = units[one];
    snprintf(body, size,
             ",'kind':'parcel','parcel':{'size':'%s','recipient':{'name':'Дана',"
             "'phone':'+77010000077'}}",
             names[one]);
    return trip->parcel_price[one];
}

/* Returns the price; writes the order's part of the body. */
static int64_t pick_order(const struct model_trip *trip, struct oracle_order *order, char *body,
                          size_t size)
{
    *order = (struct oracle_order){.from = chance(trip->segments)};
    order->to = order->from + 1 + chance(trip->segments - order->from);
    switch (chance(10)) {
    case 0:
        return order_car(trip, order, body, size);
    case 1:
        return order_parcel(trip, order, body, size);
    default:
        return order_seats(trip, order, body, size);
    }
}

static void record_ride(const struct model_ride *taken, struct answer *answer, int64_t total)
{
    struct model_ride *ride = &model.rides[model.ride_count];

    *ride = *taken;
    snprintf(ride->id, sizeof ride->id, "%s", answer->id);
    ck_number(answer->json, "total.amount", total);
    record_ack(model.ride_count++, answer);
}

/* Orders a ride for a new passenger, as the driver, staff or the passenger. Some wait if the trip
 * is full, some holds last a second. */
static void order_next(void)
{
    const int number = chance(MODEL_TRIPS), actor = chance(10);
    const struct model_trip *trip = &model.trips[number];
    const int64_t person = 1000 + ++model.passengers;
    char kind[256], body[1024], text[PASSENGER_TEXT];
    struct api_caller guest = new_passenger(person, text);
    const bool waits = actor > 0 && chance(3) == 0;
    struct model_ride ride = {
        .trip = number, .guest = actor < 2 ? 0 : person, .is_short_hold = !waits && chance(6) == 0};

    guest.test_key = true; /* for hold_seconds */
    const int64_t total = pick_order(trip, &ride.order, kind, sizeof kind);
    snprintf(body, sizeof body,
             "{'trip_id':'%s','from_stop':%d,'to_stop':%d,'passenger':{'name':'Айгуль'%s}%s%s%s}",
             trip->id, ride.order.from, ride.order.to,
             textf(actor < 2 ? ",'phone':'+7702%07lld'" : ",'language':'kz'", (long long)person),
             kind, waits ? ",'wait':true" : "", ride.is_short_hold ? ",'hold_seconds':1" : "");
    const int64_t first = steps_of(trip);
    struct answer answer = ask_post(post_ride,
                                    .caller = actor == 0   ? &trip->driver
                                              : actor == 1 ? NULL
                                                           : &guest,
                                    .body = body);
    if (answer.status == 201)
        record_ride(&ride, &answer, total);
    else if (is_short(answer.code))
        model.refusals[model.refusal_count++] = (struct model_refusal){
            .trip = number, .order = ride.order, .first = first, .last = steps_of(trip)};
    else
        ck_assert_msg(strcmp(answer.code, "waitlist_full") == 0, "%d %s: %s", answer.status,
                      answer.code, body);
}

// clang-format off
static const struct action {
    http_handler *handler;
    const char *body;
    bool guests;
} actions[] = {
    {confirm_ride,       "{}",                                                      true},
    {confirm_ride,       "{'paid':KZT(250100)}",     false},
    {claim_ride_payment, "{}",                                                      true},
    {decline_ride,       "{'reason':'Нет мест'}",                               false},
    {cancel_ride,        "{}",                                                      true},
};
// clang-format on
enum { ACTIONS = ARRAY_LEN(actions) };

/* Picks a ride, preferring those that are not over. */
static size_t pick_ride(void)
{
    size_t at = 0;

    for (int tries = 0; tries < 20; tries++) {
        at = (size_t)chance((int)model.ride_count);
        if (!model.rides[at].is_over)
            return at;
    }
    return at;
}

/* Acts as the passenger, the driver or staff; forbidden actions are refused. */
static void act(int number)
{
    const struct action *action = &actions[number];

    if (model.ride_count == 0)
        return;
    const size_t at = pick_ride();
    const struct model_ride *ride = &model.rides[at];
    char text[PASSENGER_TEXT];
    struct api_caller guest = new_passenger(ride->guest, text);
    const int actor = chance(3);
    struct answer answer = ask_action(action->handler,
                                      .caller = actor == 0 ? NULL
                                                : actor == 1 || ride->guest == 0 || !action->guests
                                                    ? &model.trips[ride->trip].driver
                                                    : &guest,
                                      .id = ride->id, .body = action->body);
    ck_assert_msg(answer.status < 500 && answer.status != 404, "%d %s", answer.status, answer.code);
    if (answer.status == 200) {
        record_ack(at, &answer);
        model.done[number]++;
    }
}

/* Changes rows directly, of rides that no client is using. */
static void age_rides(void)
{
    stand_sql("SET session_replication_role = replica;"
              "UPDATE ride SET agreed_at = agreed_at - interval '1 hour' WHERE id IN"
              " (SELECT id FROM ride WHERE status = 'confirmed' ORDER BY id DESC LIMIT 8"
              "  FOR UPDATE SKIP LOCKED);"
              "SET session_replication_role = origin");
}

static void client(void *data)
{
    while (model.operations_left-- > 0) {
        const int dice = chance(100);
        if (dice < 45)
            order_next();
        else if (dice < 90)
            act((dice - 45) * ACTIONS / 45);
        else if (dice < 98)
            age_rides();
        else
            stand_sleep(20);
    }
}

static void clients(void *data)
{
    for (int i = 0; i < MODEL_TRIPS; i++)
        publish(i);
    for (int i = 0; i < MODEL_CLIENTS; i++)
        stand_go(client, data);
}

static void end_trips(void *data)
{
    for (int i = 0; i < MODEL_TRIPS; i++)
        ck_status(post_action(cancel_trip, NULL, model.trips[i].id, NULL), 200);
}

void model_play(void)
{
    model.operations_left = MODEL_OPERATIONS;
    model.ride_count = model.ack_count = model.refusal_count = 0;
    stand_sql("UPDATE driver SET status = 'active'"); /* after suspensions by faults */
    stand_run(clients, NULL);
    stand_run(end_trips, NULL);
}
