// SPDX-License-Identifier: MIT
#include "guest/calendar.h"

#include <stdio.h>
enum { WEEK = 7, LONGEST_MONTH = 31, LABEL_MAX = 40, MIN_NIGHTS_MAX = 366 };

#define BLANK  "·"
#define STROKE "\xcc\xb6" /* U+0336, over the character before it */

const char *const calendar_status_names[CALENDAR_STATUSES] = {
    [CALENDAR_OPEN] = "",       [CALENDAR_PAST] = "past",   [CALENDAR_EARLY] = "early",
    [CALENDAR_FAR] = "far",     [CALENDAR_TAKEN] = "taken", [CALENDAR_CLOSED] = "closed",
    [CALENDAR_SHORT] = "short",
};

/* --- what can be chosen --- */

static const struct calendar_day *find_day_or_default(const struct calendar *calendar, int32_t day)
{
    static const struct calendar_day unknown = {.min_nights = 0};
    const int64_t i = (int64_t)day - calendar->first;

    return i >= 0 && i < (int64_t)calendar->count ? &calendar->days[i] : &unknown;
}

/* The day among those that were read; NULL: it is not among them. */
static struct calendar_day *find_known_day(struct calendar *calendar, int32_t day)
{
    const int64_t i = (int64_t)day - calendar->first;

    return i >= 0 && i < (int64_t)calendar->count ? &calendar->days[i] : NULL;
}

static bool mark_free_if_buffer(struct calendar *calendar, int32_t day)
{
    struct calendar_day *known = find_known_day(calendar, day);
    const bool is_buffer = known != NULL && known->buffer;

    if (is_buffer)
        known->taken = false;
    return is_buffer;
}

/* Also allows `check_in` as check-in, even if that day has no_check_in: it may stay the same. */
void calendar_mark_stay_free(struct calendar *calendar, int32_t check_in, int32_t check_out)
{
    struct calendar_day *known = find_known_day(calendar, check_in);
    int32_t day;

    if (known != NULL)
        known->no_check_in = false;
    for (day = check_in; day < check_out; day++)
        if ((known = find_known_day(calendar, day)) != NULL)
            known->taken = false;
    while (mark_free_if_buffer(calendar, day))
        day++;
    for (day = check_in - 1; mark_free_if_buffer(calendar, day);)
        day--;
}

static int64_t min_nights_of_stay(const struct calendar *calendar, int32_t check_in,
                                  int32_t check_out)
{
    int64_t least = 0;

    for (int32_t night = check_in; night < check_out; night++)
        if (find_day_or_default(calendar, night)->min_nights > least)
            least = find_day_or_default(calendar, night)->min_nights;
    return least;
}

int64_t calendar_min_nights_if_chosen(const struct calendar *calendar, int32_t day)
{
    return calendar->check_in == DATE_ABSENT
               ? min_nights_of_stay(calendar, day, day + 1)
               : min_nights_of_stay(calendar, calendar->check_in, day);
}

int64_t calendar_least_nights(const struct calendar *calendar)
{
    int64_t least = MIN_NIGHTS_MAX + 1;

    for (size_t i = 0; i < calendar->count; i++) {
        const struct calendar_day *day = &calendar->days[i];
        if (!day->taken && !day->no_check_in && day->min_nights > 0 && day->min_nights < least)
            least = day->min_nights;
    }
    return least <= MIN_NIGHTS_MAX ? least : 0;
}

static enum calendar_status check_out_status(const struct calendar *calendar, int32_t check_in,
                                             int32_t day)
{
    if (day <= check_in)
        return CALENDAR_EARLY;
    if (day - check_in > CALENDAR_NIGHTS_MAX)
        return CALENDAR_FAR;
    for (int32_t night = check_in; night < day; night++)
        if (find_day_or_default(calendar, night)->taken)
            return CALENDAR_TAKEN;
    if (find_day_or_default(calendar, day)->no_check_out)
        return CALENDAR_CLOSED;
    return day - check_in < min_nights_of_stay(calendar, check_in, day) ? CALENDAR_SHORT
                                                                        : CALENDAR_OPEN;
}

/* Whether check-in is possible on the day. It is not if there is no possible check-out after it. */
static enum calendar_status check_in_status(const struct calendar *calendar, int32_t day)
{
    if (day < calendar->today)
        return CALENDAR_PAST;
    if (day - calendar->today > CALENDAR_WINDOW_DAYS)
        return CALENDAR_FAR;
    if (find_day_or_default(calendar, day)->taken)
        return CALENDAR_TAKEN;
    if (find_day_or_default(calendar, day)->no_check_in)
        return CALENDAR_CLOSED;
    for (int32_t nights = 1; nights <= CALENDAR_NIGHTS_MAX; nights++)
        if (check_out_status(calendar, day, day + nights) == CALENDAR_OPEN)
            return CALENDAR_OPEN;
    return CALENDAR_SHORT;
}

enum calendar_status calendar_day_status(const struct calendar *calendar, int32_t day)
{
    if (calendar->check_in == DATE_ABSENT)
        return check_in_status(calendar, day);
    return day < calendar->today ? CALENDAR_PAST
                                 : check_out_status(calendar, calendar->check_in, day);
}

/* --- months --- */

static int32_t first_day_of_month(int32_t day)
{
    return day - date_to_civil(day).day + 1;
}

int32_t calendar_next_month_start(int32_t day)
{
    return first_day_of_month(first_day_of_month(day) + LONGEST_MONTH);
}

/* The last day that may be chosen. Check-out must not be after a taken night. */
static int32_t last_choosable_day(const struct calendar *calendar)
{
    int32_t last = calendar->check_in;

    if (calendar->check_in == DATE_ABSENT)
        return calendar->today + CALENDAR_WINDOW_DAYS;
    while (last - calendar->check_in < CALENDAR_NIGHTS_MAX &&
           !find_day_or_default(calendar, last)->taken)
        last++;
    return last;
}

int32_t calendar_clamp_month(const struct calendar *calendar, int32_t wanted_day)
{
    const int32_t first = calendar->check_in == DATE_ABSENT ? calendar->today : calendar->check_in,
                  last = last_choosable_day(calendar);

    return first_day_of_month(wanted_day < first ? first : wanted_day > last ? last : wanted_day);
}

/* --- buttons --- */

static struct calendar_button *put_button(struct calendar_page *page, const char *label)
{
    struct calendar_button *button = &page->buttons[page->count++];

    *button = (struct calendar_button){.action = CALENDAR_NO, .is_disabled = true};
    button->label.len =
        (size_t)snprintf(button->label.text, sizeof button->label.text, "%s", label);
    return button;
}

/* Adds a button that shows the month beginning with the day `month`, or a blank one if that month
 * has no day to choose. */
static void put_month_button(const struct calendar *calendar, int32_t month,
                             const char *label_prefix, const char *label_suffix,
                             enum language language, struct calendar_page *page)
{
    char label[LABEL_MAX + 1];

    if (calendar_clamp_month(calendar, month) != month) {
        put_button(page, BLANK);
        return;
    }
    snprintf(label, sizeof label, "%s%s%s", label_prefix, format_month_name(month, language),
             label_suffix);
    struct calendar_button *button = put_button(page, label);
    button->action = CALENDAR_MONTH;
    button->is_disabled = false;
    date_format(month, button->argument);
}

static void put_header_buttons(const struct calendar *calendar, int32_t month,
                               enum language language, struct calendar_page *page)
{
    const struct formatted title = format_month(month, language);

    put_month_button(calendar, first_day_of_month(month - 1), "← ", "", language, page);
    put_button(page, title.text);
    put_month_button(calendar, calendar_next_month_start(month), "", " →", language, page);
    for (int weekday = 1; weekday <= WEEK; weekday++)
        put_button(page, format_weekday_name(weekday, language))->new_row = weekday == 1;
    page->buttons[0].new_row = true;
}

static bool is_unavailable(enum calendar_status status)
{
    return status == CALENDAR_TAKEN || status == CALENDAR_CLOSED || status == CALENDAR_SHORT;
}

/* Writes the label of a day: "22"; the chosen check-in "[22]"; struck through if unavailable. */
static void format_day_label(const struct calendar *calendar, int32_t day,
                             enum calendar_status status, char label[LABEL_MAX + 1])
{
    const int number = date_to_civil(day).day, tens = number / 10, ones = number % 10;

    if (day == calendar->check_in)
        snprintf(label, LABEL_MAX, "[%d]", number);
    else if (status == CALENDAR_OPEN)
        snprintf(label, LABEL_MAX, "%d", number);
    else if (!is_unavailable(status))
        snprintf(label, LABEL_MAX, BLANK);
    else if (tens > 0)
        snprintf(label, LABEL_MAX, "%d" STROKE "%d" STROKE, tens, ones);
    else
        snprintf(label, LABEL_MAX, "%d" STROKE, ones);
}

static void set_status_argument(const struct calendar *calendar, int32_t day,
                                enum calendar_status status, struct calendar_button *button)
{
    const int64_t least = calendar_min_nights_if_chosen(calendar, day);
    const bool named = status == CALENDAR_SHORT && least > 0 && least <= MIN_NIGHTS_MAX;

    if (named)
        snprintf(button->argument, sizeof button->argument, "%s-%d", calendar_status_names[status],
                 (int)least);
    else
        snprintf(button->argument, sizeof button->argument, "%s", calendar_status_names[status]);
}

static void put_day_button(const struct calendar *calendar, int32_t day, struct calendar_page *page)
{
    const enum calendar_status status = calendar_day_status(calendar, day);
    char label[LABEL_MAX + 1];

    format_day_label(calendar, day, status, label);
    struct calendar_button *button = put_button(page, label);
    button->is_disabled = status == CALENDAR_PAST;
    if (status == CALENDAR_OPEN) {
        button->action = CALENDAR_DAY;
        date_format(day, button->argument);
        page->has_open = true;
    } else {
        page->has_unavailable = page->has_unavailable || is_unavailable(status);
        set_status_argument(calendar, day, status, button);
    }
}

/* Adds the days of a week. Omits the week if all its days are blank, such as past ones. */
static void put_week_buttons(const struct calendar *calendar, int32_t monday, int32_t month,
                             int32_t next_month, struct calendar_page *page)
{
    const size_t before = page->count;
    bool is_shown = false;

    for (int32_t day = monday; day < monday + WEEK; day++) {
        const size_t at = page->count;
        if (day < month || day >= next_month)
            put_button(page, BLANK);
        else
            put_day_button(calendar, day, page);
        page->buttons[at].new_row = day == monday;
        is_shown = is_shown || !slice_is(formatted_slice(&page->buttons[at].label), BLANK);
    }
    if (!is_shown)
        page->count = before;
}

void calendar_make_month_page(const struct calendar *calendar, int32_t month_start,
                              enum language language, struct calendar_page *out)
{
    const int32_t next = calendar_next_month_start(month_start);

    out->count = 0;
    out->has_open = out->has_unavailable = false;
    put_header_buttons(calendar, month_start, language, out);
    for (int32_t monday = month_start - date_weekday(month_start) + 1; monday < next;
         monday += WEEK)
        put_week_buttons(calendar, monday, month_start, next, out);
}
