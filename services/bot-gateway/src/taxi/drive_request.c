// SPDX-License-Identifier: MIT
/* Requests, which are rides that look for a driver: the list, and one request, for which the driver
 * offers a price. */
#include "base/now.h"

#include "taxi/ride.h"
#include "taxi/ride_steps.h"

enum {
    MINUTE_S = 60,
    DAY_S = 24 * 3600,
    SOONEST_S = 30 * 60, /* minimum time from now to the offered departure */
    MORNING_S = 8 * 3600,
    WINDOW_MIN = 60 /* minutes; in a shorter window no other time is to be chosen */
};

/* --- all requests --- */

/* "сб 28 ноя 09:00–12:00 · Алматы → Тараз" */
static struct slice format_request_label(struct talk *talk, const struct ride_order *order)
{
    const struct formatted date =
        format_short_date(format_day_of(order->depart_at), talk->language);
    const struct slice first = ride_format_clock(talk, order->depart_at),
                       last = ride_format_clock(talk, order->arrive_at),
                       route = ride_format_route(talk, order->from, order->to);

    return talk_printf(talk, "%s %.*s–%.*s · %.*s", date.text, SLICE_ARG(first), SLICE_ARG(last),
                       SLICE_ARG(route));
}

static bool show_requests(struct talk *talk)
{
    const struct slice page = ride_format_page_query(talk),
                       path = talk_printf(talk, "/v1/rides?needs=driver&%.*s", SLICE_ARG(page));
    struct ride_orders orders;
    struct slice body;

    if (!drive_get_or_explain(talk, path, &ride_step_drive, &body) ||
        !ride_read_orders(body, talk->arena, &orders, talk->fault))
        return false;
    talk_say(talk, orders.count > 0 ? TEXT_DRIVE_REQUESTS : TEXT_DRIVE_REQUESTS_NONE);
    for (size_t i = 0; i < orders.count; i++)
        talk_put_id_button(talk, format_request_label(talk, &orders.items[i]), "open",
                           &orders.items[i].id);
    ride_put_more_button(talk, orders.next);
    talk_put_button(talk, TEXT_BUTTON_BACK, "back");
    return true;
}

static bool open_tapped_request(struct talk *talk)
{
    struct ride *ride = talk->data;

    ride->price = 0;
    ride->bids = false;
    return talk_step(talk,
                     talk_read_id(talk, &ride->order) ? &ride_step_request : &ride_step_requests);
}

/* --- one request --- */

static bool explain_taken_request(struct talk *talk)
{
    return talk_step_with(talk, TEXT_DRIVE_TAKEN, &ride_step_requests);
}

/* If the ride does not look for a driver, explains why and stops the move. */
static bool fetch_request(struct talk *talk, struct ride_order *order)
{
    struct service_answer answer;

    if (!drive_get_as_driver(talk, ride_path(talk, ""), &answer) ||
        (answer.status == 200 && !ride_read_order(answer.body, talk->arena, order, talk->fault)))
        return false;
    if (answer.status == 200 && ride_is_looking_for_driver(order))
        return true;
    return talk_stop(talk, answer.status == 200 || answer.status == 404
                               ? explain_taken_request(talk)
                               : drive_explain_refusal(talk, &answer, &ride_step_requests));
}

/* The minute of the day of a time in microseconds after midnight; 0 before the day, the last minute
 * after it. */
static int64_t clamp_to_minute_of_day(int64_t after_midnight_us)
{
    const int64_t last = DAY_S / MINUTE_S - 1, minute = after_midnight_us / (MINUTE_S * US_PER_S);

    return minute < 0 ? 0 : minute > last ? last : minute;
}

/* Sets ride->day to the day on which ride->clock is between these times. False: there is none. */
static bool set_day_of_clock(struct ride *ride, int64_t from_us, int64_t until_us)
{
    for (ride->day = format_day_of(from_us); ride->day <= format_day_of(until_us); ride->day++)
        if (drive_departure_us(ride) >= from_us && drive_departure_us(ride) <= until_us)
            return true;
    return false;
}

/* Moves a departure in the night to the morning, unless the window of the passenger ends before
 * that: a request for a whole day begins at 00:00. */
static int64_t move_to_morning_if_night(int64_t at_us, int64_t until_us)
{
    const int64_t midnight = ((int64_t)format_day_of(at_us) * DAY_S - FORMAT_ZONE_S) * US_PER_S;
    const int64_t morning = midnight + MORNING_S * US_PER_S;

    return format_hour_of(at_us) < PHRASE_NIGHT_ENDS && morning <= until_us ? morning : at_us;
}

/* Sets the departure to offer: the time that the driver chose, if it is in the window of the
 * passenger, or else the earliest whole minute in the window, but none in the night. False: this
 * update has chosen a time outside of the window, and the earliest is set. */
static bool choose_departure_for_offer(struct talk *talk, const struct ride_order *order)
{
    const int64_t minute = MINUTE_S * US_PER_S, soonest = talk->input->now + SOONEST_S * US_PER_S;
    const int64_t from = order->depart_at > soonest ? order->depart_at : soonest;
    int64_t at = (from + minute - 1) / minute * minute;
    struct ride *ride = talk->data;

    if (!ride->sets_clock)
        at = move_to_morning_if_night(at, order->arrive_at);
    if (at > order->arrive_at) /* past the window: its last minute */
        at = order->arrive_at / minute * minute;
    const bool fits =
        ride->bids && ride->day != 0 && set_day_of_clock(ride, from, order->arrive_at);
    if (!fits) {
        ride->day = format_day_of(at);
        ride->clock = (at / US_PER_S + FORMAT_ZONE_S) % DAY_S / MINUTE_S;
    }
    const int64_t midnight = drive_departure_us(ride) - ride->clock % PHRASE_MIDNIGHT * minute;
    ride->after = clamp_to_minute_of_day(from - midnight);
    ride->before = clamp_to_minute_of_day(order->arrive_at - midnight);
    return fits || !ride->sets_clock;
}

static bool explain_departure_outside_window(struct talk *talk, const struct ride_order *order)
{
    talk_add(talk, TEXT_DRIVE_CLOCK_OUTSIDE,
             TALK_VALUES({.name = "departure", .number = drive_departure_us(ride_of(talk))},
                         {.name = "arrival",
                          .number = order->arrive_at,
                          .other = drive_departure_us(ride_of(talk))}));
    talk_add_html(talk, SLICE("\n\n"));
    return talk_step(talk, &ride_step_clock);
}

/* Adds the driver's pending offer, if any, with a button to withdraw it. */
static bool add_pending_offer(struct talk *talk)
{
    struct ride_trips offers;

    if (!ride_fetch_offers(talk, drive_get_as_driver, &offers))
        return false;
    if (offers.count == 0)
        return true;
    talk_add(talk, TEXT_DRIVE_OFFERED,
             TALK_VALUES({.name = "departure", .number = offers.items[0].depart_at},
                         {.name = "price", .number = offers.items[0].price}));
    talk_put_id_button(talk, talk_label(talk, TEXT_DRIVE_BUTTON_WITHDRAW), "undo",
                       &offers.items[0].offer);
    return true;
}

/* Adds a button for each car to offer the price that the driver chose, or else the passenger's
 * price, and buttons to choose another price or time. */
static void put_offer_buttons(struct talk *talk, const struct ride_order *order,
                              const struct ride_own_cars *cars)
{
    struct ride *ride = talk->data;

    if (!ride->bids)
        ride->price = order->price > 0 ? order->price : 0;
    if (ride->price > 0)
        drive_put_car_buttons(
            talk, cars,
            talk_format(talk, TEXT_DRIVE_BUTTON_TAKE,
                        TALK_VALUES({.name = "clock",
                                     .text = ride_format_clock(talk, drive_departure_us(ride))},
                                    {.name = "price", .number = ride->price})),
            "take");
    talk_put_button(talk, TEXT_DRIVE_BUTTON_BID, "bid");
    if (ride->before - ride->after >= WINDOW_MIN)
        talk_put_button(talk, TEXT_DRIVE_BUTTON_CLOCK, "clock");
}

static void add_request_text(struct talk *talk, const struct ride_order *order)
{
    const bool whole = slice_is(order->kind, "car"), parcel = slice_is(order->kind, "parcel");

    talk_mark_reply_confided(talk);
    talk_add(
        talk, TEXT_DRIVE_REQUEST,
        TALK_VALUES({.name = "title", .text = ride_format_route(talk, order->from, order->to)},
                    {.name = "departure", .number = order->depart_at},
                    {.name = "arrival", .number = order->arrive_at, .other = order->depart_at},
                    {.name = "seats", .number = whole ? FIELD_ABSENT : order->seats},
                    {.name = "car", .text = ride_format_load(talk, whole, parcel, order->size)},
                    {.name = "child_seats", .number = order->child_seats},
                    {.name = "name", .text = order->name},
                    {.name = "price", .number = text_if_positive(order->price)}));
}

/* Removes the cars without enough seats. */
static void keep_cars_with_seats_for(struct ride_own_cars *cars, const struct ride_order *order)
{
    size_t kept = 0;

    for (size_t i = 0; i < cars->count; i++)
        if (order->seats == FIELD_ABSENT || cars->items[i].seats >= order->seats)
            cars->items[kept++] = cars->items[i];
    cars->count = kept;
}

static bool show_request(struct talk *talk)
{
    struct ride *ride = talk->data;
    struct ride_order order;
    struct ride_own_cars cars;

    if (!fetch_request(talk, &order) || !drive_fetch_own_cars(talk, &cars))
        return false;
    ride_copy_from_order(ride, &order);
    const bool has_car = cars.count > 0;
    keep_cars_with_seats_for(&cars, &order);
    ride->car = cars.count == 1 ? cars.items[0].id : (struct uuid){0};
    if (!choose_departure_for_offer(talk, &order))
        return talk_stop(talk, explain_departure_outside_window(talk, &order));
    add_request_text(talk, &order);
    if (!has_car)
        talk_add_with_support(talk, TEXT_DRIVE_NO_CAR);
    else if (cars.count == 0)
        talk_say(talk, TEXT_DRIVE_SMALL);
    if (!add_pending_offer(talk))
        return false;
    if (cars.count != 0)
        put_offer_buttons(talk, &order, &cars);
    talk_put_button(talk, TEXT_BUTTON_BACK, "back");
    return true;
}

/* --- offering --- */

static bool ask_offer_price(struct talk *talk)
{
    ride_of(talk)->bids = true;
    return talk_step(talk, &ride_step_price);
}

static bool ask_offer_time(struct talk *talk)
{
    ride_of(talk)->bids = true;
    return talk_step(talk, &ride_step_clock);
}

/* Offers the car of the tapped button. */
static bool post_offer(struct talk *talk)
{
    struct ride *ride = talk->data;
    char at[NOW_RFC3339_LEN + 1];
    struct service_answer answer;
    struct ride_found offer;
    struct uuid car;

    if (!talk_read_id(talk, &car))
        car = ride->car;
    if (ride->price <= 0 || uuid_is_nil(&car) || ride->day == 0)
        return talk_step(talk, &ride_step_request);
    ride->bids = true;
    now_format_rfc3339(drive_departure_us(ride), at);
    if (!drive_post_as_driver(talk, ride_path(talk, "offers"),
                              talk_printf(talk, "{%s,\"depart_at\":\"%s\",\"car_id\":\"%s\"}",
                                          talk_money_member(talk, "price", ride->price), at,
                                          talk_id(talk, &car)),
                              &answer))
        return false;
    if (answer.status == 404)
        return explain_taken_request(talk);
    if (answer.status != 201)
        return drive_explain_refusal(talk, &answer, &ride_step_request);
    if (!ride_read_offer(answer.body, talk->arena, &offer, talk->fault))
        return false;
    if (!slice_is(offer.status, "accepted") || uuid_is_nil(&offer.trip))
        return talk_step(talk, &ride_step_request);
    ride->trip = offer.trip;
    return talk_step_with(talk, TEXT_DRIVE_WON, &ride_step_run);
}

static bool withdraw_offer(struct talk *talk)
{
    struct service_answer answer;
    struct uuid offer;

    if (!talk_read_id(talk, &offer))
        return talk_step(talk, &ride_step_request);
    const struct slice more = talk_printf(talk, "offers/%s/withdraw", talk_id(talk, &offer));
    if (!drive_post_as_driver(talk, ride_path(talk, more.at), SLICE_NONE, &answer))
        return false;
    return answer.status == 200 ? talk_step(talk, &ride_step_request)
                                : drive_explain_refusal(talk, &answer, &ride_step_request);
}

/* --- commands of notifications --- */

bool drive_command_show_request(struct talk *talk)
{
    return talk_begin_at(talk, &ride_flow, &ride_step_request) &&
           (talk_read_id(talk, &ride_of(talk)->order) || talk_step(talk, &ride_step_requests));
}

bool drive_command_ask_price(struct talk *talk)
{
    struct ride_order order;

    if (!drive_command_show_request(talk))
        return false;
    if (uuid_is_nil(&ride_of(talk)->order))
        return true;
    if (!fetch_request(talk, &order))
        return false;
    ride_copy_from_order(talk->data, &order);
    return ask_offer_price(talk);
}

/* --- words --- */

/* Takes a price or a time as that of the driver's offer. */
static bool handle_typed_offer(struct talk *talk)
{
    if (!drive_set_price_from_text(talk, talk->argument) &&
        !drive_set_time_from_text(talk, talk->argument))
        return talk_hear_at_flow(talk);
    ride_of(talk)->bids = true;
    return ride_go_to_missing_answer(talk);
}

/* --- the steps --- */

static const struct flow_move requests_moves[] = {
    {FLOW_TAP, "open", .act = open_tapped_request},
    {FLOW_TAP, "more", .act = ride_show_more     },
};
static const struct flow_move request_moves[] = {
    {FLOW_TAP,  "take",  .act = post_offer        },
    {FLOW_TAP,  "bid",   .act = ask_offer_price   },
    {FLOW_TAP,  "clock", .act = ask_offer_time    },
    {FLOW_TAP,  "undo",  .act = withdraw_offer    },
    {FLOW_TEXT, NULL,    .act = handle_typed_offer},
};
const struct flow_step ride_step_requests = {"requests", show_requests,
                                             FLOW_BACK(&ride_step_drive, requests_moves)};
const struct flow_step ride_step_request = {"request", show_request,
                                            FLOW_BACK(&ride_step_requests, request_moves)};
