// SPDX-License-Identifier: MIT
/* Dates and guests: a calendar for check-in and then check-out, and the number of guests. If the
 * guest has chosen an apartment, its taken days are shown as taken. */
#include "base/date.h"
#include "base/parse.h"

#include "guest/calendar.h"
#include "guest/stay.h"
#include "guest/stay_parse.h"
#include "guest/stay_steps.h"
#include "phrases/phrase.h"

enum { GUESTS_OFFERED = 6, FRIDAY = 5, WEEK = 7, WEEKEND_NIGHTS = 2 };

/* The title of the apartment if one is chosen; else "". */
static struct slice title_if_chosen(const struct talk *talk)
{
    return stay_of(talk)->chosen ? talk_localized(talk, &stay_of(talk)->title) : SLICE("");
}

static bool show_tapped_month(struct talk *talk)
{
    return stay_show_tapped_month(talk, &stay_of(talk)->month);
}

/* --- check-in --- */

static void put_quick_day_button(struct talk *talk, const struct calendar *calendar, int32_t day,
                                 enum text label)
{
    if (calendar_day_status(calendar, day) == CALENDAR_OPEN)
        talk_button(talk, talk_label(talk, label), CALENDAR_DAY, slice_of(talk_date(talk, day)));
}

/* Adds a button for the nights of a Friday and a Saturday. */
static void put_weekend_button(struct talk *talk, const struct calendar *calendar, int32_t friday)
{
    struct calendar leaving = *calendar;

    leaving.check_in = friday;
    if (calendar_day_status(calendar, friday) != CALENDAR_OPEN ||
        calendar_day_status(&leaving, friday + WEEKEND_NIGHTS) != CALENDAR_OPEN)
        return;
    talk_new_row(talk);
    talk_button(
        talk,
        talk_format(
            talk, TEXT_STAY_BUTTON_WEEKEND,
            TALK_VALUES({.name = "dates", .number = friday, .other = friday + WEEKEND_NIGHTS})),
        "weekend", slice_of(talk_date(talk, friday)));
}

/* Adds a button for the next weekend, and for the one after it if the guest's words are ambiguous,
 * such as "next weekend". */
static void put_weekend_buttons(struct talk *talk, const struct calendar *calendar)
{
    const int32_t friday = calendar->today + (FRIDAY - date_weekday(calendar->today) + WEEK) % WEEK;

    put_weekend_button(talk, calendar, friday);
    if (stay_of(talk)->unsure)
        put_weekend_button(talk, calendar, friday + WEEK);
}

/* Adds buttons for today, tomorrow and weekends, as far as they can be chosen. Only if the month of
 * today is shown: for a later month the apartment's days before it are not fetched. */
static void put_quick_buttons(struct talk *talk, const struct calendar *calendar)
{
    if (calendar_clamp_month(calendar, stay_of(talk)->month) !=
        calendar_clamp_month(calendar, calendar->today))
        return;
    talk_new_row(talk);
    put_quick_day_button(talk, calendar, calendar->today, TEXT_STAY_BUTTON_TODAY);
    put_quick_day_button(talk, calendar, calendar->today + 1, TEXT_STAY_BUTTON_TOMORROW);
    put_weekend_buttons(talk, calendar);
}

/* Adds a button that chooses the dates far ahead which the guest may mean. */
static void put_far_button(struct talk *talk, const struct calendar *calendar)
{
    const struct stay *stay = talk->data;

    if (!stay->unsure || stay->far == 0 ||
        calendar_day_status(calendar, stay->far) != CALENDAR_OPEN)
        return;
    talk_new_row(talk);
    talk_button(talk, stay_format_far_dates(talk), CALENDAR_DAY,
                slice_of(talk_date(talk, stay->far)));
}

/* The minimum nights to tell in the question for the dates; FIELD_ABSENT: one night is enough, or
 * it depends on the day. */
static int64_t least_nights_to_tell(const struct calendar *calendar)
{
    const int64_t least = calendar_least_nights(calendar);

    return least > 1 ? least : FIELD_ABSENT;
}

static bool show_check_in_choice(struct talk *talk)
{
    const struct stay *stay = talk->data;
    struct calendar calendar = stay_make_empty_calendar(talk);
    const int32_t month = calendar_clamp_month(&calendar, stay->month),
                  first = month < calendar.today ? calendar.today : month;
    const bool is_night = format_hour_of(talk->input->now) < PHRASE_NIGHT_ENDS;

    if (!stay_fetch_days_if_chosen(
            talk, first, calendar_next_month_start(month) + CALENDAR_NIGHTS_MAX + 1, &calendar))
        return false;
    if (!stay->chosen && stay->city.at == NULL)
        return talk_step(talk, &stay_step_city);
    if (!stay_ask_day_of_month(
            talk, &calendar, stay->month, TEXT_STAY_MONTH_FULL, TEXT_STAY_DAY,
            TALK_VALUES(
                {.name = "city", .text = talk_localized(talk, &stay->city_name)},
                {.name = "title", .text = title_if_chosen(talk)},
                {.name = "least", .number = least_nights_to_tell(&calendar)},
                {.name = "check_in", .number = is_night ? FIELD_ABSENT : calendar.today + 1})))
        return false;
    put_far_button(talk, &calendar);
    put_quick_buttons(talk, &calendar);
    stay_put_exit_buttons(talk, TEXT_BUTTON_BACK);
    return true;
}

static bool set_check_out_and_continue(struct talk *talk, int32_t day);

static bool handle_check_in(struct talk *talk)
{
    struct stay *stay = talk->data;
    const struct calendar any = stay_make_empty_calendar(talk);
    int32_t day;

    if (!format_parse_date(talk->argument, any.today, &day))
        return stay_reply_not_understood(talk, TEXT_STAY_DAY_UNKNOWN);
    if (!stay_check_day_or_explain(talk, &any, day))
        return talk_step(talk, &stay_step_day);
    const int32_t end = stay_pending_check_out(stay, day);
    stay->check_in = day;
    stay->month = day + 1;
    stay->pending_nights = stay->pending_check_out = 0;
    return end > day ? set_check_out_and_continue(talk, end) : talk_step(talk, &stay_step_nights);
}

static bool go_back_from_check_in(struct talk *talk)
{
    struct stay *stay = talk->data;

    if (stay->chosen && stay->nights > 0 && stay->guests > 0)
        return talk_step(talk, &stay_step_apartment);
    stay->chosen = false;
    return talk_step(talk, &stay_step_city);
}

/* --- check-out --- */

/* Shows the choice of a check-out or, if the check-in is not available any more, of a check-in. */
static bool show_check_out_choice(struct talk *talk)
{
    struct stay *stay = talk->data;
    struct calendar calendar = stay_make_empty_calendar(talk);

    if (stay->check_in >= calendar.today &&
        !stay_fetch_days_if_chosen(talk, stay->check_in, stay->check_in + CALENDAR_NIGHTS_MAX + 1,
                                   &calendar))
        return false;
    if (!stay_check_day_or_explain(talk, &calendar, stay->check_in)) {
        stay->month = stay->check_in;
        return talk_step(talk, &stay_step_day);
    }
    calendar.check_in = stay->check_in;
    if (!stay_ask_day_of_month(talk, &calendar, stay->month, TEXT_STAY_MONTH_FULL, TEXT_STAY_NIGHTS,
                               TALK_VALUES({.name = "check_in", .number = stay->check_in},
                                           {.name = "most", .number = CALENDAR_NIGHTS_MAX},
                                           {.name = "title", .text = title_if_chosen(talk)})))
        return false;
    stay_put_exit_buttons(talk, TEXT_BUTTON_BACK);
    return true;
}

/* Sets the check-out, and goes to the first step whose answer is missing. */
static bool set_check_out_and_continue(struct talk *talk, int32_t day)
{
    struct stay *stay = talk->data;
    struct calendar calendar = stay_make_empty_calendar(talk);

    calendar.check_in = stay->check_in;
    if (calendar_day_status(&calendar, day) == CALENDAR_OPEN &&
        !stay_fetch_days_if_chosen(talk, stay->check_in, day + 1, &calendar))
        return false;
    if (!stay_check_day_or_explain(talk, &calendar, day))
        return talk_step(talk, &stay_step_nights);
    stay->nights = day - stay->check_in;
    stay->pending_nights = stay->pending_check_out = 0;
    return stay_go_to_missing_answer(talk);
}

/* Takes a check-out: a date or a number of nights. */
static bool handle_check_out(struct talk *talk)
{
    int32_t day;

    return stay_parse_check_out(talk->argument, stay_of(talk)->check_in, &day)
               ? set_check_out_and_continue(talk, day)
               : stay_reply_not_understood(talk, TEXT_STAY_NUMBER_UNKNOWN);
}

static bool choose_tapped_weekend(struct talk *talk)
{
    int32_t friday;

    if (!date_parse(talk->argument, &friday))
        return talk_step(talk, &stay_step_day);
    stay_of(talk)->check_in = stay_of(talk)->month = friday;
    return set_check_out_and_continue(talk, friday + WEEKEND_NIGHTS);
}

/* --- guests --- */

/* The maximum number of guests: of the chosen apartment if it is known, else of any. */
static int64_t max_guests(const struct stay *stay)
{
    return stay->chosen && stay->limit > 0 ? stay->limit : STAY_GUESTS_MAX;
}

static bool show_guest_count_choice(struct talk *talk)
{
    const int64_t max = max_guests(talk->data);

    talk_say(talk, TEXT_STAY_GUESTS);
    talk_new_row(talk);
    for (int number = 1; number <= GUESTS_OFFERED && number <= max; number++) {
        const struct slice digits = talk_printf(talk, "%d", number);
        talk_button(talk, digits, "guests", digits);
    }
    stay_put_exit_buttons(talk, TEXT_BUTTON_BACK);
    return true;
}

static bool handle_guest_count(struct talk *talk)
{
    int64_t guests;

    if (!parse_i64(slice_trim(talk->argument), 1, STAY_GUESTS_MAX, &guests))
        return stay_reply_not_understood(talk, TEXT_STAY_NUMBER_UNKNOWN);
    if (guests > max_guests(stay_of(talk))) {
        stay_add_guest_limit(talk);
        talk_add_html(talk, SLICE("\n\n"));
        return talk_step(talk, &stay_step_guests);
    }
    stay_of(talk)->guests = guests;
    return stay_go_to_missing_answer(talk);
}

/* --- words --- */

static bool handle_text_at_day(struct talk *talk)
{
    struct phrase phrase;
    enum stay_parsed parsed;
    int32_t day;

    if (format_parse_date(talk->argument, format_day_of(talk->input->now), &day))
        return handle_check_in(talk);
    if (!stay_parse_bare_days(talk, &phrase, &parsed))
        return false;
    return parsed == STAY_PARSED ? stay_apply_phrase_and_continue(talk, &phrase)
                                 : talk_hear_at_flow(talk);
}

static bool handle_text_at_nights(struct talk *talk)
{
    const int32_t check_in = stay_of(talk)->check_in;
    struct phrase phrase;
    enum stay_parsed parsed;
    int64_t number;
    int32_t day;

    if (parse_i64(slice_trim(talk->argument), 0, INT64_MAX, &number) ||
        format_parse_date(talk->argument, format_day_of(talk->input->now), &day))
        return handle_check_out(talk);
    if (!stay_parse_bare_check_out(talk, check_in, &phrase, &parsed) ||
        (parsed != STAY_PARSED && !stay_parse_or_ask_ai(talk, &phrase, &parsed)))
        return false;
    if (parsed != STAY_PARSED)
        return talk_hear_at_flow(talk);
    stay_move_check_in_to_check_out(&phrase);
    return stay_move_check_out_after(talk, check_in, &phrase) &&
           stay_apply_phrase_and_continue(talk, &phrase);
}

static bool handle_text_at_guests(struct talk *talk)
{
    int64_t number;

    if (parse_i64(slice_trim(talk->argument), 0, INT64_MAX, &number))
        return handle_guest_count(talk);
    return talk_hear_at_flow(talk);
}

/* --- starting with an apartment --- */

bool stay_begin_apartment(struct talk *talk, struct slice code)
{
    struct service_answer answer;
    struct stay_apartment apartment = {.id = {{0}}};

    if (!talk_begin(talk, &stay_flow))
        return false;
    struct stay *stay = talk->data;
    const struct slice path =
        talk_printf(talk, "/v1/apartments?code=%.*s&limit=1", SLICE_ARG(code));
    if (!talk_get(talk, path, &answer))
        return false;
    if (answer.status != 200 && answer.status != 422)
        return answer_fail_bad("no apartments", talk->fault);
    if (answer.status == 200 &&
        !stay_read_first_apartment(answer.body, talk->arena, &apartment, talk->fault))
        return false;
    if (uuid_is_nil(&apartment.id)) {
        talk_add_paragraph(talk, TEXT_STAY_FLAT_GONE);
        return true;
    }
    if (!stay_set_city_even_if_unknown(talk, apartment.city))
        return false;
    stay->apartment = apartment.id;
    stay->title = apartment.title;
    stay->limit = apartment.max_guests;
    return stay_ask_apartment_dates(talk);
}

/* --- the steps --- */

// clang-format off
static const struct flow_move day_moves[] = {
    {FLOW_TAP, "weekend", .act = choose_tapped_weekend},
    {FLOW_TAP, "back",    .act = go_back_from_check_in},
    STAY_CALENDAR_MOVES(handle_check_in, show_tapped_month, handle_text_at_day)
};
static const struct flow_move nights_moves[] = {
    STAY_CALENDAR_MOVES(handle_check_out, show_tapped_month, handle_text_at_nights)
};
static const struct flow_move guests_moves[] = {
    {FLOW_TAP,  "guests", .act = handle_guest_count},
    {FLOW_TEXT, NULL,     .act = handle_text_at_guests},
};
// clang-format on
const struct flow_step stay_step_day = {"day", show_check_in_choice, FLOW_MOVES(day_moves),
                                        .unheard = handle_check_in};
const struct flow_step stay_step_nights = {"nights", show_check_out_choice,
                                           FLOW_BACK(&stay_step_day, nights_moves),
                                           .unheard = handle_check_out};
const struct flow_step stay_step_guests = {"guests", show_guest_count_choice,
                                           FLOW_BACK(&stay_step_nights, guests_moves),
                                           .unheard = handle_guest_count};
