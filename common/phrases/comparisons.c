// SPDX-License-Identifier: MIT
/* Decides what comparative words say of the amounts beside them: "дешевле 20 тысяч", "20k or more",
 * "20 мыңнан қымбат емес". In Russian and English the word precedes its amount; in Kazakh it
 * follows an amount in the ablative. A negation before or after the words turns the direction
 * round. */
#include "phrases/items.h"

enum { SURE_PRICE = 5000 }; /* a number from which on it is a price without a unit */

static bool is_in_clause(const struct items *items, size_t at)
{
    return at < items->count && items->list[at].gap != GAP_CLAUSE;
}

static bool is_amount_part(enum word_kind kind)
{
    return kind == WORD_THOUSAND || kind == WORD_TENGE || kind == WORD_FOREIGN;
}

/* True for a noun that a number counts, so that the number is no amount of money. */
static bool is_counted(const struct items *items, size_t at)
{
    const enum word_kind kind = item_kind(items, at);

    return is_in_clause(items, at) &&
           (kind == WORD_UNIT || kind == WORD_MONTH || kind == WORD_NUMBERED_DAY ||
            kind == WORD_FLOOR || kind == WORD_AMENITY ||
            (kind >= WORD_PEOPLE && kind <= WORD_BEDROOM && kind != WORD_ROOMS));
}

/* The index after the amount that begins at `at`; `at` if there is none. */
static size_t find_amount_end(const struct items *items, size_t at)
{
    const bool sign_first = is_amount_part(item_kind(items, at));
    size_t to = at + sign_first;

    if (!item_is_number(items, to) || items->list[to].is_day ||
        (sign_first && !is_in_clause(items, to)))
        return at;
    for (to++; is_in_clause(items, to) && is_amount_part(item_kind(items, to));)
        to++;
    return to == at + 1 && is_counted(items, to) ? at : to;
}

static bool ends_amount(const struct items *items, size_t at)
{
    return item_is_number(items, at) || is_amount_part(item_kind(items, at));
}

static bool is_negation(enum word_kind kind)
{
    return kind == WORD_NOT || kind == WORD_NOT_BACK || kind == WORD_NEEDLESS ||
           kind == WORD_NOT_VERB;
}

static void drop(struct items *items, size_t at)
{
    items->list[at].kind = WORD_NOTHING;
}

/* Drops a negation that has been understood, although its verb is not in the vocabulary. */
static void take_negation(struct items *items, size_t at)
{
    if (item_kind(items, at) == WORD_NOT_VERB) {
        items->unknown[items->list[at].token] = false;
        items->list[at + 1].unknown_after_last = items->list[at + 1].unknown_before = false;
    }
    drop(items, at);
}

/* Drops the negation in the clause before `at`: "не готов платить [больше]", "don't show me
 * [over]". False: there is none. */
static bool take_negation_before(struct items *items, size_t at)
{
    if (at > 0 && is_in_clause(items, at) && item_kind(items, at - 1) == WORD_ME)
        at--;
    if (at == 0 || !is_in_clause(items, at) || !is_negation(item_kind(items, at - 1)))
        return false;
    take_negation(items, at - 1);
    return true;
}

/* True if the negation at `at` negates what follows it: "не на первом этаже", "не нужна парковка".
 */
static bool has_object(const struct items *items, size_t at)
{
    const enum word_kind after = item_kind(items, at + 1);

    if (item_kind(items, at) == WORD_NOT)
        return is_in_clause(items, at + 1) && !items->list[at + 1].separated;
    return item_kind(items, at) == WORD_NEEDLESS && is_in_clause(items, at + 1) &&
           after >= WORD_ROOM && after <= WORD_KEYWORD;
}

/* True for "қымбат" at the end of "20 мыңнан жоғарысы қымбат". */
static bool is_called_dear(const struct items *items, size_t at)
{
    enum { DEAR = COMPARES_PRICE | COMPARES_ABLATIVE };

    return is_in_clause(items, at) && item_kind(items, at) == WORD_MORE &&
           (items->list[at].value & DEAR) == DEAR && !is_in_clause(items, at + 1);
}

/* True for a word that may stand between an amount and what is said of it: "в сутки", "для нас". */
static bool is_aside_of_amount(enum word_kind kind)
{
    return kind == WORD_PER || kind == WORD_AT || kind == WORD_UNIT || kind == WORD_ME ||
           kind == WORD_WE;
}

/* Drops the negation in the clause from `at` on, after the unit of a price: "[дороже 20 тысяч] в
 * сутки не предлагать". False: there is none. */
static bool take_negation_after(struct items *items, size_t at)
{
    while (is_in_clause(items, at) && is_aside_of_amount(item_kind(items, at)))
        at++;
    if (is_called_dear(items, at)) {
        drop(items, at);
        return true;
    }
    if (!is_in_clause(items, at) || !is_negation(item_kind(items, at)) || has_object(items, at))
        return false;
    take_negation(items, at);
    return true;
}

/* The index of the amount that the word at `at` precedes; 0: there is none. */
static size_t find_amount_after(const struct items *items, size_t at)
{
    const enum word_kind next = item_kind(items, at + 1);
    const size_t amount = at + 1 + (next == WORD_PER || next == WORD_ABOUT);

    return is_in_clause(items, at + 1) && is_in_clause(items, amount) &&
                   find_amount_end(items, amount) > amount
               ? amount
               : 0;
}

/* True for "көп" in "20 мыңнан көп". */
static bool follows_ablative(const struct items *items, size_t at)
{
    return at > 0 && is_in_clause(items, at) && ends_amount(items, at - 1) &&
           items->list[at - 1].ending == ENDING_FROM;
}

/* True for "more" in "20k or more", "20k and not more". */
static bool is_added_to_amount(const struct items *items, size_t at, bool negated)
{
    size_t before = at - negated;
    const enum word_kind joint = item_kind_before(items, before);
    const bool joined = joint == WORD_OR || joint == WORD_AND || joint == WORD_BUT;

    before -= joined;
    return (joined || negated) && before > 0 && ends_amount(items, before - 1);
}

static void set_limit(struct items *items, size_t at, bool is_most, int side)
{
    struct item *const item = &items->list[at];
    const int of_price = item->value & COMPARES_PRICE ? LIMIT_OF_PRICE : 0;

    item->kind = is_most ? WORD_AT_MOST : WORD_AT_LEAST;
    item->value = side | of_price;
}

/* Without an amount "дешевле" and "қымбат емес" mean cheap; other comparatives mean nothing. */
static void read_without_amount(struct items *items, size_t at)
{
    const bool price = (items->list[at].value & COMPARES_PRICE) != 0;
    const bool less = item_kind(items, at) == WORD_LESS;

    if (price && (less || take_negation_before(items, at) || take_negation_after(items, at + 1)))
        items->list[at].kind = WORD_CHEAP;
    else
        drop(items, at);
}

static void read_comparative(struct items *items, size_t at)
{
    const bool less = item_kind(items, at) == WORD_LESS;
    const bool after_ablative = (items->list[at].value & COMPARES_ABLATIVE) != 0;
    const size_t amount = after_ablative ? 0 : find_amount_after(items, at);
    const bool negated = at > 0 && is_in_clause(items, at) && is_negation(item_kind(items, at - 1));

    if (follows_ablative(items, at)) {
        items->list[at - 1].is_day = false;
        set_limit(items, at, less != take_negation_after(items, at + 1), LIMIT_FOLLOWS);
    } else if (amount != 0) {
        const bool before = take_negation_before(items, at);
        const bool after = take_negation_after(items, find_amount_end(items, amount));
        if (item_kind(items, at + 1) == WORD_PER)
            drop(items, at + 1);
        set_limit(items, at, less != (before || after), LIMIT_LEADS);
    } else if (!after_ablative && is_added_to_amount(items, at, negated)) {
        set_limit(items, at, less != take_negation_before(items, at), LIMIT_FOLLOWS);
    } else {
        read_without_amount(items, at);
    }
}

/* Moves the "+" of "20+ тысяч" behind the unit. */
static void move_plus_after_unit(struct items *items, size_t at)
{
    struct item *const plus = &items->list[at], *const unit = plus + 1;

    if (item_kind(items, at) != WORD_AND || plus->value != AND_PLUS_SIGN || plus->gap != GAP_NONE ||
        at == 0 || !item_is_number(items, at - 1) || !is_in_clause(items, at + 1) ||
        !is_amount_part(item_kind(items, at + 1)))
        return;
    const struct item moved = *plus;
    *plus = *unit;
    *unit = moved;
}

/* Words that mean something only beside an amount: "20 мың маңында", "в районе 20 тысяч", "20 т.р."
 */
static void read_word_of_amount(struct items *items, size_t at)
{
    const bool after_amount = at > 0 && is_in_clause(items, at) && ends_amount(items, at - 1);
    const enum word_kind kind = item_kind(items, at);
    const size_t end = find_amount_end(items, at + 1);

    if ((kind == WORD_ABOUT || kind == WORD_FOREIGN) &&
        items->list[at].value == ONLY_AFTER_AMOUNT && !after_amount)
        drop(items, at);
    if (kind == WORD_DISTRICT_KIND && item_kind_before(items, at) == WORD_AT &&
        (end > at + 2 || (end > at + 1 && items->list[at + 1].value >= SURE_PRICE)) &&
        is_in_clause(items, at + 1) && !items->list[at + 1].separated)
        items->list[at] = (struct item){.kind = WORD_ABOUT, .gap = items->list[at].gap};
    /* "не дешевле чем за 20 тысяч" */
    if ((kind == WORD_AT_MOST || kind == WORD_AT_LEAST) && find_amount_after(items, at) > at + 1 &&
        item_kind(items, at + 1) == WORD_PER)
        drop(items, at + 1);
    move_plus_after_unit(items, at);
}

/* Removes the dropped items. */
static void compact(struct items *items)
{
    struct item removed = {.kind = WORD_NOTHING};
    size_t kept = 0;

    for (size_t i = 0; i <= items->count; i++) {
        struct item item = items->list[i];
        item.gap = removed.gap > item.gap ? removed.gap : item.gap;
        item.separated |= removed.separated;
        item.detached |= removed.detached;
        item.unknown_after_last |= removed.unknown_after_last;
        item.unknown_before |= removed.unknown_before;
        if (i < items->count && item.kind == WORD_NOTHING) {
            removed = item;
            removed.separated = removed.detached = true;
            continue;
        }
        items->list[kept++] = item;
        removed = (struct item){.kind = WORD_NOTHING};
    }
    items->count = kept - 1;
}

void comparisons_read(struct items *items)
{
    for (size_t i = 0; i < items->count; i++) {
        const enum word_kind kind = item_kind(items, i);
        if (kind == WORD_MORE || kind == WORD_LESS)
            read_comparative(items, i);
        else
            read_word_of_amount(items, i);
    }
    for (size_t i = 0; i < items->count; i++)
        if (item_kind(items, i) == WORD_NOT_VERB)
            drop(items, i);
    compact(items);
}
