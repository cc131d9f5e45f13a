// SPDX-License-Identifier: MIT
/* Publishing a trip: time and price, then a summary. The same steps ask for time and price of an
 * offer for a request. The steps of a passenger ask for places, day and seats. */
#include <string.h>

#include "base/ascii.h"
#include "base/now.h"
#include "base/parse.h"

#include "taxi/ride.h"
#include "taxi/ride_steps.h"
#include "telegram/text.h"

enum {
    HOUR = 60, /* minutes */
    MINUTE_S = 60,
    DAY_S = 24 * 3600,
    CLOCKS_IN_ROW = 4,
    TENGE = 100,        /* tiyn */
    PRICE_STEP = 500,   /* tenge: suggested prices are multiples of it */
    PRICE_MIN = 100,    /* tenge; a smaller number is in thousands: "5" */
    PRICE_MAX = 500000, /* tenge */
    PRICES = 3,         /* number of suggested prices */
    CAR_UNITS = 60      /* maximum length of a car in a button, UTF-16 units */
};

/* --- the time --- */

static bool show_departure_times(struct talk *talk)
{
    static const int hours[] = {6, 7, 8, 9, 10, 12, 14, 16, 18, 19, 20, 22};
    struct ride shown = *ride_of(talk);
    size_t count = 0;

    ride_add_question(talk, TEXT_DRIVE_CLOCK);
    for (size_t i = 0; i < ARRAY_LEN(hours); i++) {
        shown.clock = (int64_t)hours[i] * HOUR;
        if (drive_departure_us(&shown) <= talk->input->now ||
            (shown.bids && (shown.clock < shown.after || shown.clock > shown.before)))
            continue;
        if (count++ % CLOCKS_IN_ROW == 0)
            talk_new_row(talk);
        talk_button(talk, ride_format_clock(talk, drive_departure_us(&shown)), "clock",
                    talk_printf(talk, "%lld", (long long)shown.clock));
    }
    ride_put_exit_buttons(talk);
    return true;
}

static bool set_tapped_departure_time(struct talk *talk)
{
    ride_of(talk)->sets_clock = true;
    return parse_i64(talk->argument, 1, DAY_S / MINUTE_S - 1, &ride_of(talk)->clock)
               ? ride_go_to_missing_answer(talk)
               : talk_step(talk, &ride_step_clock);
}

/* "18", "18:30", "18.30", "18-30" or "18 30" */
bool drive_set_time_from_text(struct talk *talk, struct slice text)
{
    static const char separators[] = {':', '.', '-', ' '};
    const struct slice typed = slice_trim(text);
    size_t digits = 0;
    int64_t hour, minute = 0;

    while (digits < typed.len && ascii_is_digit(typed.at[digits]))
        digits++;
    const struct slice rest = slice_from(typed, digits);
    if (!parse_i64((struct slice){typed.at, digits}, 0, DAY_S / 3600 - 1, &hour) ||
        (rest.len > 0 &&
         (rest.len != 3 || memchr(separators, rest.at[0], sizeof separators) == NULL ||
          !parse_i64(slice_from(rest, 1), 0, HOUR - 1, &minute))))
        return false;
    ride_of(talk)->clock = hour + minute == 0 ? PHRASE_MIDNIGHT : hour * HOUR + minute;
    ride_of(talk)->sets_clock = true;
    return true;
}

/* --- the price --- */

/* If the route is refused, goes to the step "to" and stops the move. */
static bool fetch_tariff(struct talk *talk, struct ride_tariff *tariff)
{
    const struct ride *ride = talk->data;
    const struct slice path = talk_printf(talk, "/v1/routes?from=%.*s&to=%.*s",
                                          SLICE_ARG(ride->from), SLICE_ARG(ride->to));
    struct service_answer answer;

    if (!ride_get_or_end(talk, path, &answer))
        return false;
    if (answer.status >= 400)
        return talk_stop(talk, talk_step_with(talk, TEXT_RIDE_UNSURE_PLACE, &ride_step_to));
    return answer.status == 200 ? ride_read_tariff(answer.body, talk->arena, tariff, talk->fault)
                                : answer_fail_bad("no route", talk->fault);
}

static bool show_price_choice(struct talk *talk)
{
    static const int percents[PRICES] = {80, 100, 120};
    const struct ride *ride = talk->data;
    struct ride_tariff tariff;
    int64_t last = 0;

    if (!fetch_tariff(talk, &tariff))
        return false;
    if (ride->bids && ride->parcel)
        tariff.price = drive_compute_parcel_price(tariff.price, ride->size);
    else if (ride->bids)
        tariff.price = ride->whole_car && tariff.car > 0 ? tariff.car : tariff.price * ride->seats;
    talk_add(talk, ride->bids ? TEXT_DRIVE_BID : TEXT_DRIVE_PRICE,
             TALK_VALUES({.name = "title", .text = ride_format_route(talk, ride->from, ride->to)},
                         {.name = "price", .number = tariff.price}));
    talk_new_row(talk);
    for (size_t i = 0; i < PRICES; i++) {
        const int64_t step = (int64_t)PRICE_STEP * TENGE;
        const int64_t price = (tariff.price * percents[i] / 100 + step / 2) / step * step;
        const struct formatted label = format_money(price);
        if (price <= last || price > (int64_t)PRICE_MAX * TENGE)
            continue;
        last = price;
        talk_button(talk, talk_printf(talk, "%s", label.text), "price",
                    talk_printf(talk, "%lld", (long long)(price / TENGE)));
    }
    ride_put_exit_buttons(talk);
    return true;
}

/* "5000", "5 000 тг", "8 тысяч", "130k" */
bool drive_set_price_from_text(struct talk *talk, struct slice text)
{
    static const char *const units[] = {"", "тг", "₸", "тенге", "теңге", "tenge"};
    static const char *const thousands[] = {"тыс", "тыс.", "тысяч", "мың", "к", "k", "thousand"};
    int64_t tenge = 0;
    size_t i = 0;

    for (; i < text.len && (ascii_is_digit(text.at[i]) || text.at[i] == ' '); i++)
        if (text.at[i] != ' ' && tenge <= PRICE_MAX)
            tenge = tenge * 10 + (text.at[i] - '0');
    const struct slice unit = slice_from(text, i);
    const bool in_thousands = SLICE_IS_IN(unit, thousands);
    if (in_thousands || tenge < PRICE_MIN)
        tenge *= 1000;
    if (tenge < PRICE_MIN || tenge > PRICE_MAX || (!in_thousands && !SLICE_IS_IN(unit, units)))
        return false;
    ride_of(talk)->price = tenge * TENGE;
    return true;
}

static bool set_tapped_price(struct talk *talk)
{
    return drive_set_price_from_text(talk, talk->argument) ? ride_go_to_missing_answer(talk)
                                                           : talk_step(talk, &ride_step_price);
}

/* --- the summary --- */

void drive_put_car_buttons(struct talk *talk, const struct ride_own_cars *cars, struct slice text,
                           const char *action)
{
    for (size_t i = 0; i < cars->count; i++) {
        struct slice label = text, car = ride_format_car(talk, &cars->items[i].car);
        car.len = telegram_text_cut(car, CAR_UNITS);
        if (cars->count > 1)
            label = talk_printf(talk, "%.*s · %.*s", SLICE_ARG(text), SLICE_ARG(car));
        talk_put_id_button(talk, label, action, &cars->items[i].id);
    }
}

bool drive_fetch_own_cars(struct talk *talk, struct ride_own_cars *cars)
{
    struct slice body;

    return drive_identify_driver(talk) &&
           drive_get_or_explain(talk, talk_path(talk, "drivers", &ride_of(talk)->driver.id, "cars"),
                                &ride_step_drive, &body) &&
           ride_read_own_cars(body, talk->arena, cars, talk->fault);
}

static bool show_trip_to_publish(struct talk *talk)
{
    struct ride *ride = talk->data;
    struct ride_tariff tariff;
    struct ride_own_cars cars;

    if (!drive_fetch_own_cars(talk, &cars) || !fetch_tariff(talk, &tariff) ||
        !drive_compute_stop_times(talk, tariff.minutes))
        return false;
    ride->car = cars.count == 1 ? cars.items[0].id : (struct uuid){0};
    const int64_t depart_at = drive_departure_us(ride),
                  arrive_at = depart_at + ride->minutes * MINUTE_S * US_PER_S;
    talk_add(talk, TEXT_DRIVE_SUMMARY,
             TALK_VALUES({.name = "title", .text = ride_format_route(talk, ride->from, ride->to)},
                         {.name = "departure", .number = depart_at},
                         {.name = "arrival", .number = arrive_at, .other = depart_at},
                         {.name = "words", .text = drive_format_stops(talk)},
                         {.name = "seats", .number = ride->seats},
                         {.name = "price", .number = ride->price},
                         {.name = "car",
                          .text = cars.count == 1 ? ride_format_car(talk, &cars.items[0].car)
                                                  : SLICE_NONE}));
    if (cars.count == 0)
        talk_add_with_support(talk, TEXT_DRIVE_NO_CAR);
    drive_put_car_buttons(talk, &cars, talk_label(talk, TEXT_DRIVE_BUTTON_PUBLISH), "make");
    if (cars.count <= 0)
        talk_put_command(talk, TEXT_BUTTON_PERSON, "person");
    drive_put_parcel_prices_and_button(talk);
    talk_put_button(talk, TEXT_DRIVE_BUTTON_STOPS, "stops");
    ride_put_exit_buttons(talk);
    return true;
}

static struct slice format_trip_request(struct talk *talk, const struct uuid *car)
{
    const struct ride *ride = talk->data;
    const struct slice stops = drive_format_stops_json(talk),
                       parcels = drive_format_parcel_prices_json(talk);

    return talk_printf(talk, "{\"car_id\":\"%s\",\"stops\":[%.*s],\"seats\":%lld,%s%.*s}",
                       talk_id(talk, car), SLICE_ARG(stops), (long long)ride->seats,
                       talk_money_member(talk, "seat_price", ride->price), SLICE_ARG(parcels));
}

/* Publishes the trip with the car of the tapped button. */
static bool post_trip(struct talk *talk)
{
    struct ride *ride = talk->data;
    struct service_answer answer;
    struct ride_run made;
    struct uuid car;

    if (!talk_read_id(talk, &car))
        car = ride->car;
    if (uuid_is_nil(&car) || ride->minutes == 0)
        return talk_step(talk, &ride_step_publish);
    if (!drive_post_as_driver(talk, SLICE("/v1/trips"), format_trip_request(talk, &car), &answer))
        return false;
    if (answer.status != 201)
        return drive_explain_refusal(talk, &answer, &ride_step_publish);
    if (!ride_read_driver_trip(answer.body, talk->arena, &made, talk->fault))
        return false;
    ride->trip = made.id;
    ride->answered = answer.body;
    return talk_step_with(talk, TEXT_DRIVE_PUBLISHED, &ride_step_run);
}

static bool go_back_from_time(struct talk *talk)
{
    return talk_step(talk, ride_of(talk)->bids ? &ride_step_request : &ride_step_day);
}

static bool go_back_from_price(struct talk *talk)
{
    return talk_step(talk, ride_of(talk)->bids ? &ride_step_request : &ride_step_seats);
}

/* --- words --- */

static bool handle_typed_time(struct talk *talk)
{
    return drive_set_time_from_text(talk, talk->argument) ? ride_go_to_missing_answer(talk)
                                                          : talk_hear_at_flow(talk);
}

static bool handle_typed_price(struct talk *talk)
{
    return drive_set_price_from_text(talk, talk->argument) ? ride_go_to_missing_answer(talk)
                                                           : talk_hear_at_flow(talk);
}

/* --- the steps --- */

TALK_LEADS_TO(to_stops, &ride_step_stops)

static const struct flow_move clock_moves[] = {
    {FLOW_TAP,  "clock", .act = set_tapped_departure_time},
    {FLOW_TAP,  "back",  .act = go_back_from_time        },
    {FLOW_TEXT, NULL,    .act = handle_typed_time        },
};
static const struct flow_move price_moves[] = {
    {FLOW_TAP,  "price", .act = set_tapped_price  },
    {FLOW_TAP,  "back",  .act = go_back_from_price},
    {FLOW_TEXT, NULL,    .act = handle_typed_price},
};
// clang-format off
static const struct flow_move publish_moves[] = {
    {FLOW_TAP, "make",    .act = post_trip, .remark = REMARK_YES},
    {FLOW_TAP, "parcels", .act = drive_toggle_parcels},
    {FLOW_TAP, "stops",   .act = to_stops},
};
// clang-format on
const struct flow_step ride_step_clock = {"clock", show_departure_times, FLOW_MOVES(clock_moves)};
const struct flow_step ride_step_price = {"price", show_price_choice, FLOW_MOVES(price_moves)};
const struct flow_step ride_step_publish = {"publish", show_trip_to_publish,
                                            FLOW_BACK(&ride_step_price, publish_moves)};
