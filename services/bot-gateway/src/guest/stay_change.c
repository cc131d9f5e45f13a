// SPDX-License-Identifier: MIT
/* Other dates for a booking: the calendar of its apartment, in which the nights of the stay itself
 * are free; the changes as a dry run of booking-api reports them; and the change. */
#include "base/date.h"
#include "base/parse.h"

#include "guest/stay_parse.h"
#include "guest/stay_steps.h"
#include "texts/bot_settings.h"

#define CHANGE "change-dates"

/* --- a booking that cannot be changed --- */

/* Shows the booking with the reason why its dates cannot be changed. If the free change has ended,
 * the reason says until when it was possible. */
static bool explain_unchangeable_booking(struct talk *talk, const struct stay_booking *booking)
{
    if (stay_has_ended(booking))
        return talk_step_with(talk, TEXT_STAY_MOVED_ON, &stay_step_booking);
    if (booking->free_until == FIELD_ABSENT || booking->free_until > talk->input->now)
        talk_add_with_support(talk, TEXT_STAY_CHANGE_NEVER);
    else
        talk_add(
            talk, TEXT_STAY_CHANGE_LATE,
            TALK_VALUES({.name = "until", .number = booking->free_until, .other = talk->input->now},
                        {.name = "support", .text = talk->input->settings->support}));
    talk_add_html(talk, SLICE("\n\n"));
    return talk_step(talk, &stay_step_booking);
}

/* Reads the booking. If its dates cannot be changed, informs the person and stops the move. */
static bool fetch_changeable_booking(struct talk *talk, struct stay_booking *booking)
{
    if (!stay_fetch_booking(talk, booking))
        return false;
    if (stay_find_allowed_action(booking, "change-dates") != NULL)
        return true;
    return talk_stop(talk, uuid_is_nil(&booking->id) ? talk_step(talk, &stay_step_booking)
                                                     : explain_unchangeable_booking(talk, booking));
}

bool stay_begin_date_change(struct talk *talk)
{
    struct stay_booking booking;

    if (!fetch_changeable_booking(talk, &booking))
        return false;
    stay_of(talk)->change = (struct stay_change){.apartment = booking.apartment,
                                                 .was_in = booking.check_in,
                                                 .was_out = booking.check_out,
                                                 .month = booking.check_in};
    return talk_step(talk, &stay_step_new_day);
}

/* --- the calendar --- */

/* Reads the days of the apartment for a month and the longest stay from its last day. If there is
 * no such apartment any more, shows the booking and stops the move. */
static bool fetch_days_own_nights_free(struct talk *talk, int32_t from, int32_t end,
                                       struct calendar *calendar)
{
    const struct stay_change *change = &stay_of(talk)->change;
    bool found;

    if (!stay_fetch_apartment_days(talk, &change->apartment, from, end, calendar, &found))
        return false;
    if (!found)
        return talk_stop(talk, talk_step(talk, &stay_step_booking));
    calendar_mark_stay_free(calendar, change->was_in, change->was_out);
    return true;
}

static bool show_new_check_in_choice(struct talk *talk)
{
    const struct stay_change *change = &stay_of(talk)->change;
    struct calendar calendar = stay_make_empty_calendar(talk);
    const int32_t month = calendar_clamp_month(&calendar, change->month),
                  first = month < calendar.today ? calendar.today : month;

    if (!fetch_days_own_nights_free(
            talk, first, calendar_next_month_start(month) + CALENDAR_NIGHTS_MAX + 1, &calendar) ||
        !stay_ask_day_of_month(talk, &calendar, month, TEXT_STAY_MONTH_FULL, TEXT_STAY_CHANGE_DAY,
                               TALK_VALUES({.name = "check_in", .number = change->was_in},
                                           {.name = "check_out", .number = change->was_out})))
        return false;
    stay_put_exit_buttons(talk, TEXT_BUTTON_BACK);
    return true;
}

/* Shows the choice of a new check-out or, if the check-in is not available, of a check-in. */
static bool show_new_check_out_choice(struct talk *talk)
{
    struct stay_change *change = &stay_of(talk)->change;
    struct calendar calendar = stay_make_empty_calendar(talk);

    if (change->check_in >= calendar.today &&
        !fetch_days_own_nights_free(talk, change->check_in,
                                    change->check_in + CALENDAR_NIGHTS_MAX + 1, &calendar))
        return false;
    if (!stay_check_day_or_explain(talk, &calendar, change->check_in)) {
        change->month = change->check_in;
        return talk_step(talk, &stay_step_new_day);
    }
    calendar.check_in = change->check_in;
    if (!stay_ask_day_of_month(talk, &calendar, change->month, TEXT_STAY_MONTH_FULL,
                               TEXT_STAY_NIGHTS,
                               TALK_VALUES({.name = "check_in", .number = change->check_in},
                                           {.name = "most", .number = CALENDAR_NIGHTS_MAX})))
        return false;
    stay_put_exit_buttons(talk, TEXT_BUTTON_BACK);
    return true;
}

static bool show_tapped_month(struct talk *talk)
{
    return stay_show_tapped_month(talk, &stay_of(talk)->change.month);
}

/* Takes new dates. Checks only the limits of any calendar; booking-api checks the days of the
 * apartment. */
bool stay_preview_new_dates(struct talk *talk, int32_t check_in, int32_t check_out)
{
    struct stay_change *change = &stay_of(talk)->change;
    struct calendar any = stay_make_empty_calendar(talk);

    if (!stay_check_day_or_explain(talk, &any, check_in))
        return talk_step(talk, &stay_step_new_day);
    change->check_in = any.check_in = check_in;
    change->month = check_in + 1;
    if (check_out == DATE_ABSENT || !stay_check_day_or_explain(talk, &any, check_out))
        return talk_step(talk, &stay_step_new_end);
    change->check_out = check_out;
    return talk_step(talk, &stay_step_change);
}

static bool handle_new_check_in(struct talk *talk)
{
    int32_t day;

    if (!format_parse_date(talk->argument, format_day_of(talk->input->now), &day))
        return stay_reply_not_understood(talk, TEXT_STAY_DAY_UNKNOWN);
    return stay_preview_new_dates(talk, day, DATE_ABSENT);
}

/* Takes a new check-out: a date or a number of nights. */
static bool handle_new_check_out(struct talk *talk)
{
    const int32_t check_in = stay_of(talk)->change.check_in;
    int32_t day;

    return stay_parse_check_out(talk->argument, check_in, &day)
               ? stay_preview_new_dates(talk, check_in, day)
               : stay_reply_not_understood(talk, TEXT_STAY_NUMBER_UNKNOWN);
}

/* --- refusals of booking-api --- */

/* Names the taken nights: "22 ноя вс, 24 ноя вт…" */
static bool explain_taken_nights(struct talk *talk, const struct answer_refusal *refusal)
{
    struct slice nights = SLICE("");

    for (size_t i = 0; i < refusal->taken_count; i++) {
        const struct formatted night = format_short_date(refusal->taken[i], talk->language);
        nights = talk_join(talk, nights, ", ", talk_printf(talk, "%s", night.text));
    }
    if (refusal->more_taken)
        nights = talk_printf(talk, "%.*s…", SLICE_ARG(nights));
    talk_add(talk, TEXT_STAY_CHANGE_TAKEN, TALK_VALUES({.name = "taken", .text = nights}));
    talk_add_html(talk, SLICE("\n\n"));
    return talk_step(talk, &stay_step_new_day);
}

/* Codes with which booking-api refuses dates: the text, and the step that asks for them again. */
static const struct talk_refusal bad_dates[] = {
    {"in_the_past",         TEXT_STAY_DAY_PAST,   &stay_step_new_day},
    {"beyond_window",       TEXT_STAY_DAY_FAR,    &stay_step_new_day},
    {"too_late",            TEXT_STAY_DAY_CLOSED, &stay_step_new_day},
    {"closed_to_arrival",   TEXT_STAY_DAY_CLOSED, &stay_step_new_day},
    {"closed_to_departure", TEXT_STAY_DAY_CLOSED, &stay_step_new_end},
    {"min_nights",          TEXT_STAY_DAY_SHORT,  &stay_step_new_end},
    {"max_nights",          TEXT_STAY_DAY_FAR,    &stay_step_new_end},
};

/* Handles a refusal of the change. `had_expected_total` is true if the request had an expected
 * total. */
static bool explain_refused_change(struct talk *talk, const struct service_answer *answer,
                                   bool had_expected_total)
{
    struct answer_refusal *refusal = arena_alloc(talk->arena, sizeof *refusal);
    struct stay_booking booking;

    if (refusal == NULL)
        return arena_fault(talk->fault);
    if (!answer_read_refusal(answer->body, talk->arena, refusal, talk->fault))
        return false;
    if (slice_is(refusal->code, "change_not_free")) /* the booking shows the reason */
        return fetch_changeable_booking(talk, &booking) &&
               stay_explain_refused_action(talk, answer);
    if (had_expected_total && slice_is(refusal->code, "total_changed"))
        return talk_step_with(talk, TEXT_STAY_PRICE_OLD, &stay_step_change);
    if (slice_is(refusal->code, "nights_taken"))
        return explain_taken_nights(talk, refusal);
    const struct talk_refusal *why = talk_find_refusal(bad_dates, ARRAY_LEN(bad_dates), refusal);
    return why != NULL ? talk_refuse(talk, why->text, why->step)
                       : stay_explain_refused_action(talk, answer);
}

/* --- the changes --- */

/* Posts the action with the new dates. `more_members`: further JSON members of the body. */
static bool post_new_dates(struct talk *talk, const char *action, struct slice more_members,
                           struct service_answer *answer)
{
    const struct stay_change *change = &stay_of(talk)->change;

    return stay_post_action(talk, action,
                            talk_printf(talk, "{\"check_in\":\"%s\",\"check_out\":\"%s\"%s}",
                                        talk_date(talk, change->check_in),
                                        talk_date(talk, change->check_out), more_members.at),
                            answer);
}

/* Values of a booking before or after the change. */
#define STAY_OF(booking)                                                                           \
    STAY_NIGHTS((booking)->check_in, (booking)->check_out, (booking)->guests),                     \
        {.name = "code", .text = (booking)->code},                                                 \
    {                                                                                              \
        .name = "total", .number = (booking)->total                                                \
    }

enum { PAID, AHEAD, REST, REFUND, SUMS };

/* The sums of the changed booking: paid so far, to be paid in advance, to be paid on arrival, to be
 * refunded. Of a confirmed booking nothing is to be paid in advance, of a claimed payment only what
 * the guest has claimed. */
static void compute_payment_sums(const struct stay_booking *changed, int64_t sums[SUMS])
{
    const bool waits = !slice_is(changed->status, "confirmed");

    sums[PAID] = changed->paid > 0 ? changed->paid : 0;
    sums[AHEAD] = waits && changed->deposit > sums[PAID] ? changed->deposit - sums[PAID] : 0;
    if (changed->claimed > 0)
        sums[AHEAD] = changed->claimed;
    sums[REST] = changed->total - sums[PAID] - sums[AHEAD];
    sums[REFUND] = -sums[REST]; /* also of a payment that is claimed, once it is confirmed */
}

static bool show_change_preview(struct talk *talk)
{
    struct stay_change *change = &stay_of(talk)->change;
    struct service_answer answer;
    struct stay_booking booking, would;
    int64_t sums[SUMS];

    if (!fetch_changeable_booking(talk, &booking))
        return false;
    if (booking.check_in == change->check_in && booking.check_out == change->check_out)
        return talk_refuse(talk, TEXT_STAY_CHANGE_SAME, &stay_step_new_day);
    if (!post_new_dates(talk, CHANGE "?dry_run=true", SLICE(""), &answer))
        return false;
    if (answer.status != 200)
        return explain_refused_change(talk, &answer, false);
    if (!stay_read_dry_run_booking(answer.body, talk->arena, &would, talk->fault))
        return false;
    change->total = would.total;
    compute_payment_sums(&would, sums);
    talk_add(talk, TEXT_STAY_CHANGE_FROM, TALK_VALUES(STAY_OF(&booking)));
    talk_add(talk, TEXT_STAY_CHANGE_TO,
             TALK_VALUES(STAY_OF(&would), {.name = "paid", .number = text_if_positive(sums[PAID])},
                         {.name = "deposit", .number = text_if_positive(sums[AHEAD])},
                         {.name = "rest", .number = text_if_positive(sums[REST])},
                         {.name = "refund", .number = text_if_positive(sums[REFUND])}));
    talk_put_button(talk, TEXT_STAY_BUTTON_CHANGE, "yes");
    stay_put_exit_buttons(talk, TEXT_BUTTON_BACK);
    return true;
}

/* Asks booking-api to change the dates. It refuses if the total is no longer the shown one. */
static bool change_dates(struct talk *talk)
{
    const char *total = talk_money_member(talk, "expected_total", stay_of(talk)->change.total);
    struct service_answer answer;

    if (!post_new_dates(talk, CHANGE, talk_printf(talk, ",%s", total), &answer))
        return false;
    if (answer.status != 200)
        return explain_refused_change(talk, &answer, true);
    talk_add_paragraph(talk, TEXT_STAY_CHANGED);
    return stay_show_returned_booking(talk, &answer);
}

/* --- words --- */

static bool extends_stay(const struct talk *talk)
{
    return talk->heard.remark.extends;
}

/* Parses new dates, or a bare check-out after `check_in`: "до 25". */
static bool parse_new_dates_after(struct talk *talk, int32_t check_in, struct phrase *phrase,
                                  bool *only_dates)
{
    enum stay_parsed parsed;

    if (!stay_parse_bare_check_out(talk, check_in, phrase, &parsed))
        return false;
    if (parsed != STAY_PARSED)
        return stay_parse_new_dates(talk, phrase, only_dates);
    stay_move_check_in_to_check_out(phrase);
    *only_dates = true;
    return true;
}

/* Takes new dates. If the phrase has no check-in, its nights or check-out follow
 * `default_check_in`. Nights that extend the stay are added to those of the booking. */
static bool preview_parsed_dates(struct talk *talk, struct phrase *phrase, int32_t default_check_in,
                                 const struct flow_step *step_if_unsure)
{
    const struct stay_change *change = &stay_of(talk)->change;
    const bool begins = phrase->check_in != DATE_ABSENT;
    const int32_t booked = extends_stay(talk) ? change->was_out - change->was_in : 0;

    if ((phrase->ask & PHRASE_ASK_DATES) != 0)
        return talk_step_with(talk, TEXT_STAY_UNSURE_DATES, step_if_unsure);
    if (!stay_move_check_out_after(talk, default_check_in, phrase))
        return false;
    return stay_preview_new_dates(talk, begins ? phrase->check_in : default_check_in,
                                  !begins && phrase->nights > 0
                                      ? default_check_in + booked + phrase->nights
                                      : phrase->check_out);
}

static bool handle_text_at_new_day(struct talk *talk)
{
    const int32_t was_in = stay_of(talk)->change.was_in;
    struct phrase phrase;
    bool only_dates;
    int32_t day;

    if (format_parse_date(talk->argument, format_day_of(talk->input->now), &day))
        return handle_new_check_in(talk);
    if (!parse_new_dates_after(talk, was_in, &phrase, &only_dates))
        return false;
    return only_dates ? preview_parsed_dates(talk, &phrase, was_in, &stay_step_new_day)
                      : talk_hear_at_flow(talk);
}

static bool handle_text_at_new_end(struct talk *talk)
{
    const int32_t check_in = stay_of(talk)->change.check_in;
    struct phrase phrase;
    bool only_dates;
    int64_t number;
    int32_t day;

    if (parse_i64(slice_trim(talk->argument), 0, INT64_MAX, &number) ||
        format_parse_date(talk->argument, format_day_of(talk->input->now), &day))
        return handle_new_check_out(talk);
    if (!parse_new_dates_after(talk, check_in, &phrase, &only_dates))
        return false;
    if (!only_dates)
        return talk_hear_at_flow(talk);
    stay_move_check_in_to_check_out(&phrase);
    return preview_parsed_dates(talk, &phrase, check_in, &stay_step_new_end);
}

bool stay_preview_new_dates_if_named(struct talk *talk)
{
    const int32_t was_in = stay_of(talk)->change.was_in;
    struct phrase phrase;
    bool only_dates;

    if (!parse_new_dates_after(talk, was_in, &phrase, &only_dates))
        return false;
    return !only_dates || (phrase.check_in == DATE_ABSENT && !extends_stay(talk)) ||
           preview_parsed_dates(talk, &phrase, was_in, &stay_step_new_day);
}

/* --- the steps --- */

// clang-format off
static const struct flow_move new_day_moves[] = {
    STAY_CALENDAR_MOVES(handle_new_check_in, show_tapped_month, handle_text_at_new_day)
};
static const struct flow_move new_end_moves[] = {
    STAY_CALENDAR_MOVES(handle_new_check_out, show_tapped_month, handle_text_at_new_end)
};
static const struct flow_move change_moves[] = {
    {FLOW_TAP,  "yes",  change_dates, REMARK_YES, .label = TEXT_STAY_BUTTON_CHANGE},
    {FLOW_WORDS, NULL,   talk_go_back, .remark = REMARK_NO},
    {FLOW_TEXT, NULL,   .act = handle_text_at_new_day},
};
// clang-format on
const struct flow_step stay_step_new_day = {"new_day", show_new_check_in_choice,
                                            FLOW_BACK(&stay_step_booking, new_day_moves)};
const struct flow_step stay_step_new_end = {"new_end", show_new_check_out_choice,
                                            FLOW_BACK(&stay_step_new_day, new_end_moves)};
const struct flow_step stay_step_change = {"change", show_change_preview,
                                           FLOW_BACK(&stay_step_new_day, change_moves)};
