// SPDX-License-Identifier: MIT
/* Days that can be chosen: the calendar of an apartment or of any, why a day cannot be chosen, and
 * typed days. */
#include "base/date.h"
#include "base/parse.h"

#include "guest/calendar.h"
#include "guest/stay_steps.h"

enum {
    WEEK = 7,
    BARE_DAY_NIGHTS_MAX = 14 /* nights from check-in to a check-out without a month */
};

static const enum text day_texts[CALENDAR_STATUSES] = {
    [CALENDAR_PAST] = TEXT_STAY_DAY_PAST,     [CALENDAR_EARLY] = TEXT_STAY_DAY_EARLY,
    [CALENDAR_FAR] = TEXT_STAY_DAY_FAR,       [CALENDAR_TAKEN] = TEXT_STAY_DAY_TAKEN,
    [CALENDAR_CLOSED] = TEXT_STAY_DAY_CLOSED, [CALENDAR_SHORT] = TEXT_STAY_DAY_SHORT,
};

struct calendar stay_make_empty_calendar(const struct talk *talk)
{
    return (struct calendar){.today = format_day_of(talk->input->now), .check_in = DATE_ABSENT};
}

bool stay_fetch_apartment_days(struct talk *talk, const struct uuid *apartment, int32_t from,
                               int32_t end, struct calendar *calendar, bool *found)
{
    const struct slice more =
        talk_printf(talk, "calendar?from=%s&to=%s", talk_date(talk, from), talk_date(talk, end));
    struct service_answer answer;

    if (!talk_get(talk, talk_path(talk, "apartments", apartment, more.at), &answer))
        return false;
    *found = answer.status == 200;
    if (*found)
        return calendar_read(answer.body, from, talk->arena, calendar, talk->fault);
    if (answer.status != 404)
        return answer_fail_bad("no calendar", talk->fault);
    talk_add_paragraph(talk, TEXT_STAY_FLAT_GONE);
    return true;
}

bool stay_fetch_days_if_chosen(struct talk *talk, int32_t from, int32_t end,
                               struct calendar *calendar)
{
    struct stay *stay = talk->data;

    return !stay->chosen ||
           stay_fetch_apartment_days(talk, &stay->apartment, from, end, calendar, &stay->chosen);
}

static void put_calendar_buttons(struct talk *talk, const struct calendar_page *page)
{
    for (size_t i = 0; i < page->count; i++) {
        const struct calendar_button *button = &page->buttons[i];
        if (button->new_row)
            talk_new_row(talk);
        talk_button(talk, formatted_slice(&button->label), button->action,
                    slice_of(button->argument));
        if (button->is_disabled)
            talk_disable_button(talk);
    }
}

bool stay_ask_day_of_month(struct talk *talk, const struct calendar *calendar, int32_t month,
                           enum text full_text, enum text question, const struct text_value *values,
                           size_t count)
{
    struct calendar_page *page = arena_alloc(talk->arena, sizeof *page);

    if (page == NULL)
        return arena_fault(talk->fault);
    calendar_make_month_page(calendar, calendar_clamp_month(calendar, month), talk->language, page);
    if (full_text != TEXTS && !page->has_open && page->has_unavailable)
        talk_add_paragraph(talk, full_text);
    talk_add(talk, question, values, count);
    put_calendar_buttons(talk, page);
    return true;
}

bool stay_show_tapped_month(struct talk *talk, int32_t *month)
{
    int32_t wanted;

    if (date_parse(talk->argument, &wanted))
        *month = wanted;
    return talk_step(talk, talk->step);
}

/* Explains why a day cannot be chosen. `min_nights`: the minimum nights; 0: not known. */
static void explain_unavailable_day(struct talk *talk, enum calendar_status status,
                                    int64_t min_nights)
{
    const bool is_short = status == CALENDAR_SHORT && min_nights > 0;

    talk_show_notice_values(talk, day_texts[status],
                            &(struct text_value){.name = "least", .number = min_nights}, is_short);
}

bool stay_explain_tapped_day(struct talk *talk)
{
    struct slice least = talk->argument;
    const struct slice name = slice_cut(&least, '-');
    int64_t nights;

    if (!parse_i64(least, 1, STAY_NIGHTS_MAX, &nights))
        nights = 0;
    for (enum calendar_status status = CALENDAR_OPEN + 1; status < CALENDAR_STATUSES; status++)
        if (slice_is(name, calendar_status_names[status]))
            explain_unavailable_day(talk, status, nights);
    return true;
}

bool stay_check_day_or_explain(struct talk *talk, const struct calendar *calendar, int32_t day)
{
    const enum calendar_status status = calendar_day_status(calendar, day);

    if (status != CALENDAR_OPEN)
        explain_unavailable_day(talk, status, calendar_min_nights_if_chosen(calendar, day));
    return status == CALENDAR_OPEN;
}

/* --- dates and guests of the search --- */

struct slice stay_format_far_dates(const struct talk *talk)
{
    const struct stay *stay = talk->data;
    const int32_t nights = (int32_t)stay->pending_nights;
    const struct formatted dates =
        nights > 0 ? format_date_range(stay->far, stay->far + nights, talk->language)
                   : format_short_date(stay->far, talk->language);

    return talk_printf(talk, "%s %d", dates.text, date_to_civil(stay->far + nights).year);
}

void stay_ask_about_far_dates(struct talk *talk)
{
    talk_add(talk, TEXT_STAY_FAR_DATES,
             TALK_VALUES({.name = "line", .text = stay_format_far_dates(talk)}));
    talk_add_html(talk, SLICE("\n\n"));
}

bool stay_refuse_short_stay(struct talk *talk)
{
    struct stay *stay = talk->data;
    struct calendar calendar = stay_make_empty_calendar(talk);
    const int32_t check_out = stay->check_in + (int32_t)stay->nights;

    if (!stay->chosen || stay->nights == 0)
        return true;
    if (!stay_fetch_days_if_chosen(talk, stay->check_in, check_out + 1, &calendar))
        return false;
    calendar.check_in = stay->check_in;
    if (calendar_day_status(&calendar, check_out) != CALENDAR_SHORT)
        return true; /* nights that are taken have alternatives */
    explain_unavailable_day(talk, CALENDAR_SHORT,
                            calendar_min_nights_if_chosen(&calendar, check_out));
    stay->nights = 0;
    return true;
}

bool stay_parse_check_out(struct slice text, int32_t check_in, int32_t *check_out)
{
    int64_t number;

    if (!parse_i64(slice_trim(text), 1, DATE_DAY_OF_MONTH_MAX, &number))
        return format_parse_date(text, check_in, check_out);
    if (number <= WEEK || !date_find_next(check_in + 1, 0, (int)number, check_out) ||
        *check_out - check_in > BARE_DAY_NIGHTS_MAX)
        *check_out = check_in + (int32_t)number;
    return *check_out - check_in <= CALENDAR_NIGHTS_MAX;
}

int32_t stay_pending_check_out(const struct stay *stay, int32_t check_in)
{
    return stay->pending_nights > 0 ? check_in + (int32_t)stay->pending_nights
                                    : stay->pending_check_out;
}

void stay_add_guest_limit(struct talk *talk)
{
    talk_add(talk, TEXT_STAY_GUESTS_LIMIT,
             TALK_VALUES({.name = "limit", .number = stay_of(talk)->limit}));
}
