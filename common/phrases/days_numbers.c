// SPDX-License-Identifier: MIT
/* Finds out from adjacent items whether a number is a day of a month. */
#include "base/date.h"

#include "phrases/days_private.h"

bool days_is_day_number(const struct items *items, size_t at)
{
    const struct item *item = &items->list[at];
    const enum word_kind kind = item_kind(items, at);

    return (kind == WORD_NUMBER || kind == WORD_ORDINAL) && !item->is_date && item->value >= 1 &&
           item->value <= DATE_DAY_OF_MONTH_MAX;
}

bool days_is_adjacent(const struct items *items, size_t at)
{
    return at < items->count && items->list[at].gap != GAP_CLAUSE;
}

bool days_is_unit_or_thousand(const struct items *items, size_t at)
{
    const enum word_kind kind = item_kind(items, at);

    return days_is_adjacent(items, at) && (kind == WORD_UNIT || kind == WORD_THOUSAND);
}

bool days_can_begin_point(const struct items *items, size_t at)
{
    const enum word_kind kind = item_kind(items, at);

    return kind == WORD_WEEKDAY || kind == WORD_FROM_TODAY || kind == WORD_MONTH ||
           (days_is_day_number(items, at) && !days_is_unit_or_thousand(items, at + 1)) ||
           (kind == WORD_NUMBER && items->list[at].is_date);
}

/* False if a noun follows that the number counts, as in "с 2 собаками", "с 2 сумками". */
static bool no_counted_noun_follows(const struct items *items, size_t at)
{
    const struct item *after = &items->list[at + 1];
    const enum word_kind kind = item_kind(items, at + 1);

    return !after->separated &&
           (after->gap == GAP_CLAUSE || (kind >= WORD_FROM && kind <= WORD_OR) ||
            days_is_day_number(items, at + 1) || kind == WORD_VAGUE);
}

static bool follows_weekday(const struct items *items, size_t at, const struct point *last)
{
    const enum word_kind after = item_kind(items, at + 1);

    return last != NULL && last->kind == POINT_WEEKDAY && last->to == at &&
           !items->list[at].separated && items->list[at].gap != GAP_HYPHEN &&
           (!days_is_adjacent(items, at + 1) || after == WORD_NOTHING ||
            (after >= WORD_FROM && after <= WORD_OR) || days_can_begin_point(items, at + 1));
}

static bool precedes_weekday(const struct items *items, size_t at)
{
    const struct item *weekday = &items->list[at + 1];

    return item_kind(items, at + 1) == WORD_WEEKDAY && !weekday->separated &&
           weekday->gap != GAP_HYPHEN;
}

/* True if the number is a day, judged by adjacent items. */
bool days_is_number_a_day(const struct items *items, size_t at, const struct days *days)
{
    const struct item *item = &items->list[at];
    const struct point *last = days->count > 0 ? &days->points[days->count - 1] : NULL;
    const enum word_kind before = item_kind_before(items, at);
    const enum word_kind after = item_kind(items, at + 1);
    const bool goes_on =
        after == WORD_TO || after == WORD_ON || after == WORD_AND || after == WORD_OR;

    if (!days_is_day_number(items, at) || days_is_unit_or_thousand(items, at + 1))
        return false;
    if (item->is_day || after == WORD_NUMBERED_DAY || before == WORD_ARRIVE || before == WORD_LEAVE)
        return true;
    /* A day: "на первое", "on the fifth", "с пятого"; not "первая квартира". */
    if (item->kind == WORD_ORDINAL &&
        (before == WORD_ON || before == WORD_FROM || before == WORD_TO ||
         (before == WORD_AT && items->list[at - 1].value == AT_ON)))
        return true;
    if (!item->digits && item->ending != ENDING_NONE && item->ending != ENDING_OTHER)
        return true;
    /* A length or hours: "от 2 до 4 дней", "с 14 до 18 часов". */
    if (after == WORD_TO && item_is_number(items, at + 2) &&
        item_kind(items, at + 3) == WORD_UNIT && days_is_adjacent(items, at + 3))
        return false;
    if (before == WORD_FROM &&
        (goes_on || (items->list[at - 1].value == 0 && no_counted_noun_follows(items, at))))
        return true;
    /* A day before a month: "5-8 декабря", "5 to 8 December", "5 и 6 декабря". */
    if (days_is_adjacent(items, at + 1) && items->list[at + 1].gap == GAP_HYPHEN &&
        days_can_begin_point(items, at + 1) &&
        (item_kind(items, at + 2) == WORD_MONTH || items->list[at + 1].is_day ||
         after == WORD_WEEKDAY))
        return true;
    if (goes_on && days_can_begin_point(items, at + 2) &&
        (item_kind(items, at + 3) == WORD_MONTH || items->list[at + 2].is_day))
        return true;
    /* A day beside its weekday: "сб 12", "12, сб". */
    if (item->digits && (follows_weekday(items, at, last) || precedes_weekday(items, at)))
        return true;
    /* A day after another point: "Dec 5-8", "December 5th through 8th", "с 5 на 6". */
    if (last != NULL && last->to == at && item->gap == GAP_HYPHEN && last->kind <= POINT_DATE)
        return true;
    return last != NULL && last->to + 1 == at && last->kind <= POINT_DATE &&
           (before == WORD_TO || before == WORD_AND || before == WORD_OR ||
            (before == WORD_ON && last->role == POINT_START));
}
