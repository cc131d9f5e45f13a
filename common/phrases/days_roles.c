// SPDX-License-Identifier: MIT
/* Finds from adjacent words and other days whether a day is check-in or check-out. */
#include "base/date.h"

#include "phrases/days.h"

static bool has_clause_end_between(const struct items *items, size_t first, size_t last)
{
    for (size_t i = first + 1; i <= last && i < items->count; i++)
        if (items->list[i].gap == GAP_CLAUSE)
            return true;
    return false;
}

/* The role that a word such as "заезд" (check-in) gives to a day of its clause. */
static enum point_role role_of_stay_word(const struct items *items, const struct days *days,
                                         const struct point *point)
{
    const size_t index = (size_t)(point - days->points);
    const size_t first = index > 0 ? point[-1].to : 0;
    const size_t end = index + 1 < days->count ? point[1].from : items->count;
    enum point_role role = POINT_ANY;

    for (size_t i = point->from; i-- > first;) {
        const enum word_kind kind = item_kind(items, i);
        const bool taken = index > 0 && !has_clause_end_between(items, point[-1].to - 1, i) &&
                           point[-1].role == (kind == WORD_ARRIVE ? POINT_START : POINT_END);
        if ((kind == WORD_ARRIVE || kind == WORD_LEAVE) && !taken &&
            !has_clause_end_between(items, i, point->from))
            return kind == WORD_ARRIVE ? POINT_START : POINT_END;
    }
    for (size_t i = point->to; i < end && role == POINT_ANY; i++) {
        const enum word_kind kind = item_kind(items, i);
        if ((kind == WORD_ARRIVE || kind == WORD_LEAVE) &&
            !has_clause_end_between(items, point->to - 1, i))
            role = kind == WORD_ARRIVE ? POINT_START : POINT_END;
    }
    return role;
}

/* The index at which the point begins, including the words before it that only qualify it. */
static size_t find_point_begin(const struct items *items, const struct point *point)
{
    size_t at = point->from;

    while (at > 0 && items->list[at - 1].used && items->list[at - 1].kind != WORD_NOTHING)
        at--;
    return at;
}

void days_set_role(const struct items *items, const struct days *days, struct point *point)
{
    const size_t from = find_point_begin(items, point);
    const enum word_kind before = item_kind_before(items, from);
    const enum ending ending = items->list[point->to - 1].ending;
    const size_t index = (size_t)(point - days->points);
    const bool follows = index > 0 && point[-1].to >= (from > 1 ? from - 1 : 0);
    const bool to_follows =
        item_is_postposed_to(items, point->to) && items->list[point->to].gap != GAP_CLAUSE &&
        (index + 1 == days->count || point[1].from > point->to + 1 || ending == ENDING_TO);

    const bool both =
        follows && before == WORD_AND &&
        (to_follows || (point[-1].from > 0 && item_kind(items, point[-1].from - 1) == WORD_FROM &&
                        items->list[point[-1].from - 1].value == FROM_OF_PRICES));

    point->is_alternative = follows && !both && (before == WORD_OR || before == WORD_AND);
    point->linked = both || (follows && (items->list[from].gap == GAP_HYPHEN || before == WORD_TO ||
                                         before == WORD_ON || ending == ENDING_TO));
    if (before == WORD_FROM && !to_follows)
        point->role = POINT_START;
    else if (before == WORD_TO || to_follows)
        point->role = POINT_END;
    else
        point->role = role_of_stay_word(items, days, point);
    if (point->role == POINT_ANY && ending == ENDING_FROM)
        point->role = POINT_START;
}

bool days_is_only_bounded(const struct items *items, const struct point *point)
{
    size_t begin = find_point_begin(items, point);
    const enum word_kind joint = item_kind_before(items, begin);

    if (point->kind == POINT_OFFSET)
        return false;
    if (item_kind(items, point->to) == WORD_LATER && items->list[point->to].gap != GAP_CLAUSE &&
        items->list[point->to - 1].ending == ENDING_FROM)
        return true;
    /* "примерно с 5 по 8", "around the 5th" */
    if (joint == WORD_FROM || joint == WORD_ON)
        begin--;
    const struct item *day = &items->list[begin], *before = day - 1;
    return begin > 0 && day->gap != GAP_CLAUSE && !day->separated &&
           (item_kind_before(items, begin) == WORD_BOUND ||
            item_kind_before(items, begin) == WORD_ABOUT ||
            (item_kind_before(items, begin) == WORD_AT && before->value == AT_AFTER));
}

/* True if `again` may add to `day` its weekday, or how far from today it is. */
static bool may_name_again(const struct point *again, const struct point *day)
{
    if (again->kind == POINT_WEEKDAY)
        return day->kind != POINT_WEEKDAY && day->weekday == 0;
    return again->kind == POINT_OFFSET && !day->from_now &&
           (day->kind == POINT_DATE || day->kind == POINT_DAY);
}

static bool are_one_day(const struct items *items, const struct point *a, const struct point *b)
{
    const enum word_kind between = b->from > a->to ? item_kind(items, a->to) : WORD_NOTHING;

    return (may_name_again(a, b) || may_name_again(b, a)) && b->from <= a->to + 1 &&
           (between == WORD_NOTHING || between == WORD_AT) &&
           items->list[b->from].gap != GAP_HYPHEN &&
           (b->role == POINT_ANY || b->role == a->role || a->role == POINT_ANY) &&
           (b->role != POINT_END || a->role == POINT_END || item_kind(items, b->to) == WORD_TO);
}

/* Joins two points that are one day. */
static struct point join_points(const struct point *a, const struct point *b)
{
    const struct point *again = may_name_again(a, b) ? a : b;
    struct point joined = again == a ? *b : *a;

    if (again->kind == POINT_WEEKDAY) {
        joined.weekday = (int)again->days;
    } else {
        joined.days = again->days;
        joined.from_now = true;
        joined.weekday = joined.weekday != 0 ? joined.weekday : again->weekday;
    }
    joined.from = a->from;
    joined.to = b->to;
    joined.role = a->role != POINT_ANY ? a->role : b->role;
    joined.linked = a->linked;
    joined.is_alternative = a->is_alternative;
    return joined;
}

void days_join_names(const struct items *items, struct days *days)
{
    for (size_t i = 0; i + 1 < days->count;) {
        if (!are_one_day(items, &days->points[i], &days->points[i + 1])) {
            i++;
            continue;
        }
        days->points[i] = join_points(&days->points[i], &days->points[i + 1]);
        for (size_t n = i + 1; n + 1 < days->count; n++)
            days->points[n] = days->points[n + 1];
        days->count--;
    }
}

static bool is_in_point(const struct days *days, size_t at)
{
    for (size_t i = 0; i < days->count; i++)
        if (at >= days->points[i].from && at < days->points[i].to)
            return true;
    return false;
}

/* True for a number that no stage has read, beside an unknown word: the 5 of "5 дкб - 8 дек", the 2
 * of "8 дек, 2 члвк". */
static bool is_number_beside_unknown(const struct items *items, const struct days *days, size_t at)
{
    return item_is_number(items, at) && items->list[at].value >= 1 &&
           items->list[at].value <= DATE_DAY_OF_MONTH_MAX && !is_in_point(days, at) &&
           (items->list[at].unknown_before || items->list[at + 1].unknown_after_last);
}

/* True if such a number may be the day of a point that was not read, or the other end of the stay.
 */
static bool may_be_day(const struct items *items, const struct days *days, size_t at)
{
    enum { COUNT_MOST = 9 }; /* a number up to it rather counts people or things */
    const struct point *last = &days->points[days->count - 1];
    const bool all_dates = last->kind == POINT_DATE || last->kind == POINT_OFFSET;

    return at < last->from || !all_dates || items->list[at].value > COUNT_MOST ||
           items->list[at].gap == GAP_HYPHEN || item_kind_before(items, at) == WORD_TO;
}

bool days_have_unknown_words(const struct items *items, const struct days *days)
{
    for (size_t i = 0; i < days->count; i++) {
        const struct point *point = &days->points[i];
        if ((point->kind == POINT_WEEKDAY || point->kind == POINT_DAY) &&
            (items->list[point->from].unknown_before || items->list[point->to].unknown_after_last))
            return true;
    }
    for (size_t at = 0; days->count > 0 && at < items->count; at++)
        if (is_number_beside_unknown(items, days, at) && may_be_day(items, days, at))
            return true;
    return false;
}
