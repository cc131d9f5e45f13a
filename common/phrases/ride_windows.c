// SPDX-License-Identifier: MIT
/* Reads a window of departure with both bounds: "с 9 до 12", "9:00-12:00", "between 9 and 12",
 * "9-дан 12-ге дейін". */
#include "phrases/parser.h"
#include "phrases/ride_times_private.h"

enum { SEATS_MAX = 8 /* "5-8" without a sign of times may be numbers of seats */ };

/* An end of a window: "9", "9:00", "9 часов утра". */
struct window_end {
    size_t from, to; /* its items */
    int32_t minute;
    int daytime;  /* named with it; or NOT_NAMED */
    bool is_time; /* it is no day: a clock time, or named with an hour or a part of the day */
};

/* If `after_from`, "ночи" and "дня" are parts of the day. False: the items are no end. */
static bool read_window_end(const struct items *items, size_t at, bool after_from,
                            struct window_end *out)
{
    const struct item *item = &items->list[at];
    const bool clock = item_kind(items, at) == WORD_CLOCK;
    const bool inflected = item->ending == ENDING_FROM || item->ending == ENDING_TO;

    if (!clock && (!item_is_number(items, at) || item->value < 0 || item->value > DAY_HOURS ||
                   (item->is_day && !inflected)))
        return false;
    const bool hours =
        items->list[at + 1].gap != GAP_CLAUSE && ride_times_is_hour_word(items, at + 1);
    const size_t part = at + 1 + (hours && items->list[at + 1].value == UNIT_HOUR);
    const int daytime = items->list[part].gap != GAP_CLAUSE
                            ? ride_times_daytime_of_item(items, part, after_from)
                            : NOT_NAMED;
    *out = (struct window_end){.from = at,
                               .to = part + (daytime != NOT_NAMED),
                               .minute = clock ? item->value : item->value * HOUR,
                               .daytime = daytime,
                               .is_time = clock || hours || daytime != NOT_NAMED};
    return true;
}

/* True if the number before `at` is no hour: it counts something, or is a day of a month. */
static bool is_counted_noun(const struct items *items, size_t at)
{
    const enum word_kind kind = item_kind(items, at);

    return items->list[at].gap != GAP_CLAUSE &&
           (kind == WORD_UNIT || kind == WORD_MONTH || kind == WORD_NUMBERED_DAY ||
            (kind >= WORD_THOUSAND && kind <= WORD_FOREIGN) || kind == WORD_PEOPLE ||
            kind == WORD_PERSON || kind == WORD_CHILD || kind == WORD_LATER);
}

/* True for "между" and "арасында", and for the word of `kind` that days share: "between", which is
 * also "from", and "аралығында", which is also "to". */
static bool is_between(const struct items *items, size_t at, enum word_kind kind)
{
    return (item_kind(items, at) == WORD_BOUND && items->list[at].value == BOUND_BETWEEN) ||
           (item_kind(items, at) == kind && items->list[at].value == 1);
}

/* Reads the second end. False: the first does not begin a window. */
static bool read_second_end(const struct items *items, const struct window_end *first,
                            bool after_from, struct window_end *out)
{
    const bool hyphen = items->list[first->to].gap == GAP_HYPHEN;
    const bool joined = item_kind(items, first->to) == WORD_AND;
    const bool to = joined || item_kind(items, first->to) == WORD_TO;
    const bool inflected = items->list[first->from].ending == ENDING_FROM;
    const size_t at = first->to + to;

    if ((!hyphen && !to && !inflected) || at >= items->count ||
        items->list[first->to].gap == GAP_CLAUSE || items->list[at].gap == GAP_CLAUSE ||
        !read_window_end(items, at, after_from, out) || is_counted_noun(items, out->to))
        return false;
    if (hyphen)
        return after_from || first->is_time || out->is_time || out->minute > SEATS_MAX * HOUR;
    if (joined && is_between(items, out->to, WORD_TO)) {
        out->to++;
        return true;
    }
    if (joined)
        return is_between(items, first->from - 1, WORD_FROM);
    if (to)
        return after_from || first->is_time || out->is_time;
    return items->list[at].ending == ENDING_TO || item_kind(items, out->to) == WORD_TO;
}

/* "December 9-12": the numbers are days; not "5 декабря 9-12". */
static bool follows_month(const struct items *items, size_t at)
{
    return item_kind_before(items, at) == WORD_MONTH &&
           (at < 2 || !ride_times_is_number_outside(items, at - 2, at, at));
}

/* Sets the bounds. `daytime` is the part of the day that the phrase names elsewhere. */
static void set_window(struct phrase_ride *out, const struct window_end *first,
                       const struct window_end *last, int daytime)
{
    const int last_part = last->daytime != NOT_NAMED ? last->daytime : daytime;
    const int first_part = first->daytime != NOT_NAMED ? first->daytime : last_part;
    const int32_t before = ride_times_move_to_daytime(last->minute, last_part);
    const int32_t after = ride_times_move_to_daytime(first->minute, first_part);

    /* "с 8 до 5 вечера" begins in the morning. */
    out->after = after >= before && first->minute < before ? first->minute : after;
    out->before = before;
    if (before > out->after)
        return;
    /* "с 10 до 6" ends at 18; "с 22 до 2" and "с 9 до 00:00" on the next day. */
    const int32_t end = last->daytime != NOT_NAMED ? before : last->minute;
    const bool same_day = end > 0 && last->daytime == NOT_NAMED && first->minute <= NOON * HOUR &&
                          end <= NOON * HOUR && end + NOON * HOUR > out->after;
    out->before = end + (same_day ? NOON : DAY_HOURS) * HOUR;
}

/* The index of the first item of this kind outside the items from `from` to before `to`; the number
 * of items if there is none. */
static size_t find_kind_outside(const struct items *items, enum word_kind kind, size_t from,
                                size_t to)
{
    size_t at = 0;

    while (at < items->count && ((at >= from && at < to) || item_kind(items, at) != kind))
        at++;
    return at;
}

/* Reads a window whose first end is at `at`, if there is one. */
static void read_window_at(struct parser *parser, size_t at, struct phrase_ride *out)
{
    struct items *items = &parser->items;
    const bool after_from =
        item_kind_before(items, at) == WORD_FROM || is_between(items, at - 1, WORD_FROM);
    const bool after_hour = ride_times_follows_hour_word(items, at);
    const size_t begin = at - (after_from || after_hour);
    struct window_end first, last;

    if (!read_window_end(items, at, after_from, &first) ||
        !read_second_end(items, &first, after_from, &last))
        return;
    const size_t end = last.to + (item_kind(items, last.to) == WORD_TO &&
                                  items->list[first.from].ending == ENDING_FROM);
    const size_t part = find_kind_outside(items, WORD_DAYTIME, begin, end);
    const bool tonight = find_kind_outside(items, WORD_TONIGHT, begin, end) < items->count;
    if (item_kind_before(items, begin) == WORD_IN || follows_month(items, begin) ||
        (!after_hour && !first.is_time && !last.is_time && part == items->count &&
         !ride_times_names_other_day(items, begin, end)))
        return;
    set_window(out, &first, &last,
               part < items->count ? items->list[part].value
               : tonight           ? DAYTIME_NIGHT
                                   : NOT_NAMED);
    if (tonight && out->before <= PHRASE_NIGHT_ENDS * HOUR) {
        out->after += DAY_HOURS * HOUR;
        out->before += DAY_HOURS * HOUR;
    }
    if (first.daytime == NOT_NAMED && last.daytime == NOT_NAMED && part == items->count &&
        !tonight && out->before <= NOON * HOUR && ride_times_is_past_today(parser, out->before)) {
        out->after += NOON * HOUR; /* "сегодня с 6 до 9", said at noon */
        out->before += NOON * HOUR;
    }
    items_mark_used(items, begin, end);
}

void ride_times_read_window(struct parser *parser, struct phrase_ride *out)
{
    for (size_t at = 0; at < parser->items.count && out->before == 0; at++)
        read_window_at(parser, at, out);
}
