// SPDX-License-Identifier: MIT
/* Reads prices: a number next to a word such as "тенге" or "тысяч", or a number that is too large
 * to be anything but a price. */
#include "phrases/money_private.h"

enum { CERTAIN_PRICE = 5000, PRICE_MAX = 1000000, AMOUNTS_MAX = 4 };

struct money {
    struct amount amounts[AMOUNTS_MAX];
    size_t count;
    bool cheap, unclear;
};

bool money_is_plain_number(const struct items *items, size_t at)
{
    return item_is_number(items, at) && !items->list[at].is_day;
}

static int64_t count_units(const struct item *number, int32_t unit)
{
    return (int64_t)number->value * unit + number->hundredths * unit / 100;
}

static bool is_currency(const struct items *items, size_t at)
{
    const enum word_kind kind = item_kind(items, at);

    return (kind == WORD_TENGE || kind == WORD_FOREIGN) && items->list[at].gap != GAP_CLAUSE;
}

/* True for the number after the thousands in "25 тысяч 500 тенге", "двадцати пяти тысяч пятисот".
 */
static bool is_rest_of_thousands(const struct items *items, size_t at)
{
    enum { REST_MIN = 100, REST_MAX = 999 };
    const struct item *rest = &items->list[at];

    return money_is_plain_number(items, at) && rest->gap == GAP_SPACE && !rest->separated &&
           rest->value >= REST_MIN && rest->value <= REST_MAX &&
           (!rest->digits || is_currency(items, at + 1));
}

bool money_read_amount(const struct items *items, size_t at, struct amount *amount)
{
    const bool sign_first =
        item_kind(items, at) == WORD_FOREIGN || item_kind(items, at) == WORD_TENGE;
    const size_t number = at + sign_first;
    size_t to = number + 1;
    bool money = sign_first, foreign = item_kind(items, at) == WORD_FOREIGN;

    if (!money_is_plain_number(items, number) ||
        (sign_first && items->list[number].gap == GAP_CLAUSE))
        return false;
    *amount = (struct amount){.from = at, .value = items->list[number].value, .unit = 1};
    if (item_kind(items, to) == WORD_THOUSAND && items->list[to].gap != GAP_CLAUSE) {
        amount->unit = items->list[to].value;
        amount->value = count_units(&items->list[number], amount->unit);
        money = true;
        to++;
        if (is_rest_of_thousands(items, to))
            amount->value += items->list[to++].value;
    }
    if (!sign_first && is_currency(items, to)) {
        foreign |= item_kind(items, to) == WORD_FOREIGN;
        money = true;
        to++;
    }
    amount->to = to;
    amount->unclear = foreign;
    return money || amount->value >= CERTAIN_PRICE;
}

/* --- limits --- */

enum role money_role_of_limit(enum word_kind kind)
{
    return kind == WORD_AT_MOST ? ROLE_MAX : kind == WORD_AT_LEAST ? ROLE_MIN : ROLE_NONE;
}

/* The role that the word at `at` - 1 gives to the amount after it. */
static enum role role_of_word_before(const struct items *items, size_t at)
{
    const enum word_kind before = item_kind_before(items, at);

    if (before == WORD_TO)
        return items->list[at - 1].value == TO_PREPOSITION ? ROLE_MAX : ROLE_NONE;
    if (before == WORD_FROM)
        return ROLE_MIN;
    if (at > 0 && (items->list[at - 1].value & LIMIT_FOLLOWS) != 0)
        return ROLE_NONE;
    return money_role_of_limit(before);
}

/* True for "+" in "20к+", which is not "20k + parking". */
static bool is_plus_sign(const struct items *items, size_t at)
{
    const struct item *plus = &items->list[at], *next = plus + 1;

    return item_kind(items, at) == WORD_AND && plus->value == AND_PLUS_SIGN &&
           (plus->gap == GAP_NONE ? next->gap != GAP_NONE : next->gap == GAP_CLAUSE);
}

/* The index of the limit after the amount that ends at `to`: "20 тысяч максимум", "20k or more",
 * "20 тысяч, не больше". 0: there is none. */
static size_t find_limit_after(const struct items *items, size_t to)
{
    const enum word_kind joint = item_kind(items, to);
    const size_t at = to + (joint == WORD_AND || joint == WORD_OR || joint == WORD_BUT);
    const struct item *limit = &items->list[at], *next = limit + 1;

    if (money_role_of_limit(item_kind(items, at)) == ROLE_NONE || (limit->value & LIMIT_LEADS) != 0)
        return 0;
    if ((limit->value & LIMIT_FOLLOWS) != 0)
        return at;
    if (next->gap != GAP_CLAUSE &&
        (money_is_plain_number(items, at + 1) || item_kind(items, at + 1) == WORD_TENGE ||
         item_kind(items, at + 1) == WORD_FOREIGN))
        return 0; /* it is that of the next amount */
    /* After a comma the limit must be all of its clause: not "20 тысяч, минимум мебели". */
    return limit->gap != GAP_CLAUSE || (next->gap == GAP_CLAUSE && !next->separated) ? at : 0;
}

/* True for "мен" in "15 пен 20 мың арасында" and "to" in "15k to 20k", where the amount after it
 * ends at `to`. */
static bool joins_bounds(const struct items *items, size_t at, size_t to)
{
    const enum word_kind joint = item_kind(items, at);
    const bool between = item_kind(items, to) == WORD_TO && items->list[to].value == TO_BETWEEN;

    return (joint == WORD_TO && items->list[at].value == TO_PREPOSITION) ||
           (joint == WORD_AND && between);
}

/* True for the 4 in "нас 4 20к" and "гостей 4 20000"; not for the 15 in "2 гостя 15 20 тысяч". */
static bool counts_guests_or_rooms(const struct items *items, size_t at)
{
    const enum word_kind before = item_kind_before(items, at);

    return before == WORD_WE || ((before == WORD_PEOPLE || before == WORD_ROOM) &&
                                 (at < 2 || !item_is_number(items, at - 2)));
}

/* True for the first number of "15-20 тысяч" and "15 20 тысяч". */
static bool is_first_of_pair(const struct items *items, size_t first)
{
    const struct item *last = &items->list[first + 1];

    if (!money_is_plain_number(items, first) || last->separated || last->gap == GAP_CLAUSE ||
        last->gap == GAP_NONE)
        return false;
    /* The number ends another range and is not a bound: "с 5 по 8 20к", "5-8 20к". */
    return item_kind_before(items, first) != WORD_TO &&
           (first == 0 || items->list[first].gap != GAP_HYPHEN) &&
           (last->gap != GAP_SPACE || !counts_guests_or_rooms(items, first));
}

/* The role of a number without a unit that shares that of `amount`: the 15 of "от 15 до 20 тысяч",
 * "не дешевле 15 и не дороже 20 тысяч", "15 to 20k", "15-тен 20 мыңға дейін". */
static enum role role_of_other_bound(const struct items *items, size_t first,
                                     const struct amount *amount)
{
    const enum role before = role_of_word_before(items, first);
    const bool limited = role_of_word_before(items, amount->from) != ROLE_NONE;
    const size_t joint = amount->from - 1;

    if (!item_is_number(items, first) || items->list[first].value >= amount->unit)
        return ROLE_NONE;
    if (items->list[first].is_day)
        return items->list[first].ending == ENDING_FROM && item_is_postposed_to(items, amount->to)
                   ? ROLE_MIN
                   : ROLE_NONE;
    if (before != ROLE_NONE && (limited || item_kind(items, joint) == WORD_AND))
        return before;
    const bool begins =
        items->list[first].gap == GAP_CLAUSE || item_kind_before(items, first) == WORD_BUDGET;
    return begins && joins_bounds(items, joint, amount->to) ? ROLE_MIN : ROLE_NONE;
}

/* Reads the number before an amount that is its other bound. */
static void read_other_bound(const struct items *items, const struct money *money,
                             struct amount *amount)
{
    const size_t at = amount->from;
    const size_t taken = money->count > 0 ? money->amounts[money->count - 1].to : 0;
    size_t first = at;
    enum role role = ROLE_NONE;

    if (at >= 1 && is_first_of_pair(items, at - 1)) {
        first = at - 1;
        role = ROLE_MIN;
    }
    for (size_t words = 0; role == ROLE_NONE && words <= 2 && words < at; words++) {
        const enum word_kind skipped = item_kind(items, at - words);
        if (words > 0 && skipped != WORD_AND && skipped != WORD_BUT && skipped != WORD_TO &&
            money_role_of_limit(skipped) == ROLE_NONE)
            break;
        first = at - 1 - words;
        role = role_of_other_bound(items, first, amount);
    }
    if (role == ROLE_NONE || first < taken)
        return;
    const struct item *number = &items->list[first];
    amount->other = count_units(number, number->value < amount->unit ? amount->unit : 1);
    amount->other_role = role;
    amount->from = first;
}

static enum role role_of_amount(const struct items *items, const struct amount *amount)
{
    const enum role before = role_of_word_before(items, amount->from);
    const size_t limit = find_limit_after(items, amount->to);
    const bool more = money_is_plain_number(items, amount->to + 1);

    if (before != ROLE_NONE)
        return before;
    if (limit != 0)
        return money_role_of_limit(item_kind(items, limit));
    if (is_plus_sign(items, amount->to))
        return ROLE_MIN;
    if (!more && items->list[amount->to].gap != GAP_CLAUSE &&
        item_is_postposed_to(items, amount->to))
        return ROLE_MAX;
    return items->list[amount->to - 1].ending == ENDING_FROM ? ROLE_MIN : ROLE_NONE;
}

/* True for "20 тысяч примерно", "20 мыңға жуық"; not "20 тысяч, примерно 5 декабря". */
static bool is_approximate(const struct items *items, const struct amount *amount)
{
    const struct item *about = &items->list[amount->to];

    return item_kind_before(items, amount->from) == WORD_ABOUT ||
           (item_kind(items, amount->to) == WORD_ABOUT && about->gap != GAP_CLAUSE &&
            (about->value == ONLY_AFTER_AMOUNT || about[1].gap == GAP_CLAUSE ||
             item_kind(items, amount->to + 1) != WORD_NUMBER));
}

/* True for "20 мыңнан" before a word that is not in the vocabulary and may turn the meaning round.
 */
static bool is_ablative_before_unknown(const struct items *items, const struct amount *amount)
{
    return items->list[amount->to - 1].ending == ENDING_FROM &&
           items->list[amount->to].unknown_after_last && find_limit_after(items, amount->to) == 0;
}

static bool is_stay_unit(int32_t unit)
{
    return unit == UNIT_NIGHT || unit == UNIT_DAY;
}

/* The index after the amount and the words that limit it: "20k or less", "20 мыңға дейін". */
static size_t find_words_end(const struct items *items, const struct amount *amount)
{
    const size_t limit = find_limit_after(items, amount->to);
    const bool word = item_is_postposed_to(items, amount->to) ||
                      (item_kind(items, amount->to) == WORD_ABOUT && is_approximate(items, amount));

    return limit != 0 ? limit + 1 : amount->to + word;
}

/* Marks as used a unit after a price: "за сутки", "a night", "в месяц", "/сутки". */
static void mark_unit_used(struct parser *parser, struct money *money, const struct amount *amount)
{
    struct items *items = &parser->items;
    const size_t to = find_words_end(items, amount);
    const enum word_kind after = item_kind(items, to);
    const size_t unit = to + (after == WORD_PER || after == WORD_AT || after == WORD_TO);

    const bool week = after == WORD_PER && items->list[to].value == PER_FOR &&
                      items->list[unit].value == UNIT_WEEK;

    if (after == WORD_PER && (week || item_kind(items, unit) != WORD_UNIT)) {
        /* "80 тысяч за неделю", "40 тысяч за двое суток" */
        parser->price_is_total |= week || item_kind(items, unit + 1) == WORD_UNIT;
    } else if (item_kind(items, unit) == WORD_UNIT &&
               (items->list[unit].gap != GAP_CLAUSE || items->list[unit].after_slash)) {
        money->unclear |= !is_stay_unit(items->list[unit].value);
        items_mark_used(items, to, unit + 1);
    }
}

/* True for a price per person: "10 тысяч с человека", "адамнан 5000", "5k per person". */
static bool is_per_person(const struct items *items, const struct amount *amount)
{
    const enum word_kind after = item_kind(items, amount->to);
    const size_t before = amount->from;

    return ((after == WORD_FROM || after == WORD_PER) &&
            items->list[amount->to].gap != GAP_CLAUSE &&
            item_kind(items, amount->to + 1) == WORD_PEOPLE) ||
           (item_kind_before(items, before) == WORD_PEOPLE &&
            items->list[before - 1].ending == ENDING_FROM &&
            (before < 2 || !item_is_number(items, before - 2)));
}

static void mark_amount_words_used(struct items *items, const struct amount *amount)
{
    const enum word_kind before = item_kind_before(items, amount->from);
    const enum word_kind after = item_kind(items, amount->to);
    const size_t limit = find_limit_after(items, amount->to);

    if (before == WORD_TO || before == WORD_FROM || before == WORD_AT_MOST ||
        before == WORD_AT_LEAST || before == WORD_ABOUT || before == WORD_PER)
        items->list[amount->from - 1].used = true;
    if (limit != 0)
        items_mark_used(items, amount->to, limit + 1);
    if (after == WORD_ABOUT || item_is_postposed_to(items, amount->to))
        items->list[amount->to].used = true;
    items_mark_used(items, amount->from, amount->to);
}

static void set_price(struct phrase *out, struct money *money, enum role role, int64_t value)
{
    int64_t *const price = role == ROLE_MIN ? &out->min_price : &out->max_price;

    money->unclear |= *price != 0 || value == 0;
    *price = value;
}

/* True for the first of two amounts that bound a range: "15к-20к", "15k to 20k". */
static bool begins_range(const struct items *items, const struct money *money, size_t index)
{
    const struct amount *amount = &money->amounts[index], *next = amount + 1;

    if (index + 1 >= money->count)
        return false;
    return (next->from == amount->to && items->list[amount->to].gap == GAP_HYPHEN) ||
           (next->from == amount->to + 1 && joins_bounds(items, amount->to, next->to));
}

/* True for "3 ночи" and "неделю", which are more nights than one. */
static bool is_length_of_nights(const struct items *items, size_t at)
{
    const bool counted = item_is_number(items, at) || item_kind(items, at) == WORD_COLLECTIVE;

    return counted ? items->list[at].value > 1 && item_kind(items, at + 1) == WORD_UNIT
                   : item_kind(items, at) == WORD_UNIT && items->list[at].value == UNIT_WEEK;
}

/* True for the amount at `at` in "3 nights for 60k". */
static bool follows_length(const struct items *items, size_t at)
{
    return at >= 3 && item_kind(items, at - 1) == WORD_ON && items->list[at].gap != GAP_CLAUSE &&
           items->list[at - 1].gap != GAP_CLAUSE && item_kind(items, at - 2) == WORD_UNIT &&
           is_length_of_nights(items, at - 3);
}

/* True for "бюджет 60 тысяч на 3 ночи" and "60k for 3 nights", which may be the sum of all nights;
 * not for "до 20 тысяч на 3 ночи". */
static bool may_be_total(const struct items *items, const struct amount *amount)
{
    const size_t count = amount->to + (item_kind(items, amount->to) == WORD_ON);
    const bool limited = role_of_amount(items, amount) != ROLE_NONE || amount->other != 0;
    size_t before = amount->from;

    while (before > 0 && (role_of_word_before(items, before) != ROLE_NONE ||
                          item_kind(items, before - 1) == WORD_ABOUT))
        before--;
    return (item_kind_before(items, before) == WORD_BUDGET || !limited) &&
           ((items->list[amount->to].gap != GAP_CLAUSE && is_length_of_nights(items, count)) ||
            follows_length(items, before));
}

/* True for "на 3 ночи 60 тысяч" and "3 түнге 60 мың", the sum of all nights; not for "на 3 ночи 20
 * тысяч в сутки". */
static bool is_sum_after_length(const struct items *items, const struct amount *amount)
{
    const size_t at = amount->from;
    const bool counted = at >= 2 && is_length_of_nights(items, at - 2);
    const size_t length = at - (counted ? 2 : 1);
    const enum word_kind after = item_kind(items, amount->to);
    const size_t unit = amount->to + (after == WORD_PER || after == WORD_AT);

    if (at == 0 || (!counted && !is_length_of_nights(items, at - 1)) ||
        items->list[at].gap == GAP_CLAUSE || items->list[at].separated || amount->other != 0)
        return false;
    return (item_kind_before(items, length) == WORD_ON ||
            items->list[at - 1].ending == ENDING_TO) &&
           role_of_amount(items, amount) == ROLE_NONE && item_kind(items, unit) != WORD_UNIT;
}

static void set_prices(struct parser *parser, struct money *money)
{
    struct items *items = &parser->items;

    for (size_t i = 0; i < money->count; i++) {
        const struct amount *amount = &money->amounts[i];
        enum role role = role_of_amount(items, amount);
        money->unclear |= amount->unclear || is_approximate(items, amount) ||
                          is_per_person(items, amount) || may_be_total(items, amount) ||
                          is_ablative_before_unknown(items, amount);
        parser->price_is_total |= is_sum_after_length(items, amount);
        if (amount->other != 0) {
            role = amount->other_role == ROLE_MIN ? ROLE_MAX : ROLE_MIN;
            set_price(&parser->found, money, amount->other_role, amount->other);
        } else if (i > 0 && begins_range(items, money, i - 1)) {
            role = ROLE_MAX;
        } else if (begins_range(items, money, i)) {
            role = ROLE_MIN;
        }
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

void money_read(struct parser *parser)
{
    struct items *items = &parser->items;
    struct phrase *out = &parser->found;
    struct money money = {.count = 0};

    for (size_t i = 0; i < items->count; i++) {
        struct amount *amount = &money.amounts[money.count];
        const enum word_kind kind = item_kind(items, i);
        money.cheap |= kind == WORD_CHEAP;
        money.unclear |= money_read_inverted_thousands(items, i);
        parser->price_is_total |= kind == WORD_TOTAL || is_price_for_length(items, i);
        if (money.count == AMOUNTS_MAX || !money_read_amount(items, i, amount))
            continue;
        read_other_bound(items, &money, amount);
        i = amount->to - 1;
        money.count++;
    }
    set_prices(parser, &money);
    for (size_t i = 0; i < items->count; i++)
        money.unclear |= money_read_budget_without_unit(items, i) ||
                         money_read_compared_number(items, i) ||
                         money_read_bound_without_unit(items, i);
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
