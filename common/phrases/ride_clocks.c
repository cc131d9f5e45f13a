// SPDX-License-Identifier: MIT
/* Joins the items of a time of day in words into one clock item: "half past six", "без четверти
 * семь", "кешкі алты жарымда". */
#include "phrases/items_private.h"

enum { HOUR = 60, HALF = 30, QUARTER = 15, DAY_HOURS = 24, NOON = 12 };

/* A time of `count` items. */
struct clock {
    size_t count;
    int32_t minute;
};

static bool is_hour(const struct items *items, size_t at)
{
    const struct item *item = &items->list[at];

    return item_is_number(items, at) && item->gap != GAP_CLAUSE && item->value >= 0 &&
           item->value < DAY_HOURS;
}

/* "половина седьмого", "половина 7-го": the hour that has begun. */
static bool is_begun_hour(const struct items *items, size_t at)
{
    const struct item *item = &items->list[at];

    return (is_hour(items, at) ||
            (item_kind(items, at) == WORD_ORDINAL && item->gap != GAP_CLAUSE)) &&
           item->value >= 1 && item->value <= NOON;
}

/* The time `minutes` before or after an hour of a clock with 12 hours. */
static int32_t minute_of(int32_t hour, int32_t minutes)
{
    return hour * HOUR + minutes + (hour * HOUR + minutes < HOUR ? NOON * HOUR : 0);
}

/* "половина седьмого", "half past six", "алты жарым"; not "екі жарым сағат", a length. */
static struct clock read_half(const struct items *items, size_t at)
{
    const bool half = item_kind(items, at) == WORD_HALF;
    const int32_t value = items->list[at].value, next = items->list[at + 1].value;

    if (half && value == HALF_PAST && is_hour(items, at + 1))
        return (struct clock){2, next * HOUR + HALF};
    if (half && value == HALF_OF && is_begun_hour(items, at + 1))
        return (struct clock){2, minute_of(next - 1, HALF)};
    if (item_is_number(items, at) && value >= 0 && value < DAY_HOURS &&
        item_kind(items, at + 1) == WORD_HALF && next == HALF_AFTER &&
        items->list[at + 1].gap != GAP_CLAUSE && item_kind(items, at + 2) != WORD_UNIT)
        return (struct clock){2, value * HOUR + HALF};
    return (struct clock){0};
}

/* "quarter to seven", "quarter past six", "четверть седьмого", "жетіге ширек қалғанда". */
static struct clock read_quarter(const struct items *items, size_t at)
{
    const struct item *item = &items->list[at];
    const enum word_kind next = item_kind(items, at + 1);
    const int32_t hour = items->list[at + 1].value;

    if (item_kind(items, at) != WORD_QUARTER) {
        const bool to = item->ending == ENDING_TO;
        if (!item_is_number(items, at) || next != WORD_QUARTER || item->value >= DAY_HOURS ||
            (!to && item->ending != ENDING_FROM))
            return (struct clock){0};
        return (struct clock){2, minute_of(item->value, to ? -QUARTER : QUARTER)};
    }
    if (is_begun_hour(items, at + 1))
        return (struct clock){2, minute_of(hour - 1, QUARTER)};
    if ((next != WORD_PAST && next != WORD_TO) || !is_hour(items, at + 2))
        return (struct clock){0};
    return (struct clock){
        3, minute_of(items->list[at + 2].value, next == WORD_PAST ? QUARTER : -QUARTER)};
}

/* "без четверти семь", "без 15 семь". join_numbers() makes one number of "без двадцати семь". */
static struct clock read_less(const struct items *items, const struct tokens *tokens, size_t at)
{
    const struct item *minutes = &items->list[at + 1];
    const bool quarter = item_kind(items, at + 1) == WORD_QUARTER;

    if (item_kind(items, at) != WORD_NOT ||
        !items_is_token_word(&tokens->list[items->list[at].token], "без") ||
        minutes->gap == GAP_CLAUSE || (!quarter && !item_is_number(items, at + 1)))
        return (struct clock){0};
    const bool one = item_kind(items, at + 2) == WORD_UNIT && /* "без четверти час" */
                     items->list[at + 2].value == UNIT_HOUR && !minutes->digits;
    if ((one || is_hour(items, at + 2)) &&
        (quarter || (minutes->value > 0 && minutes->value < HALF)))
        return (struct clock){3, minute_of(one ? 1 : items->list[at + 2].value,
                                           quarter ? -QUARTER : -minutes->value)};
    if (quarter || minutes->digits || minutes->value <= 10 || minutes->value >= HALF ||
        minutes->value % 10 == 0)
        return (struct clock){0};
    return (struct clock){2, minute_of(minutes->value % 10, -(minutes->value / 10 * 10))};
}

/* "12 noon", "00:00 midnight": the same time twice. */
static struct clock read_twice(const struct items *items, size_t at)
{
    const int32_t value = items->list[at].value, next = items->list[at + 1].value;
    const bool twelve = (item_is_number(items, at) && value == NOON) ||
                        (item_kind(items, at) == WORD_CLOCK && value % (NOON * HOUR) == 0);

    if (!twelve || item_kind(items, at + 1) != WORD_CLOCK || items->list[at + 1].gap != GAP_SPACE ||
        next % (NOON * HOUR) != 0)
        return (struct clock){0};
    return (struct clock){2, next};
}

/* Replaces the items from `at` on by one; removes them if `count` is 0, as words without meaning.
 */
static void replace(struct items *items, size_t at, struct clock clock)
{
    const size_t removed = clock.count > 0 ? clock.count - 1 : 1;
    struct item *first = &items->list[at];
    struct item *after = first + (clock.count > 0 ? clock.count : 1);
    const uint8_t gap = first->gap;

    if (clock.count > 0) {
        first->ending = first[clock.count - 1].ending;
        first->kind = WORD_CLOCK;
        first->value = clock.minute;
        first->is_day = false;
    } else {
        after->gap = gap > after->gap ? gap : after->gap;
        after->separated = after->detached = true;
    }
    /* The list is followed by an item without a meaning. */
    memmove(after - removed, after,
            (size_t)(&items->list[items->count] - after + 1) * sizeof *first);
    items->count -= removed;
}

/* "екі жарым сағат" is of unspecified length, as "полтора" is. */
static bool read_half_unit(struct items *items, size_t at)
{
    if (!item_is_number(items, at) || item_kind(items, at + 1) != WORD_HALF ||
        items->list[at + 1].value != HALF_AFTER || item_kind(items, at + 2) != WORD_UNIT)
        return false;
    items->list[at].kind = WORD_VAGUE;
    return true;
}

void ride_clocks_join(const struct tokens *tokens, struct items *items)
{
    for (size_t at = 0; at < items->count; at++) {
        struct clock clock = read_half(items, at);
        if (clock.count == 0)
            clock = read_quarter(items, at);
        if (clock.count == 0)
            clock = read_less(items, tokens, at);
        if (clock.count == 0)
            clock = read_twice(items, at);
        if (clock.count > 0)
            replace(items, at, clock);
        else if (read_half_unit(items, at))
            replace(items, at + 1, (struct clock){0});
    }
    for (size_t at = items->count; at-- > 0;) {
        const enum word_kind kind = item_kind(items, at);
        if (kind == WORD_HALF || kind == WORD_QUARTER || kind == WORD_PAST)
            replace(items, at, (struct clock){0});
    }
}
