// SPDX-License-Identifier: MIT
/* The steps after the places: day and seats. */
#include "base/date.h"
#include "base/parse.h"

#include "phrases/phrase.h"
#include "taxi/ride_steps.h"

enum { DAYS_SHOWN = 14, DAYS_IN_ROW = 3, SEATS_SHOWN = 4 };

bool ride_is_day_allowed(const struct talk *talk, int32_t day)
{
    const int32_t today = format_day_of(talk->input->now);

    return day >= today && day <= today + RIDE_DAYS_MAX;
}

bool ride_is_night_now(const struct talk *talk)
{
    return format_hour_of(talk->input->now) < PHRASE_NIGHT_ENDS;
}

static void put_day_button(struct talk *talk, struct slice label, int32_t day)
{
    talk_button(talk, label, "day", slice_of(talk_date(talk, day)));
}

static void add_day_question(struct talk *talk)
{
    const struct ride *ride = talk->data;
    const int32_t tomorrow = format_day_of(talk->input->now) + 1;

    talk_add(talk, TEXT_RIDE_DAY,
             TALK_VALUES({.name = "title", .text = ride_format_route(talk, ride->from, ride->to)},
                         {.name = "check_in",
                          .number = ride_is_night_now(talk) ? FIELD_ABSENT : tomorrow}));
    talk_new_row(talk);
}

static bool show_day_list(struct talk *talk)
{
    const int32_t today = format_day_of(talk->input->now);

    add_day_question(talk);
    for (int32_t i = 0; i < DAYS_SHOWN; i++) {
        const struct formatted date = format_short_date(today + i, talk->language);
        if (i % DAYS_IN_ROW == 0)
            talk_new_row(talk);
        put_day_button(talk, talk_printf(talk, "%s", date.text), today + i);
    }
    ride_put_exit_buttons(talk);
    return true;
}

static bool show_day_choice(struct talk *talk)
{
    const int32_t today = format_day_of(talk->input->now);

    if (ride_is_night_now(talk))
        return show_day_list(talk);
    add_day_question(talk);
    put_day_button(talk, talk_label(talk, TEXT_STAY_BUTTON_TODAY), today);
    put_day_button(talk, talk_label(talk, TEXT_STAY_BUTTON_TOMORROW), today + 1);
    talk_button(talk, talk_label(talk, TEXT_RIDE_BUTTON_DAYS), "days", SLICE(""));
    ride_put_exit_buttons(talk);
    return true;
}

bool ride_set_tapped_day(struct talk *talk)
{
    int32_t day;

    if (!date_parse(talk->argument, &day) || !ride_is_day_allowed(talk, day))
        return talk_refuse(talk, TEXT_RIDE_DAY_BAD, &ride_step_day);
    ride_of(talk)->day = day;
    return ride_go_to_missing_answer(talk);
}

void ride_add_question(struct talk *talk, enum text question)
{
    const struct ride *ride = talk->data;

    talk_add(talk, question,
             TALK_VALUES({.name = "title", .text = ride_format_route(talk, ride->from, ride->to)},
                         {.name = "check_in", .number = ride->day},
                         {.name = "child_seats", .number = text_if_positive(ride->child_seats)}));
    talk_new_row(talk);
}

static bool show_seat_choice(struct talk *talk)
{
    ride_add_question(talk, TEXT_RIDE_SEATS);
    for (int number = 1; number <= SEATS_SHOWN; number++) {
        const struct slice digits = talk_printf(talk, "%d", number);
        talk_button(talk, digits, "seats", digits);
    }
    if (!ride_of(talk)->publishes)
        talk_put_button(talk, TEXT_RIDE_BUTTON_CAR, "car");
    ride_put_exit_buttons(talk);
    return true;
}

static bool set_tapped_seats(struct talk *talk)
{
    if (!parse_i64(talk->argument, 1, RIDE_SEATS_MAX, &ride_of(talk)->seats))
        return talk_step(talk, &ride_step_seats);
    ride_of(talk)->whole_car = false;
    return ride_go_to_missing_answer(talk);
}

static bool handle_typed_seats(struct talk *talk)
{
    int64_t seats;

    if (!parse_i64(slice_trim(talk->argument), 1, RIDE_SEATS_MAX, &seats))
        return talk_hear_at_flow(talk);
    ride_of(talk)->seats = seats;
    ride_of(talk)->whole_car = false;
    return ride_go_to_missing_answer(talk);
}

static bool choose_whole_car(struct talk *talk)
{
    ride_of(talk)->whole_car = true;
    ride_of(talk)->seats = 1; /* passengers are not counted: all seats are theirs */
    return ride_go_to_missing_answer(talk);
}

static bool go_back_from_seats(struct talk *talk)
{
    return talk_step(talk, ride_of(talk)->publishes ? &ride_step_clock : &ride_step_day);
}

/* --- the steps --- */

TALK_LEADS_TO(to_days, &ride_step_days)

static const struct flow_move day_moves[] = {
    {FLOW_TAP, "day",  .act = ride_set_tapped_day},
    {FLOW_TAP, "days", .act = to_days            },
};
static const struct flow_move days_moves[] = {
    {FLOW_TAP, "day", .act = ride_set_tapped_day},
};
static const struct flow_move seats_moves[] = {
    {FLOW_TAP,  "seats", .act = set_tapped_seats  },
    {FLOW_TAP,  "car",   .act = choose_whole_car  },
    {FLOW_TAP,  "back",  .act = go_back_from_seats},
    {FLOW_TEXT, NULL,    .act = handle_typed_seats},
};
const struct flow_step ride_step_day = {"day", show_day_choice,
                                        FLOW_BACK(&ride_step_from, day_moves)};
const struct flow_step ride_step_days = {"days", show_day_list,
                                         FLOW_BACK(&ride_step_day, days_moves)};
const struct flow_step ride_step_seats = {"seats", show_seat_choice, FLOW_MOVES(seats_moves)};
