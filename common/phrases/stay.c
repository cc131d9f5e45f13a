// SPDX-License-Identifier: MIT
/* Resolves days on the calendar by the rules of tests/data/phrases/README.md, "Dates". */
#include <stdlib.h>

#include "base/date.h"

#include "phrases/days.h"

enum {
    TOO_FAR = 270,       /* days; a date without a year that is further ahead counts as past */
    FARTHEST = 365,      /* days; a date beyond cannot be booked */
    OVER_MONTH_MAX = 10, /* maximum of nights of a stay into another month that is not named */
    WEEK = 7,
    FRIDAY = 5,
    SATURDAY = 6,
    SUNDAY = 7
};

struct stay {
    int32_t check_in, check_out; /* DATE_ABSENT: not known */
    int32_t nights;
    bool vague;
    bool unclear;
};

static int32_t date_of_next_weekday(int32_t day, int weekday)
{
    return day + 1 + (weekday - date_weekday(day + 1) + WEEK) % WEEK;
}

/* The date of a point. Without a year it is at most `ahead_max` nights ahead. */
static bool resolve_date_point(int32_t ahead_max, int32_t from, const struct point *point,
                               int32_t *out)
{
    if (point->year != 0)
        return date_from_civil((struct date_civil){point->year, point->month, point->day}, out);
    return date_find_next(from, point->month, point->day, out) && *out - from <= ahead_max;
}

static bool resolve_weekday_of_week(const struct days *days, int32_t today, int weekday,
                                    int32_t *out)
{
    const int32_t monday = today - (date_weekday(today) - 1);

    *out = monday + (days->next_week ? WEEK : 0) + weekday - 1;
    return *out >= today;
}

static bool resolve_weekday(const struct days *days, const struct point *point, int32_t today,
                            int32_t after, int32_t *out)
{
    const int weekday = (int)point->days;

    if (point->which == WHICH_NEXT)
        return false;
    if (after != DATE_ABSENT) {
        *out = date_of_next_weekday(after, weekday);
        return true;
    }
    if (days->next_week || days->this_week)
        return resolve_weekday_of_week(days, today, weekday, out);
    if (date_weekday(today) == weekday && point->role != POINT_END) {
        *out = point->which == WHICH_NEAREST ? today + WEEK : today;
        return point->which == WHICH_THIS || point->which == WHICH_NEAREST;
    }
    *out = date_of_next_weekday(today, weekday);
    return true;
}

/* Resolves a point to a date later than `after` or, if `after` is DATE_ABSENT, not before today. */
static bool resolve_point(const struct days *days, const struct point *point, int32_t today,
                          int32_t after, int32_t *out)
{
    const int32_t from = after != DATE_ABSENT ? after + 1 : today;
    bool found = false;

    switch (point->kind) {
    case POINT_DAY:
        found = date_find_next(from, 0, point->day, out);
        break;
    case POINT_DATE:
        found = resolve_date_point(days->ahead_max, from, point, out);
        break;
    case POINT_OFFSET:
        *out = today + point->days;
        found = true;
        break;
    case POINT_WEEKDAY:
        found = resolve_weekday(days, point, today, after, out);
        break;
    }
    return found && *out >= from && (point->weekday == 0 || date_weekday(*out) == point->weekday) &&
           (!point->from_now || *out == today + point->days);
}

/* If only the end has a month, sets the month of the beginning: the same, or the month before if
 * its day is later in the month. False if only one of them has a month and both have the same day,
 * or if a stay across the end of a month is longer than OVER_MONTH_MAX or has a day that the month
 * lacks. */
static bool set_month_of_beginning(const struct days *days, struct point *first, struct point *last,
                                   int32_t today)
{
    int32_t end, begin;

    if (first->kind != POINT_DAY || last->kind != POINT_DATE)
        return first->kind != POINT_DATE || last->kind != POINT_DAY || first->day != last->day;
    if (first->day == last->day)
        return false;
    first->kind = POINT_DATE;
    first->month = last->month;
    first->year = last->year;
    if (first->day < last->day)
        return true;
    if (first->month == 1) {
        first->month = 12;
        first->year -= first->year != 0;
    } else {
        first->month--;
    }
    return resolve_point(days, first, today, DATE_ABSENT, &begin) &&
           resolve_point(days, last, today, begin, &end) && end - begin <= OVER_MONTH_MAX;
}

/* If only the end has a year, sets the year of the beginning: the same, or the year before if its
 * day and month are later in the year than those of the end. */
static void set_year_of_beginning(struct point *first, const struct point *last)
{
    if (first->kind != POINT_DATE || last->kind != POINT_DATE || first->year != 0 ||
        last->year == 0)
        return;
    const bool before =
        first->month > last->month || (first->month == last->month && first->day > last->day);
    first->year = last->year - before;
}

static bool resolve_two_points(const struct days *days, struct point *first, struct point *last,
                               int32_t today, struct stay *stay)
{
    const bool both_days = first->kind == POINT_DAY && last->kind == POINT_DAY;

    if (!set_month_of_beginning(days, first, last, today) || (both_days && first->day == last->day))
        return false;
    set_year_of_beginning(first, last);
    if (!resolve_point(days, first, today, DATE_ABSENT, &stay->check_in) ||
        !resolve_point(days, last, today, stay->check_in, &stay->check_out))
        return false;
    const int32_t nights = stay->check_out - stay->check_in;
    if (last->kind == POINT_DAY && first->kind <= POINT_DATE)
        return nights <= (last->day < first->day ? OVER_MONTH_MAX : DATE_DAY_OF_MONTH_MAX - 1);
    return nights <= PHRASE_NIGHTS_MAX && (last->year != 0 || nights <= TOO_FAR);
}

static bool are_joined(const struct point *first, const struct point *last)
{
    return last->linked || (last->role == POINT_END && first->role != POINT_END);
}

static void resolve_points(struct days *days, int32_t today, struct stay *stay)
{
    struct point *first = &days->points[0], *last = &days->points[1];

    if (days->count == 1 && first->role == POINT_END) {
        stay->unclear |= !resolve_point(days, first, today, DATE_ABSENT, &stay->check_out) ||
                         stay->check_out <= today || days->weekend;
    } else if (days->count == 1) {
        stay->unclear |= !resolve_point(days, first, today, DATE_ABSENT, &stay->check_in);
    } else if (days->count == 2) {
        if (first->role == POINT_END && last->role == POINT_START) {
            struct point *const swapped = first;
            first = last;
            last = swapped;
        } else if (!are_joined(first, last)) {
            stay->unclear = true;
        }
        stay->unclear |= !stay->unclear && !resolve_two_points(days, first, last, today, stay);
    } else if (days->count > 2) {
        stay->unclear = true;
    }
}

static void resolve_weekend(const struct days *days, struct phrase_now now, struct stay *stay)
{
    const int32_t today = now.day;
    const int weekday = date_weekday(today);
    const bool is_at_night = now.hour < PHRASE_NIGHT_ENDS; /* it may still be the day before */
    const bool this = days->weekend_which == WHICH_THIS || days->this_week;

    stay->unclear |= days->weekend_which == WHICH_NEXT || days->next_week ||
                     (weekday == SATURDAY && !this) || (weekday == SUNDAY && this) ||
                     (weekday >= SATURDAY && is_at_night);
    if (weekday == SATURDAY) {
        stay->check_in = today;
        stay->check_out = today + 1;
    } else {
        stay->check_in = weekday == FRIDAY ? today : date_of_next_weekday(today, FRIDAY);
        stay->check_out = stay->check_in + 2;
    }
}

/* Sets the length of the stay. If the phrase gives days and nights, the nights apply; the length is
 * unclear if they differ by more than one. */
static void set_length(const struct days *days, struct stay *stay)
{
    if (days->nights != 0 && days->lengths != 0 && abs(days->lengths - days->nights) > 1)
        stay->unclear = true;
    stay->nights = days->nights != 0 ? days->nights : days->lengths;
    stay->vague = days->vague;
}

static void fit_dates_to_length(struct stay *stay, int32_t today)
{
    const bool has_in = stay->check_in != DATE_ABSENT, has_out = stay->check_out != DATE_ABSENT;

    if (has_in && has_out) {
        const int32_t nights = stay->check_out - stay->check_in;
        stay->unclear |= nights < 1 || nights > PHRASE_NIGHTS_MAX ||
                         (stay->nights != 0 && stay->nights != nights);
        stay->nights = nights;
    } else if (stay->nights != 0 && has_in) {
        stay->check_out = stay->check_in + stay->nights;
    } else if (stay->nights != 0 && has_out) {
        stay->check_in = stay->check_out - stay->nights;
        stay->unclear |= stay->check_in < today;
    }
    stay->unclear |= has_in && stay->check_in > DATE_MAX - PHRASE_NIGHTS_MAX;
}

/* If the last day may be a night or the day after the last night, it is asked for. */
static void forget_inclusive_end(const struct days *days, struct stay *stay)
{
    const bool has_length = days->nights != 0 || days->lengths != 0;

    if (!days->inclusive || has_length || stay->check_out == DATE_ABSENT)
        return;
    stay->unclear |= stay->check_in == DATE_ABSENT;
    stay->check_out = DATE_ABSENT;
    stay->nights = 0;
}

static void store_stay_or_ask(const struct stay *stay, const struct days *days, struct phrase *out)
{
    const bool has_in = stay->check_in != DATE_ABSENT, has_out = stay->check_out != DATE_ABSENT;
    const bool spoken =
        stay->vague || days->holiday || days->month != 0 || days->next_week || days->this_week;

    if (stay->unclear || (!has_in && !has_out && spoken)) {
        out->ask |= PHRASE_ASK_DATES;
        return;
    }
    if (has_in && !has_out)
        out->ask |= PHRASE_ASK_CHECK_OUT;
    else if (!has_in && (has_out || stay->nights != 0))
        out->ask |= PHRASE_ASK_CHECK_IN;
    out->check_in = stay->check_in;
    out->check_out = stay->check_out;
    out->nights = stay->nights;
}

/* The month belongs to the first day if it precedes the days, otherwise to the last. */
static void apply_lone_month(struct days *days)
{
    if (days->month == 0 || days->count == 0)
        return;
    struct point *first = &days->points[0];
    const bool leads =
        days->month_at < first->from && first->kind == POINT_DAY && first->role != POINT_END;
    struct point *point = leads ? first : &days->points[days->count - 1];
    if (point->kind == POINT_DAY) {
        point->kind = POINT_DATE;
        point->month = days->month;
        days->month = 0;
    }
}

/* True if days of a month are named and no month. */
static bool lacks_month(const struct days *days)
{
    bool has_day = false;

    for (size_t i = 0; i < days->count; i++) {
        if (days->points[i].kind == POINT_DATE)
            return false;
        has_day |= days->points[i].kind == POINT_DAY;
    }
    return has_day;
}

/* True if the stay begins outside the month or the holiday that the phrase names: "в декабре на
 * выходные" in November, "в пятницу на праздники". */
static bool begins_outside_named_time(const struct days *days, const struct stay *stay)
{
    bool by_weekday = days->weekend;

    if (stay->check_in == DATE_ABSENT)
        return false;
    for (size_t i = 0; i < days->count; i++)
        by_weekday |= days->points[i].kind == POINT_WEEKDAY;
    return (days->holiday && by_weekday) ||
           (days->month != 0 && date_to_civil(stay->check_in).month != days->month);
}

/* Resolves the days, of which no date without a year is more than `ahead_max` days ahead. */
static void resolve_stay(struct phrase_now now, int32_t ahead_max, struct days *days,
                         struct stay *stay)
{
    days->ahead_max = ahead_max;
    apply_lone_month(days);
    stay->unclear |= days->holiday && lacks_month(days);
    set_length(days, stay);
    resolve_points(days, now.day, stay);
    /* "через 10 дней на выходные" means two nights if that day is a Friday. */
    if (days->weekend && stay->check_in != DATE_ABSENT && stay->check_out == DATE_ABSENT &&
        stay->nights == 0) {
        if (date_weekday(stay->check_in) == FRIDAY)
            stay->nights = 2;
        else
            stay->unclear |= days->count == 1 && days->points[0].from_now;
    }
    if (days->weekend && days->count == 0)
        resolve_weekend(days, now, stay);
    stay->unclear |= begins_outside_named_time(days, stay);
    if (!stay->unclear)
        fit_dates_to_length(stay, now.day);
    forget_inclusive_end(days, stay);
}

/* If the dates are unclear only because they are far ahead, stores them for the question. */
static void store_far_dates(struct phrase_now now, struct days *days, struct stay stay,
                            struct phrase *out)
{
    resolve_stay(now, FARTHEST, days, &stay);
    if (stay.unclear || stay.check_in == DATE_ABSENT || stay.check_in - now.day > FARTHEST)
        return;
    out->far_check_in = stay.check_in;
    out->far_nights = stay.nights;
}

void stay_dates_read(struct parser *parser)
{
    const struct phrase_now now = parser->now;
    struct stay stay = {.check_in = DATE_ABSENT, .check_out = DATE_ABSENT};
    struct days days;

    days_read(parser, &days);
    stay.unclear = days.unclear;
    for (size_t i = 0; i < days.count; i++) {
        parser->found.from_today |= days.points[i].from_now;
        stay.unclear |= days.points[i].is_alternative ||
                        (days.points[i].from_now && now.hour < PHRASE_NIGHT_ENDS);
    }
    const struct days days_read_once = days;
    const struct stay stay_so_far = stay;
    resolve_stay(now, TOO_FAR, &days, &stay);
    store_stay_or_ask(&stay, &days, &parser->found);
    if (stay.unclear && !stay_so_far.unclear) {
        days = days_read_once;
        store_far_dates(now, &days, stay_so_far, &parser->found);
    }
}
