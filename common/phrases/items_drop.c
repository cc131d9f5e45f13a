// SPDX-License-Identifier: MIT
/* Marks as used items that are labels or negated. */
#include "phrases/items.h"

/* True for a time of day: "сағат 5-те". */
static bool is_time_of_day(const struct items *items, size_t at)
{
    return item_kind(items, at) == WORD_UNIT && unit_is_hour(items->list[at].value) &&
           item_is_number(items, at + 1) && items->list[at + 1].gap != GAP_CLAUSE &&
           item_kind_before(items, at) != WORD_ON && item_kind_before(items, at) != WORD_NUMBER;
}

/* True for the number after a word such as "рейс"; not in "бронь 5-8 декабря", "бронь 2 суток". */
static bool is_label_number(const struct items *items, size_t at)
{
    size_t last = at;

    if (!item_is_number(items, at) || items->list[at].is_day || items->list[at].gap == GAP_CLAUSE)
        return false;
    while (item_is_number(items, last + 1) && items->list[last + 1].gap == GAP_HYPHEN)
        last++;
    const enum word_kind counted = item_kind(items, last + 1);
    return items->list[last + 1].gap == GAP_CLAUSE ||
           (counted != WORD_MONTH && counted != WORD_NUMBERED_DAY && counted != WORD_UNIT);
}

void items_drop_labels(struct items *items)
{
    for (size_t i = 0; i < items->count; i++) {
        if (is_time_of_day(items, i))
            items_mark_used(items, i, i + 2);
        const bool floor = item_kind(items, i) == WORD_FLOOR;
        const bool label = item_kind(items, i) == WORD_LABEL;
        if (!floor && !label)
            continue;
        const enum word_kind before = item_kind_before(items, i);
        if (floor && (before == WORD_NUMBER || before == WORD_ORDINAL))
            items->list[i - 1].used = true;
        else if (is_label_number(items, i + 1))
            items->list[i + 1].used = true;
        /* The word for the floor itself is not marked, because a negation ends at it. */
    }
}

/* True for kinds of words that only connect other words. */
static bool only_connects(enum word_kind kind)
{
    return kind == WORD_NOTHING || (kind >= WORD_FROM && kind <= WORD_OR) || kind == WORD_WE ||
           kind == WORD_IN;
}

static bool ends_clause(const struct items *items, size_t at)
{
    return at >= items->count || items->list[at].gap == GAP_CLAUSE ||
           item_kind(items, at) == WORD_BUT;
}

static bool is_count_word(enum word_kind kind)
{
    return kind == WORD_NUMBER || kind == WORD_ORDINAL || kind == WORD_COLLECTIVE ||
           kind == WORD_VAGUE;
}

/* "эти", "следующие", "ближайшие" */
static bool is_which_word(enum word_kind kind)
{
    return kind == WORD_THIS || kind == WORD_NEXT || kind == WORD_NEAREST;
}

static bool continues_list(const struct items *items, size_t at)
{
    const enum word_kind kind = item_kind(items, at);

    return !ends_clause(items, at) && (kind == WORD_AND || kind == WORD_OR);
}

/* True if a noun without a meaning precedes the item at `at`, so that "без" does not negate the
 * item: "без пробок в Тараз", "without stops tomorrow"; not "без больших собак". */
static bool follows_other_noun(const struct items *items, size_t at)
{
    const enum word_kind kind = item_kind(items, at);

    return items->list[at].detached &&
           (kind == WORD_CITY || kind == WORD_OUT_OF || kind == WORD_CLOCK ||
            kind == WORD_DAYTIME || (kind >= WORD_NUMBER && kind <= WORD_TONIGHT) ||
            (kind >= WORD_FROM && kind <= WORD_AT));
}

/* Marks as used the items that a negation excludes: the first item after it, with its count, and
 * further items joined by "and" or "or". */
static void drop_negated_after(struct items *items, size_t at)
{
    size_t i = at + 1;

    if (items->list[at].value == NOT_A_NOUN && follows_other_noun(items, i))
        return;
    while (!ends_clause(items, i) && only_connects(item_kind(items, i)))
        items->list[i++].used = true;
    do {
        while (!ends_clause(items, i) &&
               (is_count_word(item_kind(items, i)) || is_which_word(item_kind(items, i))))
            items->list[i++].used = true;
        if (!ends_clause(items, i))
            items->list[i++].used = true;
        if (!continues_list(items, i))
            return;
        items->list[i++].used = true;
    } while (true);
}

/* True if the item at `at` - 1 is in the same clause as that at `at`. */
static bool has_item_before(const struct items *items, size_t at)
{
    return at > 0 && items->list[at].gap != GAP_CLAUSE && item_kind(items, at - 1) != WORD_BUT;
}

/* Marks as used the items that a negation after them excludes: the last item before it, with its
 * count, and further items joined by "and" or "or". False if no item with a meaning precedes. */
static bool drop_negated_before(struct items *items, size_t at)
{
    bool any = false, joined = true;

    while (joined) {
        while (has_item_before(items, at) && only_connects(item_kind(items, at - 1)))
            items->list[--at].used = true;
        if (!has_item_before(items, at))
            break;
        items->list[--at].used = any = true;
        while (has_item_before(items, at) && is_count_word(item_kind(items, at - 1)))
            items->list[--at].used = true;
        const enum word_kind before = item_kind_before(items, at);
        joined = has_item_before(items, at) && (before == WORD_AND || before == WORD_OR);
    }
    return any;
}

/* True if what a word such as "не нужна" at `at` negates follows it: "двушка на завтра не нужна
 * парковка". What precedes it is no subject if it is a number, a date, people, rooms or money. */
static bool precedes_its_subject(const struct items *items, size_t at)
{
    const enum word_kind before = item_kind_before(items, at);
    const bool is_subject = has_item_before(items, at) && !only_connects(before) &&
                            (before < WORD_NUMBER || before > WORD_LEAVE) &&
                            (before < WORD_PEOPLE || before > WORD_BEDROOM) &&
                            (before < WORD_THOUSAND || before > WORD_FOREIGN) &&
                            before != WORD_CITY;

    return !is_subject && !ends_clause(items, at + 1);
}

void items_drop_negated(struct items *items)
{
    for (size_t i = 0; i < items->count; i++) {
        const enum word_kind kind = item_kind(items, i);
        if (kind == WORD_NOT_BACK)
            (void)drop_negated_before(items, i);
        else if (kind == WORD_NOT || (kind == WORD_NEEDLESS && (precedes_its_subject(items, i) ||
                                                                !drop_negated_before(items, i))))
            drop_negated_after(items, i);
        if (items->list[i].ending == ENDING_WITHOUT || kind == WORD_NOT || kind == WORD_NOT_BACK ||
            kind == WORD_NEEDLESS)
            items->list[i].used = true;
    }
}
