// SPDX-License-Identifier: MIT
#include "base/money.h"
#include "json/fields.h"

#include "dialogue/talk.h"
#include "support/scratch.h"
#include "taxi/ride_json.h"
#include "worst.h"

#define RIDE_ID "018f0013-0000-7000-8000-000000000001"
#define PASSED  "{\"place\":\"ust-kamenogorsk\",\"at\":\"2099-09-09T09:00:00Z\"},"

static const char *const ride_statuses[] = {
    "open",      "held",    "requested", "payment_claimed", "confirmed", "boarded",
    "completed", "expired", "declined",  "cancelled",       "no_show",   "new to us",
};
_Static_assert(WORST_RIDES == 2 * ARRAY_LEN(ride_statuses), "each status");

static const char *longest_car(void)
{
    return textf(
        "\"driver\":{\"name\":%s,\"phone\":\"+77017778899\",\"rating\":4.95,\"payment_info\":%s},"
        "\"car\":{\"make\":%s,\"model\":%s,\"color\":%s,\"plate\":%s}",
        worst_text(300), worst_text(300), worst_text(300), worst_text(300), worst_text(300),
        worst_text(300));
}

static const char *longest_run(bool even, const char *car, const char *actions)
{
    return textf("{\"id\":\"" RIDE_ID "\",\"status\":\"%s\",\"depart_at\":"
                 "\"2099-09-09T09:00:00Z\",\"arrive_at\":\"2099-09-19T09:00:00Z\",\"seats\":8,"
                 "\"stops\":[{\"place\":\"ust-kamenogorsk\",\"point\":%s}," PASSED PASSED PASSED
                     PASSED PASSED PASSED PASSED PASSED
                 "{\"place\":\"petropavlovsk\"}],\"segments\":[{\"free_seats\":0,\"price\":" MOST
                 "}],\"warnings\":[{\"until\":\"2099-09-30T09:00:00Z\"}],%s,"
                 "\"allowed_actions\":[%s]}",
                 even ? "started" : "finished", worst_text(400), car, actions);
}

static const char *longest_driver(bool even)
{
    return textf("{\"id\":\"" RIDE_ID "\",\"name\":%s,\"status\":\"%s\",\"documents\":["
                 "{\"kind\":\"licence\",\"expires_on\":\"2020-01-01\"},"
                 "{\"kind\":\"car\",\"expires_on\":\"2020-01-01\"},"
                 "{\"kind\":\"insurance\",\"expires_on\":\"2020-01-01\"},"
                 "{\"kind\":\"medical\",\"expires_on\":\"2020-01-01\"},"
                 "{\"kind\":\"technical\",\"expires_on\":\"2020-01-01\"}]}",
                 worst_text(300), even ? "active" : "blocked");
}

static const char *longest_own_car(void)
{
    return textf("{\"id\":\"" RIDE_ID "\",\"make\":%s,\"model\":%s,\"color\":%s,"
                 "\"plate\":%s}",
                 worst_text(300), worst_text(300), worst_text(300), worst_text(300));
}

static const char *longest_order(size_t variant, const char *car, const char *actions)
{
    return textf("{\"id\":\"" RIDE_ID "\",\"code\":%s,\"trip_id\":%s,\"kind\":\"%s\","
                 "\"status\":\"%s\",\"from_stop\":0,\"to_stop\":9,\"from\":\"almaty\","
                 "\"to\":\"ust-kamenogorsk\",\"depart_at\":\"2099-09-09T09:00:00Z\","
                 "\"arrive_at\":\"2099-09-19T09:00:00Z\",\"seats\":8,\"total\":" MOST
                 ",\"deposit\":" MOST ",\"paid\":" MOST ",\"refund\":" MOST
                 ",\"delivery_code\":\"042917\",\"expires_at\":\"2099-09-09T09:00:00Z\","
                 "\"cancellation\":{\"text\":%s},"
                 "\"passenger\":{\"name\":%s,\"phone\":\"+123456789012345\"},"
                 "\"parcel_size\":\"medium\",\"recipient\":{\"name\":%s,\"phone\":"
                 "\"+123456789012345\"},%s,\"allowed_actions\":[%s]}",
                 worst_text(40), variant % 4 == 0 ? "null" : "\"" RIDE_ID "\"",
                 (const char *[]){"car", "seat", "parcel"}[variant % 3], ride_statuses[variant / 2],
                 worst_words(1000), worst_text(300), worst_text(300), car, actions);
}

/* With each status, with and without actions, room and a trip. */
void worst_ride(size_t variant, struct scripted rows[WORST_ROWS_MAX])
{
    static const char *const names[] = {"confirm", "claim-payment", "driver-no-show", "sos",
                                        "cancel",  "decline",       "board",          "no-show",
                                        "drop",    "start",         "finish",         "delay",
                                        "rating",  "deliver",       "share"};
    const bool even = variant % 2 == 0;
    const char *car = longest_car();
    const char *actions = worst_actions(names, even ? ARRAY_LEN(names) : 0);
    const char *place = textf("{\"slug\":\"almaty\",\"name\":%s}", worst_words(60));
    const char *trip =
        textf("{\"trip_id\":\"" RIDE_ID "\",\"from_stop\":0,\"to_stop\":9,"
              "\"depart_at\":\"2099-09-09T09:00:00Z\",\"arrive_at\":"
              "\"2099-09-19T09:00:00Z\",\"free_seats\":8,\"price\":" MOST
              ",%s,\"instant_book\":%s,\"warnings\":[%s]}",
              car, even ? "false" : "true", even ? "{\"until\":\"2099-09-30T09:00:00Z\"}" : "");
    const char *ride = longest_order(variant, car, actions);
    const char *offer = textf("{\"id\":\"" RIDE_ID "\",\"status\":\"pending\",\"depart_at\":"
                              "\"2099-09-09T09:00:00Z\",\"arrive_at\":\"2099-09-19T09:00:00Z\","
                              "\"price\":" MOST ",%s}",
                              car);
    // clang-format off
    const struct scripted world[WORST_ROWS_MAX] = {
        {"GET /v1/places",  200, worst_list(place, 60)},
        {"GET /v1/trips?",  200, worst_page(trip, even ? 0 : 9, ",\"nearby\":[{\"date\":\"2026-12-14\",\"trips\":999}]")},
        {"GET /v1/trips?status=", 200, worst_list(longest_run(even, car, actions), 20)},
        {"GET /v1/trips/",  200, longest_run(even, car, actions)},
        {"GET /v1/trips/" RIDE_ID "/passengers", 200, worst_list(ride, 20)},
        {"GET /v1/drivers?", 200, worst_list(longest_driver(even), 1)},
        {"GET /v1/drivers/", 200, worst_list(longest_own_car(), even ? 20 : 1)},
        {"GET /v1/routes?", 200, "{\"minutes\":10000,\"seat_price\":{\"typical\":" WORLD_SUM(50000000) "}}"},
        {"POST /v1/trips ", 201, longest_run(even, car, actions)},
        {"POST /v1/trips/", 200, longest_run(even, car, actions)},
        {"GET /v1/rides?",  200, worst_list(ride, 25)},
        {"GET /v1/rides/",  200, ride},
        {"GET /v1/rides/" RIDE_ID "/cancel-preview", 200, "{\"refund\":" MOST ",\"fee\":" MOST ",\"fault\":\"passenger\"}"},
        {"GET /v1/rides/" RIDE_ID "/offers", 200, worst_list(offer, 9)},
        {"POST /v1/rides",  201, ride},
        {"POST /v1/rides/", 200, ride},
        {"POST /v1/rides/" RIDE_ID "/sos", 201, "{}"},
        {"POST /v1/rides/" RIDE_ID "/share", 201, "{\"url\":\"/v1/shared/3q2-7wAAAAAAAAAAAAAAAA\",\"expires_at\":\"2099-09-09T09:00:00Z\"}"},
        {"POST /v1/rides/" RIDE_ID "/offers ", 201, offer},
        {"POST /v1/rides/" RIDE_ID "/rating", 201, "{}"},
    };

    // clang-format on
    memcpy(rows, world, sizeof world);
}

const char *worst_ride_data(void)
{
    char cursor[ANSWER_CURSOR_MAX];
    struct drive_stop stops[RIDE_PASSED_MAX];
    struct ride_price prices[RIDE_TRIPS_MAX];
    struct ride ride = {
        .from = SLICE("almaty"),
        .to = SLICE("ust-kamenogorsk"),
        .day = CHECK_IN,
        .after = 20 * 60,
        .before = 29 * 60,
        .seats = RIDE_SEATS_MAX,
        .size = RIDE_SIZES - 1,
        .carries = true,
        .recipient = SLICE("Александра-Анастасия Константинопольская"),
        .recipient_phone = SLICE("+123456789012345"),
        .choice = SLICE("AY8AEwAAcACAAAAAAAAAAQ09w"),
        .cursor = {cursor, sizeof cursor},
        .next = {cursor, sizeof cursor},
        .from_stop = RIDE_STOP_MAX,
        .to_stop = RIDE_STOP_MAX,
        .refund = MONEY_MAX,
        .clock = 23 * 60 + 59,
        .price = MONEY_MAX,
        .minutes = RIDE_MINUTES_MAX
    };

    ride.stops = (struct field_list){stops, RIDE_PASSED_MAX};
    for (size_t i = 0; i < RIDE_PASSED_MAX; i++)
        stops[i] = (struct drive_stop){SLICE("ust-kamenogorsk"), RIDE_MINUTES_MAX};
    memset(cursor, 'x', sizeof cursor);
    ck_assert(uuid_parse(SLICE(RIDE_ID), &ride.order));
    ride.trip = ride.car = ride.order;
    ride.prices = (struct field_list){prices, RIDE_TRIPS_MAX};
    for (size_t i = 0; i < RIDE_TRIPS_MAX; i++)
        prices[i] = (struct ride_price){ride.order, MONEY_MAX};
    fields_encode(&ride_fields, &ride, false, &scratch);
    return worst_state();
}
