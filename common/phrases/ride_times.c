// SPDX-License-Identifier: MIT
/* Reads the time of departure of a ride: a time, from which the bounds around it follow, one bound
 * ("после 18:00") or a part of the day. ride_windows.c reads both bounds. */
#include "phrases/days.h"
#include "phrases/ride_times_private.h"

enum { EARLY = 1 * HOUR, LATE = 2 * HOUR };

/* The bounds of a part of the day in minutes; a night ends in the next day. A time from `first` to
 * before `end` is `shift` later if it is named with this part: "6 вечера", "12 am". */
// clang-format off
static const struct {
    int32_t after, before;
    int32_t first, end, shift;
} daytimes[] = {
    [DAYTIME_MORNING]   = { 4 * HOUR, 12 * HOUR, 0,         0,         0          },
    [DAYTIME_NOON]      = {11 * HOUR, 17 * HOUR, 1 * HOUR,  8 * HOUR,  12 * HOUR  },
    [DAYTIME_AFTERNOON] = {12 * HOUR, 18 * HOUR, 1 * HOUR,  12 * HOUR, 12 * HOUR  },
    [DAYTIME_EVENING]   = {17 * HOUR, 24 * HOUR, 1 * HOUR,  13 * HOUR, 12 * HOUR  },
    [DAYTIME_NIGHT]     = {20 * HOUR, 29 * HOUR, 6 * HOUR,  13 * HOUR, 12 * HOUR  },
    [DAYTIME_AM]        = { 4 * HOUR, 12 * HOUR, 12 * HOUR, 13 * HOUR, -12 * HOUR },
};
// clang-format on

/* What the phrase says of the time of departure. */
struct departure {
    int32_t minute; /* of the day */
    enum word_bound bound;
    int daytime;   /* enum word_daytime */
    bool is_exact; /* the part of the day does not change `minute` */
    bool tonight;  /* the night after today: until PHRASE_NIGHT_ENDS of the next day */
};

static bool is_unit(const struct items *items, size_t at, enum word_unit unit)
{
    return item_kind(items, at) == WORD_UNIT && items->list[at].value == (int)unit;
}

bool ride_times_is_hour_word(const struct items *items, size_t at)
{
    return item_kind(items, at) == WORD_UNIT && unit_is_hour(items->list[at].value);
}

bool ride_times_follows_hour_word(const struct items *items, size_t at)
{
    return at > 0 && ride_times_is_hour_word(items, at - 1);
}

static bool follows_at(const struct items *items, size_t at)
{
    const enum word_kind before = item_kind_before(items, at);

    return before == WORD_BOUND || before == WORD_ABOUT ||
           (before == WORD_AT && items->list[at - 1].value != AT_ON);
}

static bool names_day_from_today(const struct items *items)
{
    for (size_t i = 0; i < items->count; i++)
        if (items->list[i].kind == WORD_FROM_TODAY || items->list[i].kind == WORD_TONIGHT)
            return true;
    return false;
}

/* "кешкі 7-де", "ертең шамамен 7-де": without a part of the day or another day it is the 7th of a
 * month. */
static bool is_kazakh_hour(const struct items *items, size_t at)
{
    const struct item *item = &items->list[at];

    return at > 0 && item->ending == ENDING_AT && item->gap != GAP_CLAUSE &&
           (items->list[at - 1].kind == WORD_DAYTIME || names_day_from_today(items));
}

int ride_times_daytime_of_item(const struct items *items, size_t at, bool after_at)
{
    const int32_t value = items->list[at].value;

    if (item_kind(items, at) == WORD_DAYTIME)
        return value;
    if (item_kind(items, at) != WORD_UNIT)
        return NOT_NAMED;
    if (value == UNIT_HOUR_OF_DAY || (value == UNIT_DAY && after_at))
        return DAYTIME_NOON;
    return value == UNIT_HOUR_OF_NIGHT || (value == UNIT_NIGHT && after_at) ? DAYTIME_NIGHT
                                                                            : NOT_NAMED;
}

int32_t ride_times_move_to_daytime(int32_t minute, int daytime)
{
    return daytime != NOT_NAMED && minute >= daytimes[daytime].first &&
                   minute < daytimes[daytime].end
               ? minute + daytimes[daytime].shift
               : minute;
}

/* Sets the time, and the part of the day that the item at `at` names. Returns the number of items
 * of the part. */
static size_t set_minute(const struct items *items, size_t at, bool after_at, int32_t minute,
                         struct departure *departure)
{
    const bool closes = items->list[at].gap == GAP_CLAUSE;
    const int daytime = closes ? NOT_NAMED : ride_times_daytime_of_item(items, at, after_at);

    departure->minute = ride_times_move_to_daytime(minute, daytime);
    departure->is_exact = daytime != NOT_NAMED;
    return daytime != NOT_NAMED;
}

/* "через 2 часа", "2 сағаттан кейін": the items from `from` to before `to` are counted from now. */
static bool is_from_now(const struct items *items, size_t from, size_t to)
{
    return item_kind_before(items, from) == WORD_IN || item_kind(items, to) == WORD_LATER;
}

/* Sets a departure that is `minutes` from now. Returns the number of items read. */
static size_t set_time_from_now(struct parser *parser, size_t from, size_t to, int32_t minutes,
                                struct phrase_ride *out, struct departure *departure)
{
    struct items *items = &parser->items;
    const int32_t minute = parser->now.hour * HOUR + parser->now.minute + minutes;

    out->day = parser->now.day + minute / (DAY_HOURS * HOUR);
    departure->minute = minute % (DAY_HOURS * HOUR);
    departure->is_exact = true;
    if (item_kind_before(items, from) == WORD_IN)
        items_mark_used(items, from - 1, from);
    return to - from + (item_kind(items, to) == WORD_LATER);
}

/* An hour or half an hour without a count, in minutes; 0: the item is none. */
static int32_t get_lone_minutes(const struct items *items, size_t at)
{
    const enum word_kind before = item_kind_before(items, at);

    if (before == WORD_NUMBER || before == WORD_VAGUE)
        return 0;
    if (is_unit(items, at, UNIT_HOUR))
        return HOUR;
    return is_unit(items, at, UNIT_HALF_HOUR) ? HOUR / 2 : 0;
}

/* True if the item does not continue the hour before it: "в 8 завтра", "в 8 2 места". */
static bool ends_hour(const struct items *items, size_t at)
{
    const enum word_kind kind = item_kind(items, at), counted = item_kind(items, at + 1);

    if (kind == WORD_NUMBER)
        return items->list[at].gap == GAP_SPACE &&
               (counted == WORD_PEOPLE || counted == WORD_PERSON);
    return kind == WORD_NOTHING || kind == WORD_OUT_OF || kind == WORD_IN || kind >= WORD_CAR ||
           (kind >= WORD_WEEKDAY && kind <= WORD_TONIGHT) ||
           (kind >= WORD_FROM && kind <= WORD_AT && kind != WORD_TO) || kind == WORD_COLLECTIVE ||
           kind == WORD_TOGETHER;
}

bool ride_times_is_number_outside(const struct items *items, size_t at, size_t from, size_t to)
{
    const enum word_kind kind = item_kind(items, at);

    return (at < from || at >= to) && (kind == WORD_NUMBER || kind == WORD_ORDINAL);
}

bool ride_times_names_other_day(const struct items *items, size_t from, size_t to)
{
    for (size_t i = 0; i < items->count; i++) {
        const enum word_kind kind = item_kind(items, i);
        if (i >= from && i < to)
            continue;
        if (kind == WORD_FROM_TODAY || kind == WORD_TONIGHT || kind == WORD_WEEKDAY ||
            (kind == WORD_NUMBER && items->list[i].is_day) ||
            (kind == WORD_MONTH &&
             ((i > 0 && ride_times_is_number_outside(items, i - 1, from, to)) ||
              ride_times_is_number_outside(items, i + 1, from, to))))
            return true;
    }
    return false;
}

/* "18-ден кейін" and "12-ге дейін" beside a day: without one they are days of a month, and so is
 * the end of "5 желтоқсаннан 8-іне дейін". */
static bool is_bounded_hour(const struct items *items, size_t at)
{
    const int ending = items->list[at].ending;
    const enum word_kind after = item_kind(items, at + 1);

    for (size_t i = 0; i < at; i++)
        if (items->list[i].ending == ENDING_FROM && items->list[i].kind != WORD_CITY)
            return false;
    return items->list[at].is_day && items->list[at + 1].gap != GAP_CLAUSE &&
           ((after == WORD_LATER && ending == ENDING_FROM) ||
            (item_is_postposed_to(items, at + 1) && ending == ENDING_TO)) &&
           ride_times_names_other_day(items, at, at + 1);
}

static bool is_hour_number(const struct items *items, size_t at)
{
    return item_is_number(items, at) && items->list[at].value >= 0 &&
           items->list[at].value < DAY_HOURS &&
           (!items->list[at].is_day || ride_times_follows_hour_word(items, at) ||
            is_kazakh_hour(items, at) || is_bounded_hour(items, at));
}

/* Reads "в 6 вечера", "18 часов", "сағат 18", "at 6 pm", "в 18". Returns the number of items read;
 * 0 if the number is no time. */
static size_t read_hour(struct parser *parser, size_t at, struct phrase_ride *out,
                        struct departure *departure)
{
    struct items *items = &parser->items;
    const bool after_at = follows_at(items, at);
    const bool closes = items->list[at + 1].gap == GAP_CLAUSE;
    const bool hours = !closes && ride_times_is_hour_word(items, at + 1);
    const bool ends = closes || ends_hour(items, at + 1);
    const int32_t minute = items->list[at].value * HOUR;
    struct departure named = *departure;
    /* "часа дня" is a word for hours and for the part of the day. */
    const bool part_in_hours = hours && items->list[at + 1].value != UNIT_HOUR;
    const size_t part = at + 1 + (hours && !part_in_hours);
    const bool timed = after_at || days_is_time_of_day(parser, at);
    const size_t count = part - at + set_minute(items, part, timed, minute, &named);

    if (hours && is_from_now(items, at, at + 2))
        return set_time_from_now(parser, at, at + 2, minute, out, departure);
    if (!hours && !named.is_exact && !ride_times_follows_hour_word(items, at) &&
        !is_kazakh_hour(items, at) && !is_bounded_hour(items, at) && !(after_at && ends))
        return 0;
    *departure = named;
    return count;
}

/* The time that the item is: "18:30", "в час дня", and "9.10" in "завтра в 9.10", which is a date
 * unless the phrase names another day. In minutes of the day; NOT_NAMED: it is none. */
static int32_t get_clock(const struct parser *parser, size_t at)
{
    const struct items *items = &parser->items;
    const struct item *item = &items->list[at];
    const struct token *token = &parser->tokens.list[item->token];
    const int length = item->day < 10 ? 4 : 5; /* if the minutes have two digits */

    if (item_kind(items, at) == WORD_CLOCK)
        return item->value;
    if (follows_at(items, at) || item_kind_before(items, at) == WORD_TO) { /* "в час дня" */
        if (is_unit(items, at, UNIT_HOUR_OF_DAY))
            return (NOON + 1) * HOUR;
        if (is_unit(items, at, UNIT_HOUR_OF_NIGHT))
            return HOUR;
    }
    if (item->used || !item->is_date || item->slashed || item->day >= DAY_HOURS ||
        token->end - token->begin != length || !ride_times_names_other_day(items, at, at + 1) ||
        !(follows_at(items, at) || ride_times_follows_hour_word(items, at) ||
          item->ending == ENDING_AT))
        return NOT_NAMED;
    return item->day * HOUR + item->month;
}

/* The bound that a time is by the words around it: "после 18:00", "18:00-ге дейін". The time is the
 * items from `from` to before `to`. Hides the words from the stage that reads days. */
static enum word_bound read_bound(struct items *items, size_t from, size_t to)
{
    const size_t begin = from - ride_times_follows_hour_word(items, from);
    const enum word_kind before = item_kind_before(items, begin), after = item_kind(items, to);
    const int ending = items->list[from].ending;

    if ((after == WORD_LATER && ending == ENDING_FROM) ||
        (after == WORD_TO && ending == ENDING_TO)) {
        items_mark_used(items, to, to + 1);
        return after == WORD_LATER ? BOUND_AFTER : BOUND_BEFORE;
    }
    if (before == WORD_TO) {
        items_mark_used(items, begin - 1, begin);
        return BOUND_BEFORE;
    }
    if (before == WORD_BOUND && items->list[begin - 1].value != BOUND_BETWEEN)
        return (enum word_bound)items->list[begin - 1].value;
    return before == WORD_AT && items->list[begin - 1].value == AT_AFTER ? BOUND_AFTER : BOUND_NONE;
}

/* Reads what the items from `at` on say of the time of departure. Returns the number of items. */
static size_t read_time(struct parser *parser, size_t at, struct phrase_ride *out,
                        struct departure *departure)
{
    struct items *items = &parser->items;
    struct item *item = &items->list[at];
    const bool counted = at > 0 && item_is_number(items, at - 1);
    const int32_t lone = get_lone_minutes(items, at), clock = get_clock(parser, at);
    size_t count = 0;

    if (clock != NOT_NAMED) {
        count = 1 + set_minute(items, at + 1, true, clock, departure);
        departure->bound = read_bound(items, at, at + count);
    } else if (item_kind(items, at) == WORD_TONIGHT) {
        item->kind = WORD_FROM_TODAY; /* today: for a stay it is also a length of one night */
        departure->daytime = DAYTIME_NIGHT;
        departure->tonight = true;
    } else if (item_kind(items, at) == WORD_DAYTIME ||
               (is_unit(items, at, UNIT_NIGHT) && !counted)) {
        departure->daytime = item_kind(items, at) == WORD_DAYTIME ? item->value : DAYTIME_NIGHT;
        count = 1;
    } else if (lone > 0 && is_from_now(items, at, at + 1)) {
        count = set_time_from_now(parser, at, at + 1, lone, out, departure);
    } else if (is_hour_number(items, at)) {
        count = read_hour(parser, at, out, departure);
        if (count > 0)
            departure->bound = read_bound(items, at, at + count);
        if (count > 0 && ride_times_follows_hour_word(items, at))
            items_mark_used(items, at - 1, at);
    }
    items_mark_used(items, at, at + count);
    return count > 0 ? count : 1;
}

static void set_departure_around(struct phrase_ride *out, int32_t minute)
{
    out->after = minute > EARLY ? minute - EARLY : 0;
    out->before = minute + LATE;
    if (minute == 0)
        out->clock = PHRASE_MIDNIGHT;
    else
        out->clock = minute < PHRASE_MIDNIGHT ? minute : 0; /* "24:00" and later: not named */
}

/* Sets one bound; the other is that of the part of the day or of the day. */
static void set_departure_bound(struct phrase_ride *out, const struct departure *departure)
{
    const int32_t minute = departure->minute, day = DAY_HOURS * HOUR;
    const bool part = departure->daytime != NOT_NAMED;
    const int32_t after = part ? daytimes[departure->daytime].after : 0;
    const int32_t before = part ? daytimes[departure->daytime].before : day;

    if (departure->bound == BOUND_AFTER) {
        out->after = minute;
        out->before = before > minute ? before : minute + LATE;
    } else {
        out->after = after < minute ? after : 0;
        out->before = minute > 0 ? minute : day;
    }
}

bool ride_times_is_past_today(const struct parser *parser, int32_t minute)
{
    const int32_t now = parser->now.hour * HOUR + parser->now.minute;
    bool today = false;

    for (size_t i = 0; i < parser->items.count; i++)
        today |= parser->items.list[i].kind == WORD_FROM_TODAY && parser->items.list[i].value == 0;
    return today && minute > 0 && minute < now && minute + NOON * HOUR > now;
}

void ride_times_read(struct parser *parser, struct phrase_ride *out)
{
    struct departure departure = {.minute = NOT_NAMED, .daytime = NOT_NAMED};

    for (size_t at = 0; at < parser->items.count;)
        at += read_time(parser, at, out, &departure);
    if (out->before > 0)
        return; /* ride_times_read_window() has read both bounds */
    if (departure.minute == NOT_NAMED && departure.daytime != NOT_NAMED) {
        out->after = daytimes[departure.daytime].after;
        out->before = daytimes[departure.daytime].before;
    } else if (departure.minute != NOT_NAMED) {
        if (!departure.is_exact) /* "вечером в 6": the part is elsewhere */
            departure.minute = ride_times_move_to_daytime(departure.minute, departure.daytime);
        if (!departure.is_exact && departure.daytime == NOT_NAMED &&
            departure.minute < NOON * HOUR && ride_times_is_past_today(parser, departure.minute))
            departure.minute += NOON * HOUR; /* "сегодня в 6", said at noon */
        if (departure.tonight && departure.minute < PHRASE_NIGHT_ENDS * HOUR)
            departure.minute += DAY_HOURS * HOUR;
        if (departure.bound != BOUND_NONE)
            set_departure_bound(out, &departure);
        else
            set_departure_around(out, departure.minute);
    }
}
