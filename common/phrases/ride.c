// SPDX-License-Identifier: MIT
/* Reads a ride: two places and places on the way, a day, a time of departure, seats or a parcel.
 * Days and people are read by the stages for stays, from which places and times are hidden. */
#include "base/date.h"

#include "phrases/parser.h"

enum {
    DAY_HOURS = 24,
    HOUR = 60,
    NOON = 12,
    EARLY = 1 * HOUR,
    LATE = 2 * HOUR,
    PRICE_MIN = 1000 /* tenge; a smaller number without a unit is a number of seats */
};

/* The bounds of a part of the day in minutes; a night ends in the next day. A time from `first` to
 * before `end` is NOON later if it is named with this part: "6 вечера". */
// clang-format off
static const struct {
    int32_t after, before;
    int32_t first, end;
} daytimes[] = {
    [DAYTIME_MORNING]   = { 4 * HOUR, 12 * HOUR, 0,        0        },
    [DAYTIME_NOON]      = {11 * HOUR, 17 * HOUR, 1 * HOUR, 8 * HOUR },
    [DAYTIME_AFTERNOON] = {12 * HOUR, 18 * HOUR, 1 * HOUR, 12 * HOUR},
    [DAYTIME_EVENING]   = {17 * HOUR, 24 * HOUR, 1 * HOUR, 13 * HOUR},
    [DAYTIME_NIGHT]     = {20 * HOUR, 29 * HOUR, 6 * HOUR, 13 * HOUR},
};
// clang-format on

/* --- places --- */

enum direction { DIRECTION_NONE, DIRECTION_FROM, DIRECTION_TO };

static enum direction read_direction(struct items *items, size_t at)
{
    const struct item *item = &items->list[at];
    const enum word_kind before =
        item->gap != GAP_CLAUSE ? item_kind_before(items, at) : WORD_NOTHING;

    items_mark_used(items, at, at + 1 + (item_kind(items, at + 1) == WORD_TO));
    if (before == WORD_OUT_OF || before == WORD_FROM || before == WORD_AT || before == WORD_TO ||
        before == WORD_ON) {
        items_mark_used(items, at - 1, at);
        return before == WORD_OUT_OF || before == WORD_FROM ? DIRECTION_FROM : DIRECTION_TO;
    }
    if (item->ending == ENDING_FROM)
        return DIRECTION_FROM;
    return item->ending == ENDING_TO ? DIRECTION_TO : DIRECTION_NONE;
}

/* Sets a place of the ride. Places without a direction are in the order of travel. */
static void set_place(struct phrase_ride *out, struct slice slug, enum direction direction)
{
    struct slice *role = NULL;

    if (direction != DIRECTION_NONE)
        role = direction == DIRECTION_FROM ? &out->from : &out->to;
    else if (out->place.at == NULL && out->from.at == NULL && out->to.at == NULL)
        role = &out->place;
    else
        role = out->from.at == NULL && out->place.at == NULL ? &out->from : &out->to;
    if (role->at != NULL)
        out->ask |= PHRASE_ASK_CITY;
    *role = slug;
    if (out->place.at == NULL || (out->from.at == NULL && out->to.at == NULL))
        return;
    if (out->from.at != NULL && out->to.at != NULL)
        out->ask |= PHRASE_ASK_CITY;
    else if (out->from.at == NULL)
        out->from = out->place;
    else
        out->to = out->place;
    out->place = SLICE_NONE;
}

/* "через", "via", "заезжаю": places on the way may follow. */
static bool may_begin_via(const struct items *items, size_t at)
{
    const enum word_kind kind = item_kind(items, at);

    return kind == WORD_VIA
               ? items->list[at].value == 0
               : (kind == WORD_IN || kind == WORD_ARRIVE) && items->list[at].value == 1;
}

static bool is_listed_city(const struct items *items, size_t at)
{
    return items->list[at].ending == ENDING_NONE &&
           (items->list[at].gap == GAP_CLAUSE || item_kind_before(items, at) == WORD_AND);
}

/* "Шу арқылы", "Шу, Мерке арқылы". */
static bool precedes_via(const struct items *items, size_t at)
{
    size_t next = at + 1;

    while (item_kind(items, next) == WORD_AND ||
           (item_kind(items, next) == WORD_CITY && is_listed_city(items, next)))
        next++;
    return item_kind(items, next) == WORD_VIA && items->list[next].value == 1 &&
           (next == at + 1 || items->list[at].ending == ENDING_NONE);
}

/* True if the city is on the way. `previous_end`: the end of the previous city on the way; 0: none.
 */
static bool is_on_the_way(struct items *items, size_t at, size_t previous_end)
{
    size_t from = at - (item_kind_before(items, at) == WORD_AT);

    if (item_kind_before(items, from) == WORD_AND && from > 1 && may_begin_via(items, from - 2))
        from--; /* "via", an unknown place and "and" precede the city */
    const bool follows =
        from > 0 && items->list[from].gap != GAP_CLAUSE && may_begin_via(items, from - 1);
    if (follows)
        items_mark_used(items, from - 1, at);
    return follows || precedes_via(items, at) ||
           (previous_end > 0 && is_listed_city(items, at) &&
            at == previous_end + (item_kind_before(items, at) == WORD_AND));
}

static void read_places(struct parser *parser, struct phrase_ride *out)
{
    struct items *items = &parser->items;
    size_t end = 0;

    for (size_t i = 0; i < items->count; i++) {
        const enum word_kind kind = item_kind(items, i), next = item_kind(items, i + 1);
        if (kind == WORD_ELSEWHERE)
            out->ask |= PHRASE_ASK_CITY;
        if (kind == WORD_VIA || (kind == WORD_IN && items->list[i].value == 1 &&
                                 next != WORD_NUMBER && next != WORD_VAGUE && next != WORD_UNIT))
            out->has_via = true;
        if (kind != WORD_CITY)
            continue;
        const struct slice slug =
            words_get_places(parser->words)->cities[items->list[i].value].slug;
        if (out->named_count < PHRASE_STOPS_MAX)
            out->named[out->named_count++] = slug;
        if (!is_on_the_way(items, i, end)) {
            set_place(out, slug, read_direction(items, i));
            continue;
        }
        end = i + 1;
        items_mark_used(items, i, end);
        items->list[i].on_the_way = true;
        out->has_via = true;
        if (out->via_count < PHRASE_STOPS_MAX)
            out->via[out->via_count++] = slug;
    }
    if (out->from.at != NULL && slice_equal(out->from, out->to))
        out->ask |= PHRASE_ASK_CITY;
    if ((out->ask & PHRASE_ASK_CITY) != 0)
        out->from = out->to = out->place = SLICE_NONE;
}

/* Whether an unknown word follows "через", precedes "арқылы", or is in a list of cities on the way.
 * Uses the kinds of used items too. */
static bool is_unknown_stop(const struct items *items, size_t token)
{
    size_t next = 0;

    while (next < items->count && items->list[next].token < token)
        next++;
    const struct item *after = &items->list[next];
    const bool joined = next > 1 && items->list[next - 1].kind == WORD_AND;
    const bool at = next > 1 && items->list[next - 1].kind == WORD_AT;
    const struct item *before = next > 0 ? after - 1 - (joined || at) : NULL;

    if (after->kind == WORD_VIA && after->value == 1)
        return true;
    if (before == NULL)
        return false;
    return (before->kind == WORD_VIA && before->value == 0) ||
           ((before->kind == WORD_IN || before->kind == WORD_ARRIVE) && before->value == 1) ||
           (before->on_the_way && (joined || after->on_the_way));
}

/* Sets the first unknown word, and the first that stands where a place on the way is named. */
static void read_unknown_words(const struct parser *parser, struct slice text,
                               struct phrase_ride *out)
{
    for (size_t i = 0; i < parser->tokens.count && out->unread_stop.at == NULL; i++) {
        if (!parser->items.unknown[i])
            continue;
        const struct slice word = phrase_token_text(text, &parser->tokens, i);
        if (out->unread.at == NULL)
            out->unread = word;
        if (is_unknown_stop(&parser->items, i))
            out->unread_stop = word;
    }
}

/* --- the time of departure --- */

enum { NOT_NAMED = -1 };

/* What the phrase says of the time of departure. */
struct departure {
    int32_t minute; /* of the day */
    int daytime;    /* enum word_daytime */
    bool is_exact;  /* the part of the day does not change `minute` */
    bool tonight;   /* the night after today: until PHRASE_NIGHT_ENDS of the next day */
};

static bool is_unit(const struct items *items, size_t at, enum word_unit unit)
{
    return item_kind(items, at) == WORD_UNIT && items->list[at].value == (int)unit;
}

static bool is_hour_word(const struct items *items, size_t at)
{
    return item_kind(items, at) == WORD_UNIT && unit_is_hour(items->list[at].value);
}

static bool follows_hour_word(const struct items *items, size_t at)
{
    return at > 0 && is_hour_word(items, at - 1);
}

static bool follows_at(const struct items *items, size_t at)
{
    return item_kind_before(items, at) == WORD_AT && items->list[at - 1].value == 0;
}

/* "кешкі 7-де": without a part of the day it is the 7th of a month. */
static bool is_kazakh_hour(const struct items *items, size_t at)
{
    const struct item *item = &items->list[at];

    return at > 0 && item->ending == ENDING_AT && item->gap != GAP_CLAUSE &&
           items->list[at - 1].kind == WORD_DAYTIME;
}

static bool is_hour_number(const struct items *items, size_t at)
{
    return item_is_number(items, at) && items->list[at].value >= 0 &&
           items->list[at].value < DAY_HOURS &&
           (!items->list[at].is_day || follows_hour_word(items, at) || is_kazakh_hour(items, at));
}

/* The part of the day that an item after a time names. If `after_at`, also "ночи" and "дня", which
 * without "в" count nights and days. */
static int daytime_of_item(const struct items *items, size_t at, bool after_at)
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

static int32_t move_to_daytime(int32_t minute, int daytime)
{
    return daytime != NOT_NAMED && minute >= daytimes[daytime].first &&
                   minute < daytimes[daytime].end
               ? minute + NOON * HOUR
               : minute;
}

/* Sets the time, and the part of the day that the item at `at` names. Returns the number of items
 * of the part. */
static size_t set_minute(const struct items *items, size_t at, bool after_at, int32_t minute,
                         struct departure *departure)
{
    const bool closes = items->list[at].gap == GAP_CLAUSE;
    const int daytime = closes ? NOT_NAMED : daytime_of_item(items, at, after_at);

    departure->minute = move_to_daytime(minute, daytime);
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

/* Reads "в 6 вечера", "18 часов", "сағат 18", "at 6 pm", "в 18". Returns the number of items read;
 * 0 if the number is no time. */
static size_t read_hour(struct parser *parser, size_t at, struct phrase_ride *out,
                        struct departure *departure)
{
    struct items *items = &parser->items;
    const bool after_at = follows_at(items, at);
    const enum word_kind after = item_kind(items, at + 1);
    const bool closes = items->list[at + 1].gap == GAP_CLAUSE;
    const bool hours = !closes && is_hour_word(items, at + 1);
    const bool ends = closes || after == WORD_NOTHING || after == WORD_OUT_OF || after == WORD_FROM;
    const int32_t minute = items->list[at].value * HOUR;
    struct departure named = *departure;
    /* "часа дня" is a word for hours and for the part of the day. */
    const bool part_in_hours = hours && items->list[at + 1].value != UNIT_HOUR;
    const size_t part = at + 1 + (hours && !part_in_hours);
    const size_t count = part - at + set_minute(items, part, after_at, minute, &named);

    if (hours && is_from_now(items, at, at + 2))
        return set_time_from_now(parser, at, at + 2, minute, out, departure);
    if (!hours && !named.is_exact && !follows_hour_word(items, at) && !is_kazakh_hour(items, at) &&
        !(after_at && ends))
        return 0;
    *departure = named;
    return count;
}

static bool names_other_day(const struct items *items, size_t at)
{
    for (size_t i = 0; i < items->count; i++) {
        const enum word_kind kind = item_kind(items, i);
        if (i != at && (kind == WORD_FROM_TODAY || kind == WORD_TONIGHT || kind == WORD_WEEKDAY ||
                        kind == WORD_MONTH || (kind == WORD_NUMBER && items->list[i].is_day)))
            return true;
    }
    return false;
}

/* The time that the item is in digits: "18:30", and "9.10" in "завтра в 9.10", which is a date
 * unless the phrase names another day. In minutes of the day; NOT_NAMED: it is none. */
static int32_t get_clock(const struct parser *parser, size_t at)
{
    const struct items *items = &parser->items;
    const struct item *item = &items->list[at];
    const struct token *token = &parser->tokens.list[item->token];
    const int length = item->day < 10 ? 4 : 5; /* if the minutes have two digits */

    if (item_kind(items, at) == WORD_CLOCK)
        return item->value;
    if (item->used || !item->is_date || item->slashed || item->day >= DAY_HOURS ||
        token->end - token->begin != length || !names_other_day(items, at) ||
        !(follows_at(items, at) || follows_hour_word(items, at) || item->ending == ENDING_AT))
        return NOT_NAMED;
    return item->day * HOUR + item->month;
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
        if (count > 0 && follows_hour_word(items, at))
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

static void read_times(struct parser *parser, struct phrase_ride *out)
{
    struct departure departure = {.minute = NOT_NAMED, .daytime = NOT_NAMED};

    for (size_t at = 0; at < parser->items.count;)
        at += read_time(parser, at, out, &departure);
    if (departure.minute == NOT_NAMED && departure.daytime != NOT_NAMED) {
        out->after = daytimes[departure.daytime].after;
        out->before = daytimes[departure.daytime].before;
    } else if (departure.minute != NOT_NAMED) {
        if (!departure.is_exact) /* "вечером в 6": the part is elsewhere */
            departure.minute = move_to_daytime(departure.minute, departure.daytime);
        if (departure.tonight && departure.minute < PHRASE_NIGHT_ENDS * HOUR)
            departure.minute += DAY_HOURS * HOUR;
        set_departure_around(out, departure.minute);
    }
}

/* --- the ride --- */

struct slice phrase_get_city_name(const struct phrase_words *words, struct slice slug,
                                  enum language language)
{
    const struct phrase_places *places = words != NULL ? words_get_places(words) : NULL;

    for (size_t i = 0; places != NULL && i < places->city_count; i++) {
        const struct phrase_city *city = &places->cities[i];
        if (slice_equal(city->slug, slug))
            return city->names[language].len > 0 ? city->names[language] : city->names[LANGUAGE_RU];
    }
    return slug;
}

static bool mark_kind_used(struct items *items, enum word_kind kind)
{
    bool found = false;

    for (size_t i = 0; i < items->count; i++)
        if (item_kind(items, i) == kind)
            items->list[i].used = found = true;
    return found;
}

/* Reads ", один" or ", 2" at the end as seats, ", 5000" as a price. */
static int32_t get_last_number(const struct items *items)
{
    const size_t last = items->count - 1;

    return items->count > 1 && item_is_number(items, last) && !items->list[last].is_day &&
                   items->list[last].gap == GAP_CLAUSE && items->list[last].value > 0
               ? items->list[last].value
               : 0;
}

bool phrase_read_ride(const struct phrase_words *words, struct slice text, enum language language,
                      struct phrase_now now, struct arena *arena, struct phrase_ride *out,
                      struct fault *fault)
{
    struct phrase_ride ride = {.day = DATE_ABSENT};
    struct parser *parser = phrase_create_parser(words, text, language, now, true, arena, fault);

    if (parser == NULL)
        return false;
    read_places(parser, &ride);
    read_times(parser, &ride);
    ride.whole_car = mark_kind_used(&parser->items, WORD_CAR);
    ride.parcel = mark_kind_used(&parser->items, WORD_PARCEL);
    money_read(parser);
    guests_read(parser);
    stay_dates_read(parser);
    ride.seats = parser->found.guests;
    ride.price = parser->found.max_price > 0 ? parser->found.max_price : parser->found.min_price;
    const int32_t last = get_last_number(&parser->items);
    if (last >= PRICE_MIN)
        ride.price = last;
    else if (ride.seats == 0 && (parser->found.ask & PHRASE_ASK_GUESTS) == 0)
        ride.seats = last;
    read_unknown_words(parser, text, &ride);
    if (parser->found.check_in != DATE_ABSENT)
        ride.day = parser->found.check_in;
    ride.ask |= parser->found.ask & PHRASE_ASK_GUESTS;
    /* A ride has one day. If the phrase has two days or a length of stay, the day is ambiguous. */
    if ((parser->found.ask & (PHRASE_ASK_DATES | PHRASE_ASK_CHECK_IN)) != 0 ||
        parser->found.check_out != DATE_ABSENT) {
        ride.ask |= PHRASE_ASK_DATES;
        ride.day = DATE_ABSENT;
    }
    *out = ride;
    return true;
}
