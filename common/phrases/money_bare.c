// SPDX-License-Identifier: MIT
/* Reads numbers without a unit that may be prices in thousands, so that the price is asked for. */
#include "phrases/money_private.h"

/* True for "бюджет 20", "бюджет до 15-20", "цена от 10 до 15" and "не дороже 20" at the end of a
 * clause, which may mean thousands. Marks the numbers as used. */
bool money_read_budget_without_unit(struct items *items, size_t at)
{
    const enum word_kind kind = item_kind(items, at);
    const enum word_kind next = item_kind(items, at + 1);
    const bool limits_price =
        money_role_of_limit(kind) != ROLE_NONE && (items->list[at].value & LIMIT_OF_PRICE) != 0;
    const bool from = next == WORD_FROM && items->list[at + 1].value == FROM_OF_PRICES;
    const size_t first =
        at + 1 + (from || next == WORD_TO || next == WORD_AT_MOST || next == WORD_ABOUT);
    const bool to = from && item_kind(items, first + 1) == WORD_TO;
    const bool range = money_is_plain_number(items, first + 1 + to) &&
                       (to || items->list[first + 1].gap == GAP_HYPHEN);
    const size_t end = first + 1 + (range ? (size_t)to + 1 : 0);
    struct amount ignored;

    if ((kind != WORD_BUDGET && !limits_price) || !money_is_plain_number(items, first) ||
        items->list[first].gap == GAP_CLAUSE || items->list[first].value >= PRICE_MIN ||
        money_read_amount(items, first, &ignored) || money_read_amount(items, end - 1, &ignored) ||
        (items->list[end].gap != GAP_CLAUSE && item_kind(items, end) != WORD_NOTHING))
        return false;
    items_mark_used(items, first, end);
    return true;
}

/* True for a bound that may be a price in thousands or a day: "двушка до 20, Алматы". Not beside
 * a day: "с завтра до 20". Marks the number as used. */
bool money_read_bound_without_unit(struct items *items, size_t at)
{
    enum { LEAST = 5, THOUSANDS_MAX = 999 };
    const enum word_kind kind = item_kind(items, at), after = item_kind(items, at + 2);
    const bool bounds = (kind == WORD_TO && items->list[at].value == TO_PREPOSITION) ||
                        (kind == WORD_AT_MOST && (items->list[at].value & LIMIT_FOLLOWS) == 0);

    if (!bounds || !money_is_plain_number(items, at + 1))
        return false;
    const struct item *number = &items->list[at + 1], *next = number + 1;
    const bool ends = next->gap == GAP_CLAUSE || after == WORD_NOTHING || after == WORD_PER ||
                      after == WORD_CITY ||
                      (after == WORD_AT && item_kind(items, at + 3) == WORD_CITY);
    if (!ends || number->gap == GAP_CLAUSE || number->value < LEAST ||
        number->value > THOUSANDS_MAX || next->separated)
        return false;
    for (size_t i = at; i > 0 && (i == at || items->list[i].gap != GAP_CLAUSE); i--) {
        const enum word_kind before = items->list[i - 1].kind;
        if ((before == WORD_FROM && !items->list[i - 1].used) || before == WORD_WE ||
            before == WORD_ARRIVE || (before >= WORD_MONTH && before <= WORD_TONIGHT))
            return false;
    }
    items->list[at + 1].used = true;
    return true;
}

/* True for "20-дан арзан", which may mean thousands. Marks the number as used. */
bool money_read_compared_number(struct items *items, size_t at)
{
    enum { OF_PRICE_BEFORE = LIMIT_FOLLOWS | LIMIT_OF_PRICE };
    struct amount ignored;

    if (money_role_of_limit(item_kind(items, at)) == ROLE_NONE ||
        (items->list[at].value & OF_PRICE_BEFORE) != OF_PRICE_BEFORE || at == 0 ||
        !money_is_plain_number(items, at - 1) || money_read_amount(items, at - 1, &ignored))
        return false;
    items->list[at - 1].used = true;
    return true;
}

/* True for "тысяч 20" and "тысяч за двадцать", which are approximate. Marks the number as used. */
bool money_read_inverted_thousands(struct items *items, size_t at)
{
    const enum word_kind next = item_kind(items, at + 1), before = item_kind_before(items, at);
    const size_t number =
        at + 1 + (next == WORD_PER || next == WORD_AT || next == WORD_TO || next == WORD_ON);
    const enum word_kind after = item_kind(items, number + 1);
    struct amount ignored;

    if (item_kind(items, at) != WORD_THOUSAND || before == WORD_NUMBER || before == WORD_VAGUE ||
        !money_is_plain_number(items, number) || items->list[at + 1].gap == GAP_CLAUSE ||
        money_read_amount(items, number, &ignored) ||
        (items->list[number + 1].gap != GAP_CLAUSE &&
         (after == WORD_MONTH || after == WORD_NUMBERED_DAY || after == WORD_PEOPLE)))
        return false;
    items->list[number].used = true;
    return true;
}
