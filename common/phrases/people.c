// SPDX-License-Identifier: MIT
/* Reads numbers of guests and of rooms. */
#include "phrases/parser.h"

enum { ROOMS_MOST = 10, NUMBERS_MAX = 4 };

static bool is_positive_count(const struct items *items, size_t at)
{
    const enum word_kind kind = item_kind(items, at);

    return (item_is_number(items, at) || kind == WORD_COLLECTIVE ||
            (kind == WORD_ORDINAL && !items->list[at].digits)) &&
           items->list[at].value > 0;
}

/* True for the smaller number of "трое - двое взрослых", a part of the total before the dash and
 * not the end of a range. */
static bool is_part_of_total(const struct items *items, size_t at)
{
    const enum word_kind counted = item_kind(items, at + 1);

    return at > 0 && items->list[at].gap == GAP_HYPHEN && is_positive_count(items, at - 1) &&
           is_positive_count(items, at) && items->list[at].value < items->list[at - 1].value &&
           (counted == WORD_PERSON || counted == WORD_CHILD);
}

/* The index of the first of the numbers before `at` that count the item: "2", "1 или 2", "5-6";
 * `at` if there is no number. A word with a number of its own, such as "двушка" or "2к", counts as
 * the last of them. */
static size_t find_first_count(const struct items *items, size_t at)
{
    size_t from = at;

    if (item_kind(items, at) != WORD_ROOMS) {
        if (at == 0 || items->list[at].gap == GAP_CLAUSE || !is_positive_count(items, at - 1))
            return at;
        from = at - 1;
    }
    for (size_t i = 1; i < NUMBERS_MAX; i++) {
        const enum word_kind before = item_kind_before(items, from);
        const bool joined =
            from >= 2 && !items->list[from - 2].is_day &&
            (before == WORD_OR ||
             (before == WORD_TO && items->list[from - 1].value == TO_PREPOSITION) ||
             (before == WORD_AND && at < items->count && item_kind(items, at) == WORD_ROOM));
        if (joined && is_positive_count(items, from - 2) && items->list[from].gap != GAP_CLAUSE)
            from -= 2;
        else if (from >= 1 && items->list[from].gap == GAP_HYPHEN &&
                 is_positive_count(items, from - 1) && !is_part_of_total(items, from))
            from--;
        else
            break;
    }
    return from;
}

static int32_t greatest_number(const struct items *items, size_t from, size_t to)
{
    int32_t most = 0;

    for (size_t i = from; i < to; i++)
        if (is_positive_count(items, i) && items->list[i].value > most)
            most = items->list[i].value;
    return most;
}

static void insert_room_count(struct phrase *out, int32_t room_count)
{
    size_t at = 0;

    while (at < out->room_count && out->rooms[at] < room_count)
        at++;
    if (room_count < 1 || room_count > ROOMS_MOST || out->room_count == PHRASE_LIST_MAX ||
        (at < out->room_count && out->rooms[at] == room_count))
        return;
    for (size_t i = out->room_count; i > at; i--)
        out->rooms[i] = out->rooms[i - 1];
    out->rooms[at] = room_count;
    out->room_count++;
}

static void read_counted_rooms(struct parser *parser, size_t at)
{
    struct items *items = &parser->items;
    const enum word_kind kind = item_kind(items, at);
    size_t from = find_first_count(items, at), to = at + 1;

    if (kind != WORD_ROOMS && from == at && is_positive_count(items, at + 1) &&
        items->list[at + 1].gap != GAP_CLAUSE && items->list[at + 1].gap != GAP_NONE &&
        item_kind(items, at + 2) != WORD_UNIT && item_kind(items, at + 2) != WORD_THOUSAND &&
        item_kind(items, at + 2) != WORD_PEOPLE && item_kind(items, at + 2) != WORD_PERSON &&
        item_kind(items, at + 2) != WORD_MONTH && !items->list[at + 1].is_day)
        to = at + 2; /* the number follows: "комнат 2" */
    for (size_t i = from; i < to && kind != WORD_BEDROOM; i++)
        if (is_positive_count(items, i) || (i == at && kind == WORD_ROOMS))
            insert_room_count(&parser->found, items->list[i].value);
    if (kind == WORD_BEDROOM && (from < at || to > at + 1))
        parser->found.ask |= PHRASE_ASK_ROOMS;
    items_mark_used(items, from, to);
}

void rooms_read(struct parser *parser)
{
    for (size_t i = 0; i < parser->items.count; i++) {
        const enum word_kind kind = item_kind(&parser->items, i);
        if (kind == WORD_ROOM || kind == WORD_BEDROOM || kind == WORD_ROOMS)
            read_counted_rooms(parser, i);
    }
    if ((parser->found.ask & PHRASE_ASK_ROOMS) != 0)
        parser->found.room_count = 0;
}

struct party {
    int32_t all;    /* totals: нас трое, 3 guests */
    int32_t each;   /* sums: 2 adults and 1 child */
    int32_t joined; /* children in addition to `all`: "трое и ребёнок" */
    /* The value of `each` at the last total. If `each` grows after it, the parts are listed. */
    int32_t each_before_total;
    bool self, companion;
    bool speaker;      /* the writer is mentioned: я, me, мы с */
    bool others_named; /* two or more others, without the writer */
    bool grandchildren;
    bool unclear;
};

static void raise_total(struct party *party, int32_t count)
{
    if (count > party->all)
        party->all = count;
    party->each_before_total = party->each;
}

static bool is_counted_thing(const struct items *items, size_t at)
{
    const enum word_kind kind = item_kind(items, at);

    return items->list[at].gap != GAP_CLAUSE &&
           (kind == WORD_UNIT || kind == WORD_ROOM || kind == WORD_BEDROOM || kind == WORD_PERSON ||
            kind == WORD_CHILD || kind == WORD_PEOPLE || kind == WORD_MONTH ||
            kind == WORD_THOUSAND || kind == WORD_FLOOR || kind == WORD_AMENITY);
}

/* The number of adults in "2+1 ребёнок", "2 and a child", where `from` is the index after the
 * "and"; 0: there is none, as in "дочка 5 лет и сын". Marks it as used. */
static int32_t read_adults_before(struct items *items, size_t from)
{
    const size_t at = from - 2;

    if (from < 2 || item_kind(items, from - 1) != WORD_AND ||
        items->list[from - 1].gap == GAP_CLAUSE || items->list[from - 1].separated ||
        !item_is_number(items, at) || items->list[at].is_day ||
        (at > 0 && items->list[at - 1].kind == WORD_CHILD) ||
        item_kind_before(items, at) == WORD_FROM || item_kind_before(items, at) == WORD_TO ||
        item_kind_before(items, at) == WORD_AT)
        return 0;
    items->list[at].used = true;
    return items->list[at].value;
}

static void read_child(struct items *items, size_t at, size_t from, struct party *party)
{
    const enum word_kind before = item_kind_before(items, from);
    const int32_t adults = read_adults_before(items, from);
    const bool listed = adults > 0 || party->each > party->each_before_total;
    const bool joined = (before == WORD_AND || before == WORD_FROM) && !listed;
    const int32_t count = adults + (from < at ? greatest_number(items, from, at) : 1);

    if (from == at && (items->list[at].value & CHILD_SEVERAL) != 0)
        party->unclear = true; /* the number of children is unknown: "с детьми" */
    else if (joined && party->all > 0)
        party->joined += count;
    else
        party->each += count;
    if (from == at && party->all == 0 && party->each == 1 && !party->self && !party->companion)
        party->unclear = true; /* "с ребёнком": the number of adults is unknown */
}

/* The index after the number that follows a noun, or after its range: "guests: 4", "человек 6-7",
 * "человек шесть или семь"; `at` if there is no such number. */
static size_t find_count_end(const struct items *items, size_t at)
{
    size_t to = at + 1;

    if (!is_positive_count(items, at) || items->list[at].gap >= GAP_CLAUSE ||
        items->list[at].is_day)
        return at;
    const size_t last = to + (item_kind(items, to) == WORD_OR);
    if (is_positive_count(items, last) && items->list[last].gap < GAP_CLAUSE &&
        (last > to || items->list[last].gap == GAP_HYPHEN))
        to = last + 1;
    return is_counted_thing(items, to) ? at : to;
}

static void read_people_noun(struct items *items, size_t at, struct party *party)
{
    const enum word_kind kind = item_kind(items, at);
    size_t from = find_first_count(items, at), to = at + 1;

    if (from == at && kind == WORD_PEOPLE)
        to = find_count_end(items, at + 1);
    const int32_t count = greatest_number(items, from, to);
    if (kind == WORD_CHILD)
        read_child(items, at, from, party);
    else if (kind == WORD_PEOPLE && count > 0)
        raise_total(party, count);
    else if (kind == WORD_PERSON && count > 0)
        party->each += count;
    else if (kind == WORD_PERSON)
        party->unclear = true;
    items_mark_used(items, from, to);
}

/* The 1 in "нас 2+1"; 0: there is none, as in "нас 2 и 2 собаки". Marks it as used. */
static int32_t read_added_number(struct items *items, size_t at)
{
    const struct item *plus = &items->list[at + 1], *added = plus + 1;

    if (item_kind(items, at) != WORD_NUMBER || item_kind(items, at + 1) != WORD_AND ||
        plus->gap == GAP_CLAUSE || !item_is_number(items, at + 2) || added->gap == GAP_CLAUSE ||
        added->is_day || is_counted_thing(items, at + 3) ||
        item_kind(items, at + 3) == WORD_NUMBERED_DAY)
        return 0;
    items->list[at + 2].used = true;
    return added->value;
}

/* Reads a word that by itself means a number of people. */
static void read_group_number(struct items *items, size_t at, struct party *party)
{
    const enum word_kind kind = item_kind(items, at);
    const enum word_kind before = item_kind_before(items, at);
    /* "на сутки или двое" and "суток на двое" count days */
    const bool of_unit = at >= 2 && item_kind(items, at - 2) == WORD_UNIT &&
                         items->list[at].gap != GAP_CLAUSE &&
                         (before == WORD_OR || (before == WORD_ON && items->list[at].counts_units));
    const bool counts =
        is_positive_count(items, at) && !of_unit && !is_counted_thing(items, at + 1) &&
        item_kind(items, at + 1) != WORD_OR && kind != WORD_ORDINAL &&
        (items->list[at + 1].gap != GAP_HYPHEN || is_part_of_total(items, at + 1)) &&
        !items->list[at].is_day;

    if (kind == WORD_TOGETHER ||
        (counts && (kind == WORD_COLLECTIVE || before == WORD_WE || before == WORD_GROUP ||
                    items->list[at].ending == ENDING_WE))) {
        raise_total(party, items->list[at].value + read_added_number(items, at));
        items->list[at].used = true;
    }
}

/* True for a relative or friend at the other end of the way: "к бабушке", "to my wife", "анама". */
static bool is_visited(const struct items *items, size_t at)
{
    const enum word_kind before = item_kind_before(items, at);

    return items->list[at].ending == ENDING_TO ||
           (items->list[at].gap != GAP_CLAUSE &&
            (before == WORD_TO || before == WORD_AT ||
             (before == WORD_FROM && items->list[at - 1].value == FROM_OF_PRICES)));
}

static void read_companion(struct items *items, size_t at, struct party *party)
{
    if (is_visited(items, at)) {
        items->list[at].used = true;
        return;
    }
    if (at > 0 && items->list[at].gap != GAP_CLAUSE && is_positive_count(items, at - 1) &&
        !items->list[at - 1].is_day) {
        party->each += items->list[at - 1].value; /* "одна девушка" */
        items_mark_used(items, at - 1, at + 1);
        return;
    }
    /* The writer is counted, unless all guests are listed: "муж, жена и двое детей", "бабушка и
     * двое внуков". */
    const bool of_grandchildren = items->list[at].value == COMPANION_GRANDPARENT &&
                                  party->grandchildren && item_kind_before(items, at) != WORD_FROM;
    const bool all_named = (party->companion || of_grandchildren) && !party->speaker;
    party->each += all_named || party->self ? 1 : 2;
    if (all_named && party->self)
        party->each -= !party->others_named;
    party->others_named |= all_named;
    party->companion = party->self = true;
    items->list[at].used = true;
}

/* True if the writer is a guest: "я, жена и ребёнок", "just for me"; not "я ищу". */
static bool is_writer_a_guest(const struct items *items, size_t at)
{
    const enum word_kind after = item_kind(items, at + 1);

    return !items->list[at].separated && !items->list[at + 1].separated &&
           (items->list[at + 1].gap == GAP_CLAUSE || after == WORD_AND || after == WORD_FROM);
}

static void read_person(struct items *items, size_t at, struct party *party)
{
    switch (item_kind(items, at)) {
    case WORD_PEOPLE:
    case WORD_PERSON:
    case WORD_CHILD:
        read_people_noun(items, at, party);
        break;
    case WORD_ME:
        if (!is_writer_a_guest(items, at) || party->self)
            break;
        party->self = party->speaker = true;
        party->each++;
        break;
    case WORD_WE:
        party->speaker = true;
        break;
    case WORD_COMPANION:
        read_companion(items, at, party);
        break;
    case WORD_GROUP:
        party->unclear |=
            !is_positive_count(items, at + 1) || item_kind(items, at + 2) == WORD_CHILD;
        break;
    default:
        read_group_number(items, at, party);
        break;
    }
}

void guests_read(struct parser *parser)
{
    struct party party = {.all = 0};
    struct phrase *out = &parser->found;

    for (size_t i = 0; i < parser->items.count; i++)
        party.grandchildren |= item_kind(&parser->items, i) == WORD_CHILD &&
                               (parser->items.list[i].value & CHILD_GRANDCHILD) != 0;
    for (size_t i = 0; i < parser->items.count; i++)
        read_person(&parser->items, i, &party);
    party.all += party.joined;
    const int32_t guests = party.each > party.all ? party.each : party.all;
    /* A sum with an unclear part is not a number of guests. */
    if (guests > PHRASE_GUESTS_MAX || (party.unclear && party.all == 0))
        out->ask |= PHRASE_ASK_GUESTS;
    else
        out->guests = guests;
}
