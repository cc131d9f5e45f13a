// SPDX-License-Identifier: MIT
/* Functions that the steps share. */
#include "taxi/ride.h"

#include <math.h>

#include "base/text.h"

#include "clients/answers_json.h"
#include "phrases/phrase.h"
#include "taxi/ride_steps.h"

bool ride_end_unavailable(struct talk *talk)
{
    talk_end(talk);
    talk_say(talk, TEXT_TAXI_SOON);
    talk_put_command(talk, TEXT_BUTTON_LANGUAGE, "language");
    return true;
}

bool ride_get_or_end(struct talk *talk, struct slice path, struct service_answer *answer)
{
    return talk_get(talk, path, answer) &&
           (answer->status != 404 || talk_stop(talk, ride_end_unavailable(talk)));
}

struct slice ride_place_name(const struct talk *talk, struct slice slug)
{
    return phrase_get_city_name(talk->input->words, slug, talk->language);
}

struct slice ride_format_route(struct talk *talk, struct slice from, struct slice to)
{
    const struct slice a = ride_place_name(talk, from), b = ride_place_name(talk, to);

    return talk_printf(talk, "%.*s → %.*s", SLICE_ARG(a), SLICE_ARG(b));
}

struct slice ride_format_car(struct talk *talk, const struct ride_car *car)
{
    return talk_text_or_empty(talk, ride_format_car_text(car, talk->arena));
}

struct slice ride_format_driver(struct talk *talk, const struct ride_car *car)
{
    const int tenths = isnan(car->rating) ? 0 : (int)lround(car->rating * 10);
    const char point = talk->language == LANGUAGE_EN ? '.' : ',';

    if (car->driver.at == NULL || tenths <= 0)
        return car->driver.at != NULL ? car->driver : SLICE("");
    return talk_printf(talk, "%.*s ★%d%c%d", SLICE_ARG(car->driver), tenths / 10, point,
                       tenths % 10);
}

struct slice ride_format_clock(struct talk *talk, int64_t at_us)
{
    const struct formatted clock = format_time_and_date_if_other(at_us, at_us, talk->language);

    return talk_printf(talk, "%s", clock.text);
}

void ride_copy_from_order(struct ride *ride, const struct ride_order *order)
{
    ride->from = order->from;
    ride->to = order->to;
    ride->seats = order->seats != FIELD_ABSENT ? order->seats : 1;
    ride->child_seats = order->child_seats != FIELD_ABSENT ? order->child_seats : 0;
    ride->whole_car = slice_is(order->kind, "car");
    ride->parcel = slice_is(order->kind, "parcel");
    ride->size = order->size;
}

void ride_put_action_buttons(struct talk *talk, const struct foreign_list *allowed,
                             const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct answer_action *action = answer_find_action(allowed, names[i]);
        if (action == NULL)
            continue;
        talk_new_row(talk);
        talk_button(talk, talk_localized(talk, &action->label), "do", action->name);
        talk_style_as_action(talk, names[i]);
    }
}

void ride_put_payment_number(struct talk *talk, const struct ride_order *order)
{
    const bool due = answer_find_action(&order->actions, "claim-payment") != NULL;

    talk_new_row(talk);
    talk_copy_button(talk, COPY_NUMBER, due ? order->payment_info : SLICE_NONE);
}

void ride_put_exit_buttons(struct talk *talk)
{
    const bool drives = ride_of(talk)->publishes || ride_of(talk)->bids;
    const char *command = drives ? "drive" : "search";

    talk_put_button(talk, TEXT_BUTTON_BACK, "back");
    talk_command_button(talk, talk_label(talk, TEXT_BUTTON_AGAIN), command, SLICE(""));
}

bool ride_answer_price(struct talk *talk)
{
    struct ride *ride = talk->data;
    struct service_answer answer;
    struct ride_tariff tariff;

    if (!ride->asks_price || ride->from.at == NULL || ride->to.at == NULL)
        return true;
    ride->asks_price = false;
    if (!ride_get_or_end(talk,
                         talk_printf(talk, "/v1/routes?from=%.*s&to=%.*s", SLICE_ARG(ride->from),
                                     SLICE_ARG(ride->to)),
                         &answer))
        return false;
    if (answer.status != 200)
        return true; /* the list of trips has the prices too */
    if (!ride_read_tariff(answer.body, talk->arena, &tariff, talk->fault))
        return false;
    const bool car = ride->whole_car && tariff.car > 0;
    talk_add(talk, car ? TEXT_RIDE_PRICE_CAR : TEXT_RIDE_PRICE,
             TALK_VALUES({.name = "title", .text = ride_format_route(talk, ride->from, ride->to)},
                         {.name = "price", .number = car ? tariff.car : tariff.price}));
    talk_add_html(talk, SLICE("\n\n"));
    return true;
}

bool ride_go_to_missing_answer(struct talk *talk)
{
    struct ride *ride = talk->data;

    ride->cursor = SLICE_NONE;
    if (!ride_answer_price(talk))
        return false;
    if (ride->bids)
        return talk_step(talk, &ride_step_request);
    if (ride->to.at == NULL)
        return talk_step(talk, &ride_step_to);
    if (ride->from.at == NULL)
        return talk_step(talk, &ride_step_from);
    if (ride->day < format_day_of(talk->input->now))
        return talk_step(talk, &ride_step_day);
    if (ride->publishes && ride->clock == 0)
        return talk_step(talk, &ride_step_clock);
    if (ride->parcel ? ride->size == 0 : ride->seats == 0)
        return talk_step(talk, ride->parcel ? &ride_step_size : &ride_step_seats);
    if (ride->publishes)
        return talk_step(talk, ride->price == 0 ? &ride_step_price : &ride_step_publish);
    return talk_step(talk, &ride_step_trips);
}

bool ride_show_more(struct talk *talk)
{
    ride_of(talk)->pages = true;
    return talk_step(talk, talk->step);
}

struct slice ride_format_page_query(struct talk *talk)
{
    struct ride *ride = talk->data;
    const struct slice cursor = ride->pages ? ride->next : SLICE_NONE;

    ride->cursor = SLICE_NONE; /* of another list */
    return talk_printf(talk, "limit=%d%s%.*s", RIDES_MAX, cursor.len > 0 ? "&cursor=" : "",
                       SLICE_ARG(cursor));
}

void ride_put_more_button(struct talk *talk, struct slice next)
{
    ride_of(talk)->next = next;
    if (next.at != NULL)
        talk_put_button(talk, TEXT_BUTTON_MORE, "more");
}

/* --- places --- */

bool ride_fetch_places(struct talk *talk, int places_max, struct answer_cities *out)
{
    struct service_answer answer;

    if (!ride_get_or_end(talk, talk_printf(talk, "/v1/places?limit=%d", places_max), &answer))
        return false;
    return answer.status == 200 ? answer_read_cities(answer.body, talk->arena, out, talk->fault)
                                : answer_fail_bad("no places", talk->fault);
}

/* A text that has an optional part for each size; only the part for `size` is shown. */
struct slice ride_format_size(struct talk *talk, enum text text, int64_t size)
{
    return talk_format(talk, text,
                       TALK_VALUES({.name = "small", .number = size == 1 ? 1 : FIELD_ABSENT},
                                   {.name = "medium", .number = size == 2 ? 1 : FIELD_ABSENT},
                                   {.name = "large", .number = size == 3 ? 1 : FIELD_ABSENT}));
}

struct slice ride_format_load(struct talk *talk, bool whole_car, bool is_parcel, int64_t size)
{
    if (whole_car)
        return talk_label(talk, TEXT_RIDE_BUTTON_CAR);
    return is_parcel ? ride_format_size(talk, TEXT_DRIVE_PARCEL, size) : SLICE_NONE;
}

/* --- a ride --- */

bool ride_fetch_order(struct talk *talk, struct ride_order *out, bool *found)
{
    struct ride *ride = talk->data;
    struct service_answer answer = {200, ride->answered};

    if (ride->answered.at == NULL && !talk_get(talk, ride_path(talk, ""), &answer))
        return false;
    *found = answer.status == 200;
    if (!*found)
        return answer.status == 404 || answer.status == 403 ||
               answer_fail_bad("no ride", talk->fault);
    ride->answered = answer.body;
    return ride_read_order(answer.body, talk->arena, out, talk->fault);
}

bool ride_show_returned_ride(struct talk *talk, const struct service_answer *answer)
{
    ride_of(talk)->answered = answer->body;
    return talk_step(talk, &ride_step_order);
}

struct slice ride_find_named_action(const struct talk *talk, const struct foreign_list *allowed)
{
    static const int32_t ignored[] = {' ', '.', '!', 0};
    const struct answer_action *actions = allowed->items;
    const struct remark said = talk->heard.remark;
    const bool cancels = said.kind == REMARK_CANCEL || said.kind == REMARK_CANCELLING;
    const char *meant = said.kind == REMARK_PAID && !said.asks ? "claim-payment"
                        : cancels && !said.negates             ? "cancel"
                                                               : "";

    for (size_t i = 0; i < allowed->count; i++)
        if (slice_is(actions[i].name, meant) ||
            text_same_name(talk->argument, talk_localized(talk, &actions[i].label), ignored))
            return actions[i].name;
    return SLICE_NONE;
}

/* --- beginnings --- */

bool ride_begin_search(struct talk *talk)
{
    return talk_begin(talk, &ride_flow);
}

bool ride_name_other_bot_and_search(struct talk *talk)
{
    if (!ride_begin_search(talk))
        return false;
    ride_of(talk)->says = TEXT_OTHER_BOT_FLATS;
    return true;
}

bool ride_greet_and_search(struct talk *talk)
{
    if (!ride_begin_search(talk))
        return false;
    ride_of(talk)->says = TEXT_RIDE_START;
    return true;
}
