// SPDX-License-Identifier: MIT
#include "phrases/days_private.h"

enum {
    YEAR_FIRST = 2000,
    YEAR_LAST = 2099,
    WEEK = 7,
    MONTHS = 12,
    /* numbers that count "дней" and "ночей", so that "12 дня" is an hour */
    PLURAL_FROM = 5,
    PLURAL_TO = 20
};

static struct point *add_point(struct days *days, enum point_kind kind, size_t from, size_t to)
{
    struct point *point = &days->points[days->count];

    if (days->count == POINTS_MAX - 1)
        days->unclear = true;
    else
        days->count++;
    *point = (struct point){.kind = kind, .from = from, .to = to};
    return point;
}

static bool is_year(const struct items *items, size_t at)
{
    return item_is_number(items, at) && items->list[at].value >= YEAR_FIRST &&
           items->list[at].value <= YEAR_LAST;
}

/* Reads the year after a date. In English it may follow a comma: "Nov 25, 2026". */
static size_t read_year(const struct items *items, size_t at, bool month_first, struct point *point)
{
    if (!is_year(items, at) || (!month_first && !days_is_adjacent(items, at)) ||
        items->list[at].gap == GAP_HYPHEN)
        return at;
    point->year = (int)items->list[at].value;
    return at + 1;
}

/* Reads the year before a date: "2026 ж. 25 қараша". */
static void read_year_before(const struct items *items, size_t at, struct point *point)
{
    if (point->year != 0 || at == 0 || !is_year(items, at - 1) || !days_is_adjacent(items, at))
        return;
    point->year = (int)items->list[at - 1].value;
    point->from--;
}

/* The order of the numbers of slashed dates in English, where 5/12 may be either. */
enum slashed_order { ORDER_UNKNOWN, ORDER_DAY_FIRST, ORDER_MONTH_FIRST, ORDER_MIXED };

/* The order in which all slashed dates of the phrase are written, judged by those with a number
 * that is no month. */
static enum slashed_order find_slashed_order(const struct items *items)
{
    enum slashed_order order = ORDER_UNKNOWN;

    for (size_t i = 0; i < items->count; i++) {
        const struct item *item = &items->list[i];
        if (!item->slashed || (item->day <= MONTHS && item->month <= MONTHS))
            continue;
        const enum slashed_order found = item->month > MONTHS ? ORDER_MONTH_FIRST : ORDER_DAY_FIRST;
        order = order == ORDER_UNKNOWN || order == found ? found : ORDER_MIXED;
    }
    return order;
}

static size_t read_date(struct parser *parser, size_t at, struct days *days)
{
    const struct item *item = &parser->items.list[at];
    struct point *point = add_point(days, POINT_DATE, at, at + 1);
    const bool ordered = item->slashed && parser->language == LANGUAGE_EN;
    const enum slashed_order order = ordered ? find_slashed_order(&parser->items) : ORDER_DAY_FIRST;
    const bool swapped = order == ORDER_MONTH_FIRST;

    point->year = item->year;
    point->day = swapped ? item->month : item->day;
    point->month = swapped ? item->day : item->month;
    days->unclear |= order == ORDER_MIXED || (order == ORDER_UNKNOWN && item->day != item->month);
    return at + 1;
}

/* Reads "5 декабря", "December 5", "желтоқсанның 5-інен". Returns the index of the item after the
 * day; `at` if there is no such day. */
static size_t read_day_of_month(const struct items *items, size_t at, struct days *days)
{
    const bool month_first = item_kind(items, at) == WORD_MONTH;
    const size_t number = at + month_first;
    const size_t month = month_first ? at : at + 1;
    size_t to = at + 2;

    if (!days_is_day_number(items, number) || item_kind(items, month) != WORD_MONTH ||
        !days_is_adjacent(items, at + 1) || (month_first && days_is_unit_or_thousand(items, to)))
        return at;
    /* In "5 декабря 8 декабря" each month belongs to the number before it. */
    if (month_first && item_kind(items, to) == WORD_MONTH && days_is_adjacent(items, to) &&
        item_kind_before(items, at) == WORD_NUMBER)
        return at;
    struct point *point = add_point(days, POINT_DATE, at, to);
    point->day = items->list[number].value;
    point->month = items->list[month].value;
    point->to = to = read_year(items, to, month_first, point);
    read_year_before(items, at, point);
    return to;
}

static enum which mark_which_word_before_used(struct items *items, size_t at)
{
    const enum word_kind before = item_kind_before(items, at);

    if (before != WORD_THIS && before != WORD_NEXT && before != WORD_NEAREST)
        return WHICH_NONE;
    items->list[at - 1].used = true;
    return before == WORD_THIS ? WHICH_THIS : before == WORD_NEXT ? WHICH_NEXT : WHICH_NEAREST;
}

static int32_t nights_of_unit(int32_t unit)
{
    if (unit == UNIT_WEEK)
        return WEEK;
    return unit == UNIT_FORTNIGHT ? 2 * WEEK : 1;
}

static bool is_quantity(const struct items *items, size_t at)
{
    const enum word_kind kind = item_kind(items, at);

    return kind == WORD_VAGUE || kind == WORD_COLLECTIVE || kind == WORD_ORDINAL ||
           item_is_number(items, at);
}

static void set_stay_length(struct days *days, int32_t unit, int32_t count)
{
    int32_t *const length = unit == UNIT_NIGHT ? &days->nights : &days->lengths;

    days->unclear |= *length != 0 || count < 1 || count > PHRASE_NIGHTS_MAX / nights_of_unit(unit);
    *length = days->unclear ? 0 : count * nights_of_unit(unit);
}

/* Reads an offset from today: "через 3 дня", "3 күннен кейін". */
static void read_offset(struct parser *parser, size_t from, size_t unit_at, size_t to,
                        struct days *days)
{
    const struct items *items = &parser->items;
    const int32_t kind = items->list[unit_at].value;
    const bool counted = from < unit_at && item_kind(items, from) != WORD_VAGUE;

    if (kind == UNIT_MONTH || unit_is_hour(kind) || (from < unit_at && !counted)) {
        days->unclear = true;
        return;
    }
    struct point *point = add_point(days, POINT_OFFSET, from, to);
    const int32_t count = counted ? items->list[from].value : 1;
    days->unclear |= count < 1 || count > PHRASE_NIGHTS_MAX / nights_of_unit(kind);
    point->days = days->unclear ? 0 : count * nights_of_unit(kind);
    point->from_now = true;
}

/* A unit of time without a count ("неделя"), and what the words around it mean. */
struct lone_unit {
    int32_t unit;
    enum word_kind before;
    bool wanted;    /* a length: "на сутки", "тәулікке" */
    bool is_rate;   /* after a price: "в сутки", "per night" */
    bool to_point;  /* belongs to the days after it: "в ночь с 5 на 6" */
    bool of_point;  /* belongs to the day before it: "Saturday night" */
    bool from_then; /* WORD_FROM follows: "a week from" */
    bool on_then;   /* WORD_ON follows: "в ночь на 6" */
};

static struct lone_unit describe_lone_unit(const struct items *items, size_t at,
                                           const struct days *days)
{
    const struct item *unit = &items->list[at];
    const enum word_kind before = item_kind_before(items, at);
    const enum word_kind after = item_kind(items, at + 1);
    const bool whole_week =
        before == WORD_PER && unit->value == UNIT_WEEK && items->list[at - 1].value == 0;

    return (struct lone_unit){
        .unit = unit->value,
        .before = before,
        .wanted = before == WORD_ON || unit->ending == ENDING_TO || whole_week,
        .is_rate = before == WORD_AT || before == WORD_PER,
        .to_point = days_can_begin_point(items, at + 1) ||
                    (after == WORD_FROM && days_is_adjacent(items, at + 1)),
        .of_point = days->count > 0 && days->points[days->count - 1].to == at &&
                    days_is_adjacent(items, at),
        .from_then = after == WORD_FROM,
        .on_then = after == WORD_ON,
    };
}

static bool is_lone_unit_unclear(const struct lone_unit *lone, enum language language)
{
    if (unit_is_hour(lone->unit))
        return lone->wanted;
    if (lone->unit == UNIT_WEEK)
        return language == LANGUAGE_EN && lone->from_then && !lone->wanted;
    return lone->unit == UNIT_NIGHT && lone->before == WORD_AT && lone->on_then;
}

static bool means_one_unit(const struct lone_unit *lone, const struct days *days)
{
    switch (lone->unit) {
    case UNIT_NIGHT:
        return lone->wanted || lone->of_point || lone->to_point;
    case UNIT_DAY:
        return lone->wanted || (days->count > 0 && lone->before == WORD_NOTHING);
    case UNIT_WEEK:
        return lone->wanted || !lone->is_rate;
    default:
        return lone->unit == UNIT_FORTNIGHT;
    }
}

/* The index after an approximate length: "дня на три", "на неделю-две", "на день или два"; 0: the
 * unit at `at` begins none. */
static size_t find_approximate_length_end(const struct items *items, size_t at)
{
    const bool either = item_kind(items, at + 1) == WORD_OR;
    const bool on = item_kind(items, at + 1 + either) == WORD_ON;
    const size_t number = at + 1 + either + on;
    const enum word_kind after = item_kind(items, number + 1);
    const bool counts = (item_is_number(items, number) && !items->list[number].is_day) ||
                        (item_kind(items, number) == WORD_COLLECTIVE &&
                         (either || (on && items->list[number].counts_units)));

    if (!counts || !days_is_adjacent(items, number) ||
        (!either && !on && items->list[number].gap != GAP_HYPHEN) ||
        (days_is_adjacent(items, number + 1) && after != WORD_NOTHING && after != WORD_FROM))
        return 0;
    return number + 1;
}

static void read_lone_unit(struct parser *parser, size_t at, struct days *days)
{
    const struct lone_unit lone = describe_lone_unit(&parser->items, at, days);
    const size_t approximate_end = find_approximate_length_end(&parser->items, at);

    if (lone.before == WORD_NEXT || lone.before == WORD_THIS || lone.before == WORD_NEAREST) {
        const bool next = lone.before == WORD_NEXT;
        days->next_week |= next && lone.unit == UNIT_WEEK;
        days->this_week |= !next && lone.unit == UNIT_WEEK;
        days->unclear |= lone.unit != UNIT_WEEK;
    } else if (is_lone_unit_unclear(&lone, parser->language)) {
        days->unclear = true;
    } else if (approximate_end > 0) {
        days->vague = true;
        items_mark_used(&parser->items, at + 1, approximate_end);
    } else if (lone.unit == UNIT_MONTH) {
        days->vague |= lone.wanted || !lone.is_rate;
    } else if (means_one_unit(&lone, days)) {
        set_stay_length(days, lone.unit, 1);
    }
}

bool days_is_time_of_day(const struct parser *parser, size_t number)
{
    const struct items *items = &parser->items;
    const struct item *unit = &items->list[number + 1];
    const struct letters *word = &parser->tokens.list[unit->token].letters;
    const struct letters day = letters_of(SLICE("дня")), night = letters_of(SLICE("ночи"));
    const bool apart = items->list[number].gap == GAP_CLAUSE || items->list[number].separated;
    /* "в полдень, 2 ночи": the preposition is of the word before the comma. */
    const enum word_kind before = apart ? WORD_NOTHING : item_kind_before(items, number);

    if (item_kind(items, number + 1) != WORD_UNIT)
        return false;
    if (before == WORD_AT)
        return items->list[number - 1].value != AT_ON &&
               (unit->value == UNIT_NIGHT || unit->value == UNIT_DAY);
    if (!letters_equal(word, &day) && !letters_equal(word, &night))
        return false;
    if ((before == WORD_FROM || before == WORD_TO) && items->list[number - 1].value == 0)
        return true;
    return item_is_number(items, number) && items->list[number].value >= PLURAL_FROM &&
           items->list[number].value <= PLURAL_TO && before != WORD_ON;
}

static void read_length(struct parser *parser, size_t from, size_t unit_at, struct days *days)
{
    const struct items *items = &parser->items;
    const struct item *unit = &items->list[unit_at];
    const enum word_kind before = item_kind_before(items, from);
    const bool range =
        from > 0 && ((items->list[from].gap == GAP_HYPHEN && is_quantity(items, from - 1)) ||
                     (from >= 2 && is_quantity(items, from - 2) &&
                      (before == WORD_OR || (before == WORD_TO && !items->list[from - 2].is_day))));

    if (days_is_time_of_day(parser, from))
        return;
    if (range)
        items_mark_used(&parser->items, from - 1 - (items->list[from].gap != GAP_HYPHEN), from);
    if (unit_is_hour(unit->value)) {
        /* "в 14 часов" is a time of day, not a length. */
        days->unclear |= before != WORD_AT && before != WORD_TO && before != WORD_FROM;
    } else if (item_kind(items, from) == WORD_VAGUE || range || unit->value == UNIT_MONTH) {
        days->vague = true;
    } else if (item_kind(items, from) == WORD_ORDINAL) {
        days->unclear = true; /* such as "второй день" */
    } else {
        set_stay_length(days, unit->value, items->list[from].value);
    }
}

static void read_unit(struct parser *parser, size_t at, struct days *days)
{
    struct items *items = &parser->items;
    const size_t from =
        at > 0 && days_is_adjacent(items, at) && is_quantity(items, at - 1) ? at - 1 : at;
    const bool in = item_kind_before(items, from) == WORD_IN;
    const bool later = item_kind(items, at + 1) == WORD_LATER;

    if (in || later)
        read_offset(parser, from, at, at + 1 + later, days);
    else if (from < at)
        read_length(parser, from, at, days);
    else
        read_lone_unit(parser, at, days);
    items_mark_used(items, from, at + 1 + later);
}

/* True for "күні" in "жұма күні" and its cases: "күнінен", and "күніне", which alone is "per day".
 */
static bool is_word_day(const struct items *items, size_t at)
{
    const struct item *item = &items->list[at];
    const enum word_kind kind = item_kind(items, at);

    return kind == WORD_NUMBERED_DAY || (kind == WORD_PER && item->value == PER_UNIT) ||
           (kind == WORD_UNIT && item->value == UNIT_DAY && item->ending != ENDING_NONE);
}

static size_t read_weekday(struct parser *parser, size_t at, struct days *days)
{
    struct items *items = &parser->items;
    const struct item *before = at > 0 ? &items->list[at - 1] : NULL;
    size_t to = at + 1;

    /* "бір жұмаға" means for a week, or until a Friday. */
    if (before != NULL && item_kind(items, at - 1) == WORD_NUMBER && !before->is_day &&
        days_is_adjacent(items, at) && items->list[at].gap != GAP_HYPHEN &&
        items->list[at].value == 5)
        days->unclear = true;
    if (is_word_day(items, to) && days_is_adjacent(items, to))
        items->list[to++].used = true;
    struct point *point = add_point(days, POINT_WEEKDAY, at, to);
    point->days = items->list[at].value;
    point->which = mark_which_word_before_used(items, at);
    return to;
}

static size_t read_offset_word(struct parser *parser, size_t at, struct days *days)
{
    struct point *point = add_point(days, POINT_OFFSET, at, at + 1);

    point->from_now = true;
    if (item_kind(&parser->items, at) == WORD_TONIGHT)
        days->nights = 1;
    else
        point->days = parser->items.list[at].value;
    days->unclear |= point->days < 0;
    return at + 1;
}

/* True for two plain numbers joined by a hyphen, which have no definite meaning. */
static bool is_bare_range(const struct items *items, size_t at)
{
    return item_is_number(items, at) && item_is_number(items, at + 1) &&
           items->list[at + 1].gap == GAP_HYPHEN && items->list[at].digits;
}

/* True for a list of days such as "5, 6, 7 декабря", which is ambiguous: the guest may mean any of
 * the days or all of them. */
static bool begins_day_list(const struct items *items, size_t at)
{
    return days_is_day_number(items, at) && items->list[at].digits &&
           days_is_day_number(items, at + 1) && items->list[at + 1].gap == GAP_CLAUSE &&
           !items->list[at + 1].separated && item_kind(items, at + 2) == WORD_MONTH;
}

static size_t read_other_item(struct parser *parser, size_t at, struct days *days)
{
    struct items *items = &parser->items;

    switch (item_kind(items, at)) {
    case WORD_UNIT:
        read_unit(parser, at, days);
        return at + 1;
    case WORD_WEEKDAY:
        return read_weekday(parser, at, days);
    case WORD_FROM_TODAY:
    case WORD_TONIGHT:
        return read_offset_word(parser, at, days);
    case WORD_WEEKEND:
        days->weekend = true;
        days->weekend_which = mark_which_word_before_used(items, at);
        return at + 1;
    case WORD_HOLIDAY:
        days->holiday = true;
        return at + 1;
    case WORD_LONG:
        days->vague = true;
        return at + 1;
    case WORD_INCLUSIVE:
        days->inclusive |=
            days->count > 0 && days_is_adjacent(items, at) &&
            days->points[days->count - 1].to + item_is_postposed_to(items, at - 1) == at;
        return at + 1;
    case WORD_MONTH:
        days->unclear |= days->month != 0;
        days->month = items->list[at].value;
        days->month_at = at;
        return at + 1;
    default:
        days->unclear |= is_bare_range(items, at) || begins_day_list(items, at);
        return at + 1;
    }
}

static size_t read_point(struct parser *parser, size_t at, struct days *days)
{
    struct items *items = &parser->items;
    size_t to;

    if (item_kind(items, at) == WORD_NUMBER && items->list[at].is_date)
        return read_date(parser, at, days);
    to = read_day_of_month(items, at, days);
    if (to == at && days_is_number_a_day(items, at, days)) {
        to = at + 1 + (item_kind(items, at + 1) == WORD_NUMBERED_DAY);
        add_point(days, POINT_DAY, at, to)->day = items->list[at].value;
    }
    return to;
}

/* True for "следующие" without its noun beside weekdays or a weekend, of which it says which: "не
 * на эти выходные, а на следующие". */
static bool has_next_without_noun(const struct items *items)
{
    bool lone = false, named = false;

    for (size_t i = 0; i < items->count; i++) {
        lone |= item_kind(items, i) == WORD_NEXT && items->list[i + 1].kind != WORD_UNIT;
        named |= items->list[i].kind == WORD_WEEKDAY || items->list[i].kind == WORD_WEEKEND;
    }
    return lone && named;
}

/* True if the only day may be check-in or check-out: "вечером заедем завтра утром выедем". */
static bool is_between_stay_words(const struct items *items, const struct days *days)
{
    const struct point *point = &days->points[0];
    bool arrives = false, leaves = false;

    if (days->count != 1 || days->nights != 0 || days->lengths != 0 || days->vague)
        return false;
    for (size_t i = point->from; i > 0 && items->list[i].gap != GAP_CLAUSE; i--)
        arrives |= items->list[i - 1].kind == WORD_ARRIVE;
    for (size_t i = point->to; i < items->count && items->list[i].gap != GAP_CLAUSE; i++)
        leaves |= items->list[i].kind == WORD_LEAVE;
    return arrives && leaves;
}

void days_read(struct parser *parser, struct days *days)
{
    struct items *items = &parser->items;

    *days = (struct days){.count = 0};
    for (size_t at = 0; at < items->count;) {
        size_t to = read_point(parser, at, days);
        if (to == at)
            to = read_other_item(parser, at, days);
        if (days->count > 0)
            days_set_role(items, days, &days->points[days->count - 1]);
        at = to;
    }
    for (size_t i = 0; i < days->count; i++) {
        days_set_role(items, days, &days->points[i]);
        days->unclear |= days_is_only_bounded(items, &days->points[i]);
    }
    days_join_names(items, days);
    days->unclear |= has_next_without_noun(items) || is_between_stay_words(items, days);
    days->unclear |= days_have_unknown_words(items, days);
}
