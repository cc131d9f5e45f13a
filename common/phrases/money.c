// SPDX-License-Identifier: MIT
/* Reads prices: a number next to a word such as "тенге" or "тысяч", or a number that is too large
 * to be anything but a price. */
#include "phrases/parser.h"

enum { CERTAIN_PRICE = 5000, PRICE_MIN = 1000, PRICE_MAX = 1000000, AMOUNTS_MAX = 4 };

enum role { ROLE_NONE, ROLE_MIN, ROLE_MAX };

struct amount {
    size_t from, to;
    int64_t value;
    int64_t first; /* lower bound, of "15-20 тысяч"; 0: none */
    int32_t unit;  /* 1000 for "тысяч", 1 for "тенге" */
    bool unclear;  /* another currency, or an approximate amount */
};

struct money {
    struct amount amounts[AMOUNTS_MAX];
    size_t count;
    bool cheap, unclear;
};

static bool is_plain_number(const struct items *items, size_t at)
{
    return item_is_number(items, at) && !items->list[at].is_day;
}

static int64_t count_units(const struct item *number, int32_t unit)
{
    return (int64_t)number->value * unit + number->hundredths * unit / 100;
}

static bool read_amount(const struct items *items, size_t at, struct amount *amount)
{
    const bool sign_first =
        item_kind(items, at) == WORD_FOREIGN || item_kind(items, at) == WORD_TENGE;
    const size_t number = at + sign_first;
    size_t to = number + 1;
    bool money = sign_first, foreign = item_kind(items, at) == WORD_FOREIGN;

    if (!is_plain_number(items, number) || (sign_first && items->list[number].gap == GAP_CLAUSE))
        return false;
    *amount = (struct amount){.from = at, .value = items->list[number].value, .unit = 1};
    if (item_kind(items, to) == WORD_THOUSAND && items->list[to].gap != GAP_CLAUSE) {
        amount->unit = items->list[to].value;
        amount->value = count_units(&items->list[number], amount->unit);
        money = true;
        to++;
    }
    const enum word_kind currency = item_kind(items, to);
    if ((currency == WORD_TENGE || currency == WORD_FOREIGN) && items->list[to].gap != GAP_CLAUSE) {
        foreign |= currency == WORD_FOREIGN;
        money = true;
        to++;
    }
    amount->to = to;
    amount->unclear = foreign;
    return money || amount->value >= CERTAIN_PRICE;
}

/* True for the 4 in "нас 4 20к" and "гостей 4 20000"; not for the 15 in "2 гостя 15 20 тысяч". */
static bool counts_guests_or_rooms(const struct items *items, size_t at)
{
    const enum word_kind before = item_kind_before(items, at);

    return before == WORD_WE || ((before == WORD_PEOPLE || before == WORD_ROOM) &&
                                 (at < 2 || !item_is_number(items, at - 2)));
}

/* Reads the lower bound before an amount: "15-20 тысяч", "between 15 and 20 thousand". */
static void read_lower_bound(const struct items *items, const struct money *money,
                             struct amount *amount)
{
    const size_t at = amount->from;
    const struct item *last = &items->list[at];
    const enum word_kind between = item_kind_before(items, at);
    size_t first = at;

    if (at >= 1 && is_plain_number(items, at - 1) && !last->separated && last->gap != GAP_CLAUSE &&
        last->gap != GAP_NONE)
        first = at - 1;
    else if (at >= 3 && is_plain_number(items, at - 2) &&
             (between == WORD_TO || between == WORD_AND || between == WORD_AT_MOST) &&
             (item_kind(items, at - 3) == WORD_FROM || item_kind(items, at - 3) == WORD_AT_LEAST))
        first = at - 2;
    if (first == at || (money->count > 0 && money->amounts[money->count - 1].to > first))
        return;
    /* The number ends another range and is not a lower bound: "с 5 по 8 20к", "5-8 20к". */
    if (first == at - 1 && (item_kind_before(items, first) == WORD_TO ||
                            (first > 0 && items->list[first].gap == GAP_HYPHEN) ||
                            (last->gap == GAP_SPACE && counts_guests_or_rooms(items, first))))
        return;
    const struct item *number = &items->list[first];
    amount->first = count_units(number, number->value < amount->unit ? amount->unit : 1);
    amount->from = first;
}

static enum role role_of_amount(const struct items *items, const struct amount *amount)
{
    const enum word_kind before = item_kind_before(items, amount->from);
    const enum word_kind after = item_kind(items, amount->to);
    const bool more = is_plain_number(items, amount->to + 1) && after != WORD_AT_LEAST;
    const enum ending ending = items->list[amount->to - 1].ending;

    if (before == WORD_TO || before == WORD_AT_MOST)
        return ROLE_MAX;
    if (before == WORD_FROM || before == WORD_AT_LEAST)
        return ROLE_MIN;
    if (!more && items->list[amount->to].gap != GAP_CLAUSE) {
        if (item_is_postposed_to(items, amount->to) || after == WORD_AT_MOST)
            return ROLE_MAX;
        if (after == WORD_AT_LEAST)
            return ROLE_MIN;
    }
    return ending == ENDING_FROM ? ROLE_MIN : ROLE_NONE;
}

static bool is_stay_unit(int32_t unit)
{
    return unit == UNIT_NIGHT || unit == UNIT_DAY;
}

/* Marks as used a unit after a price: "за сутки", "a night", "в месяц", "/сутки". */
static void mark_unit_used(struct parser *parser, struct money *money, const struct amount *amount)
{
    struct items *items = &parser->items;
    const enum word_kind after = item_kind(items, amount->to);
    const size_t unit = amount->to + (after == WORD_PER || after == WORD_AT || after == WORD_TO);

    const bool week = after == WORD_PER && items->list[amount->to].value == 0 &&
                      items->list[unit].value == UNIT_WEEK;

    if (after == WORD_PER && (week || item_kind(items, unit) != WORD_UNIT)) {
        /* "80 тысяч за неделю", "40 тысяч за двое суток" */
        parser->price_is_total |= week || item_kind(items, unit + 1) == WORD_UNIT;
    } else if (item_kind(items, unit) == WORD_UNIT &&
               (items->list[unit].gap != GAP_CLAUSE || items->list[unit].after_slash)) {
        money->unclear |= !is_stay_unit(items->list[unit].value);
        items_mark_used(items, amount->to, unit + 1);
    }
}

static void mark_amount_words_used(struct items *items, const struct amount *amount)
{
    const enum word_kind before = item_kind_before(items, amount->from);
    const enum word_kind after = item_kind(items, amount->to);

    if (before == WORD_TO || before == WORD_FROM || before == WORD_AT_MOST ||
        before == WORD_AT_LEAST || before == WORD_ABOUT || before == WORD_PER)
        items->list[amount->from - 1].used = true;
    if (after == WORD_AT_MOST || after == WORD_AT_LEAST || item_is_postposed_to(items, amount->to))
        items->list[amount->to].used = true;
    items_mark_used(items, amount->from, amount->to);
}

static void set_price(struct phrase *out, struct money *money, enum role role, int64_t value)
{
    int64_t *const price = role == ROLE_MIN ? &out->min_price : &out->max_price;

    money->unclear |= *price != 0 || value == 0;
    *price = value;
}

static void set_prices(struct parser *parser, struct money *money)
{
    struct items *items = &parser->items;

    for (size_t i = 0; i < money->count; i++) {
        const struct amount *amount = &money->amounts[i];
        const enum word_kind before = item_kind_before(items, amount->from);
        const bool ranged = i > 0 && money->amounts[i - 1].to == amount->from &&
                            items->list[amount->from].gap == GAP_HYPHEN;
        const bool begins = i + 1 < money->count && money->amounts[i + 1].from == amount->to &&
                            items->list[amount->to].gap == GAP_HYPHEN;
        money->unclear |= amount->unclear || before == WORD_ABOUT;
        enum role role = amount->first != 0 || ranged ? ROLE_MAX : role_of_amount(items, amount);
        if (begins)
            role = ROLE_MIN;
        if (amount->first != 0)
            set_price(&parser->found, money, ROLE_MIN, amount->first);
        set_price(&parser->found, money, role, amount->value);
    }
    for (size_t i = money->count; i-- > 0;) {
        mark_unit_used(parser, money, &money->amounts[i]);
        mark_amount_words_used(items, &money->amounts[i]);
    }
}

/* True for a price per month: "в месяц", "айына". */
static bool is_per_month(const struct items *items, size_t at)
{
    const enum word_kind before = item_kind_before(items, at);

    return item_kind(items, at) == WORD_UNIT && items->list[at].value == UNIT_MONTH &&
           (items->list[at].ending == ENDING_TO || before == WORD_PER || before == WORD_AT);
}

/* True for a price for a given length of stay: "за 2 ночи не больше 50000". */
static bool is_price_for_length(const struct items *items, size_t at)
{
    return item_kind(items, at) == WORD_PER && items->list[at].value == 0 &&
           (item_is_number(items, at + 1) || item_kind(items, at + 1) == WORD_COLLECTIVE) &&
           item_kind(items, at + 2) == WORD_UNIT && is_stay_unit(items->list[at + 2].value) &&
           items->list[at + 1].value > 1;
}

/* True for "бюджет 20" and "бюджет до 15-20" at the end of a clause, which may mean thousands.
 * Marks the numbers as used. */
static bool read_budget_without_unit(struct items *items, size_t at)
{
    const enum word_kind next = item_kind(items, at + 1);
    const size_t first = at + 1 + (next == WORD_TO || next == WORD_AT_MOST || next == WORD_ABOUT);
    const size_t end =
        first + 1 + (is_plain_number(items, first + 1) && items->list[first + 1].gap == GAP_HYPHEN);
    struct amount ignored;

    if (item_kind(items, at) != WORD_BUDGET || !is_plain_number(items, first) ||
        items->list[first].gap == GAP_CLAUSE || items->list[first].value >= PRICE_MIN ||
        read_amount(items, first, &ignored) || read_amount(items, end - 1, &ignored) ||
        (items->list[end].gap != GAP_CLAUSE && item_kind(items, end) != WORD_NOTHING))
        return false;
    items_mark_used(items, first, end);
    return true;
}

void money_read(struct parser *parser)
{
    struct items *items = &parser->items;
    struct phrase *out = &parser->found;
    struct money money = {.count = 0};

    for (size_t i = 0; i < items->count; i++) {
        struct amount *amount = &money.amounts[money.count];
        const enum word_kind kind = item_kind(items, i);
        money.cheap |= kind == WORD_CHEAP || read_budget_without_unit(items, i);
        parser->price_is_total |= kind == WORD_TOTAL || is_price_for_length(items, i);
        if (money.count == AMOUNTS_MAX || !read_amount(items, i, amount))
            continue;
        read_lower_bound(items, &money, amount);
        i = amount->to - 1;
        money.count++;
    }
    set_prices(parser, &money);
    for (size_t i = 0; money.count > 0 && i < items->count; i++)
        if (is_per_month(items, i))
            money.unclear = items->list[i].used = true;
    if (out->min_price != 0 && out->max_price != 0)
        money.unclear |= out->min_price > out->max_price;
    if (money.unclear || (money.cheap && money.count == 0))
        out->ask |= PHRASE_ASK_PRICE;
}

/* Converts a price for `nights`. False if the price of a night is out of bounds. */
static bool convert_price(int64_t *price, int32_t nights)
{
    const bool absent = *price == 0;

    *price /= nights;
    return absent || (*price >= PRICE_MIN && *price <= PRICE_MAX);
}

void money_convert_total(struct parser *parser)
{
    struct phrase *out = &parser->found;
    const bool priced = out->min_price != 0 || out->max_price != 0;
    const bool divided = parser->price_is_total && priced && out->nights != 0;
    const int32_t nights = divided ? out->nights : 1;

    if ((parser->price_is_total && priced && !divided) || !convert_price(&out->min_price, nights) ||
        !convert_price(&out->max_price, nights))
        out->ask |= PHRASE_ASK_PRICE;
    if ((out->ask & PHRASE_ASK_PRICE) != 0)
        out->min_price = out->max_price = 0;
}
