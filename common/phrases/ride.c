// SPDX-License-Identifier: MIT
/* Reads a ride: two places and places on the way, a day, a time of departure, seats or a parcel.
 * Days and people are read by the stages for stays, from which places and times are hidden.
 * ride_times.c reads the times. */
#include "base/date.h"

#include "phrases/parser.h"

enum { PRICE_MIN = 1000 /* tenge; a smaller number without a unit is a number of seats */ };

/* --- places --- */

enum direction { DIRECTION_NONE, DIRECTION_FROM, DIRECTION_TO };

/* The kind of the preposition before the item at `at`; WORD_NOTHING: there is none, or it belongs
 * to another word, as in "в командировку Алматы" and "18-ге дейін Алматыдан". */
static enum word_kind preposition_of(const struct items *items, size_t at)
{
    const struct item *item = &items->list[at];

    return item->gap == GAP_CLAUSE || item->detached ||
                   (at > 0 && item_is_postposed_to(items, at - 1))
               ? WORD_NOTHING
               : item_kind_before(items, at);
}

/* "Almaty to Taraz", "Алматы до Тараза". */
static bool precedes_to_city(const struct items *items, size_t at)
{
    return item_kind(items, at + 1) == WORD_TO && !item_is_postposed_to(items, at + 1) &&
           items->list[at + 1].gap != GAP_CLAUSE && item_kind(items, at + 2) == WORD_CITY &&
           preposition_of(items, at + 2) == WORD_TO;
}

static enum direction read_direction(struct items *items, size_t at)
{
    const struct item *item = &items->list[at];
    const enum word_kind before = preposition_of(items, at);

    /* "Теміртауға дейін": the word belongs to the place. */
    items_mark_used(items, at, at + 1 + item_is_postposed_to(items, at + 1));
    if (before == WORD_OUT_OF || before == WORD_FROM || before == WORD_AT || before == WORD_TO ||
        before == WORD_ON) {
        items_mark_used(items, at - 1, at);
        return (before == WORD_OUT_OF && items->list[at - 1].value == OUT_OF_PLACE) ||
                       before == WORD_FROM || (before == WORD_AT && precedes_to_city(items, at))
                   ? DIRECTION_FROM
                   : DIRECTION_TO;
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

    const bool joined =
        item_kind_before(items, from) == WORD_AND && from > 1 && may_begin_via(items, from - 2);
    from -= joined; /* "via", an unknown place and "and" precede the city */
    const bool follows = from > 0 && items->list[from].gap != GAP_CLAUSE &&
                         (joined || !items->list[from].detached) && may_begin_via(items, from - 1);
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

/* The child seats that the phrase counts: "2 детских кресла", "кресло". */
static int32_t read_child_seats(struct items *items)
{
    int32_t seats = 0;

    for (size_t i = 0; i < items->count; i++) {
        if (item_kind(items, i) != WORD_CHILD_SEAT)
            continue;
        const bool counted =
            i > 0 && items->list[i].gap != GAP_CLAUSE &&
            (item_is_number(items, i - 1) || item_kind(items, i - 1) == WORD_COLLECTIVE) &&
            items->list[i - 1].value > 0;
        seats += counted ? items->list[i - 1].value : 1;
        items_mark_used(items, i - counted, i + 1);
    }
    return seats;
}

/* True for the words after the number in "4000 за место" and "3500 с человека". */
static bool is_followed_by_per_seat(const struct items *items, size_t at)
{
    const enum word_kind after = item_kind(items, at + 1);

    return (after == WORD_PER || after == WORD_FROM) && at + 2 < items->count &&
           items->list[at + 2].kind == WORD_PEOPLE;
}

/* The price in "3 места по 3500" and "за 4000", which money_read() takes for a bare number; 0:
 * there is none. */
static int32_t find_price_without_unit(const struct items *items)
{
    for (size_t i = 0; i < items->count; i++) {
        const enum word_kind before = item_kind_before(items, i);
        if (item_is_number(items, i) && items->list[i].value >= PRICE_MIN &&
            (before == WORD_TO || before == WORD_PER || before == WORD_BUDGET ||
             is_followed_by_per_seat(items, i)))
            return items->list[i].value;
    }
    return 0;
}

/* For a stay "выезд" names the last day; for a ride it names the day of departure. */
static void treat_leaving_as_start(struct items *items)
{
    for (size_t i = 0; i < items->count; i++)
        if (item_kind(items, i) == WORD_LEAVE)
            items->list[i].kind = WORD_ARRIVE;
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
    ride_times_read_window(parser, &ride);
    read_places(parser, &ride);
    ride_times_read(parser, &ride);
    ride.whole_car = mark_kind_used(&parser->items, WORD_CAR);
    ride.parcel = mark_kind_used(&parser->items, WORD_PARCEL);
    ride.child_seats = read_child_seats(&parser->items);
    money_read(parser);
    guests_read(parser);
    treat_leaving_as_start(&parser->items);
    stay_dates_read(parser);
    ride.seats = parser->found.guests;
    ride.price = parser->found.max_price > 0 ? parser->found.max_price : parser->found.min_price;
    if (ride.price == 0)
        ride.price = find_price_without_unit(&parser->items);
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
