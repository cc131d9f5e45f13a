// SPDX-License-Identifier: MIT
/* Formats filters as a list, as a query and as text, and removes them. */
#include "guest/stay_filters.h"

#include "base/district.h"
#include "base/money.h"
#include "base/parse.h"
#include "base/text.h"

#include "guest/stay_steps.h"

enum { AMENITIES_SHOWN = 6, PATH_BYTES_MAX = 4096 };

/* --- as a list --- */

static void append_filters_of_list(struct stay_filter_list *list, enum stay_filter_kind kind,
                                   struct slice comma_list)
{
    while (comma_list.len > 0 && list->count < STAY_FILTERS_MAX)
        list->items[list->count++] = (struct stay_filter){kind, slice_cut(&comma_list, ',')};
}

struct stay_filter_list stay_filters_make_list(const struct stay_filters *filters)
{
    struct stay_filter_list list = {.count = 0};

    if (filters->rooms.len > 0)
        list.items[list.count++] = (struct stay_filter){STAY_FILTER_ROOMS, filters->rooms};
    if (filters->min_price > 0 || filters->max_price > 0)
        list.items[list.count++] = (struct stay_filter){.kind = STAY_FILTER_PRICE};
    if (filters->district.len > 0)
        list.items[list.count++] = (struct stay_filter){STAY_FILTER_DISTRICT, filters->district};
    append_filters_of_list(&list, STAY_FILTER_AMENITY, filters->amenities);
    append_filters_of_list(&list, STAY_FILTER_WORD, filters->words);
    return list;
}

static bool list_has_item(struct slice list, struct slice item)
{
    while (list.len > 0)
        if (slice_equal(slice_cut(&list, ','), item))
            return true;
    return false;
}

/* Appends `item` to a list of amenities or words, in the arena. Omits an item that is in the list
 * already or does not fit. */
static bool append_item_if_new(struct slice *list, struct slice item, struct arena *arena,
                               struct fault *fault)
{
    struct slice longer;

    if (list_has_item(*list, item) || list->len + item.len + 1 > STAY_FILTER_BYTES_MAX)
        return true;
    longer = list->len == 0 ? arena_copy(arena, item)
                            : arena_printf(arena, "%.*s,%.*s", SLICE_ARG(*list), SLICE_ARG(item));
    if (longer.at == NULL)
        return arena_fault(fault);
    *list = longer;
    return true;
}

/* Replaces the list of unrecognised words by these words, if there are any. */
static bool replace_unrecognised_words(struct slice *list, const struct slice *words, size_t count,
                                       struct arena *arena, struct fault *fault)
{
    if (count > 0)
        *list = SLICE_NONE;
    for (size_t i = 0; i < count; i++)
        if (memchr(words[i].at, ',', words[i].len) == NULL && !text_has_control(words[i]) &&
            !append_item_if_new(list, words[i], arena, fault))
            return false;
    return true;
}

static bool remove_item(struct slice *list, struct slice item, struct arena *arena,
                        struct fault *fault)
{
    struct slice rest = *list, left = {NULL, 0};

    while (rest.len > 0) {
        const struct slice one = slice_cut(&rest, ',');
        if (!slice_equal(one, item) && !append_item_if_new(&left, one, arena, fault))
            return false;
    }
    *list = left;
    return true;
}

bool stay_filters_remove(struct stay_filters *filters, const struct stay_filter *item,
                         struct arena *arena, struct fault *fault)
{
    bool removed = true;

    switch (item->kind) {
    case STAY_FILTER_ROOMS:
        filters->rooms = SLICE_NONE;
        break;
    case STAY_FILTER_PRICE:
        filters->min_price = filters->max_price = 0;
        break;
    case STAY_FILTER_DISTRICT:
        filters->district = SLICE_NONE;
        break;
    case STAY_FILTER_AMENITY:
        removed = remove_item(&filters->amenities, item->text, arena, fault);
        break;
    case STAY_FILTER_WORD:
        removed = remove_item(&filters->words, item->text, arena, fault);
        break;
    }
    if (stay_filters_make_list(filters).count == 0)
        filters->rest = SLICE_NONE;
    return removed;
}

/* --- as filters --- */

/* Appends a percent-encoded value of a query (RFC 3986, 2.1). If `commas_to_spaces` is true, commas
 * become spaces. */
static void append_encoded_parameter(struct buf *out, const char *name, struct slice value,
                                     bool commas_to_spaces)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";

    if (value.len == 0)
        return;
    buf_text(out, name);
    for (size_t i = 0; i < value.len; i++) {
        const unsigned char byte = (unsigned char)value.at[i];
        if (byte != '\0' && strchr(plain, byte) != NULL) {
            buf_char(out, value.at[i]);
        } else {
            buf_char(out, '%');
            buf_hex(out, commas_to_spaces && byte == ',' ? ' ' : byte, 2);
        }
    }
}

static void append_price_parameter(struct buf *out, const char *name, int64_t tiyn)
{
    if (tiyn <= 0)
        return;
    buf_text(out, name);
    buf_i64(out, tiyn);
}

struct slice stay_filters_format_url_query(const struct stay_filters *filters, struct arena *arena)
{
    char room[PATH_BYTES_MAX];
    struct buf out;

    buf_init_over(&out, room, sizeof room);
    append_encoded_parameter(&out, "&rooms=", filters->rooms, false);
    append_price_parameter(&out, "&min_price=", filters->min_price);
    append_price_parameter(&out, "&max_price=", filters->max_price);
    append_encoded_parameter(&out, "&amenities=", filters->amenities, false);
    append_encoded_parameter(&out, "&district=", filters->district, false);
    append_encoded_parameter(&out, "&q=", filters->words, true);
    return out.failed ? SLICE_NONE : arena_copy(arena, buf_as_slice(&out));
}

/* --- as text --- */

// clang-format off
/* Stems of words that the parser puts into q= (phrases/words.tsv, keyword and near). */
static const struct {
    const char *word;
    enum text text;
    const char *near; /* a landmark that a phrase may name: the stem is searched for */
} wishes[] = {
    {"тих",      TEXT_STAY_WORD_QUIET,      NULL},
    {"дом",      TEXT_STAY_WORD_HOUSE,      NULL},
    {"баней",    TEXT_STAY_WORD_BATH,       NULL},
    {"сауной",   TEXT_STAY_WORD_SAUNA,      NULL},
    {"пентхаус", TEXT_STAY_WORD_PENTHOUSE,  NULL},
    {"аэропорт", TEXT_STAY_WORD_AIRPORT,    "airport"},
    {"центр",    TEXT_STAY_WORD_CENTER,     "center"},
    {"набережн", TEXT_STAY_WORD_EMBANKMENT, "embankment"},
    {"метро",    TEXT_STAY_WORD_METRO,      "metro"},
    {"парк",     TEXT_STAY_WORD_PARK,       "park"},
    {"вокзал",   TEXT_STAY_WORD_STATION,    "station"},
};
// clang-format on

static struct slice format_amenity(struct talk *talk, size_t amenity)
{
    return talk_label(talk, texts_of_amenities[amenity]);
}

/* The label of the amenity, or the slug of one that has no row. */
static struct slice format_amenity_with_slug(struct talk *talk, struct slice slug)
{
    const struct amenity *amenity = amenity_find(slug);

    return amenity != NULL ? format_amenity(talk, (size_t)(amenity - amenity_table)) : slug;
}

static struct slice format_word(struct talk *talk, struct slice word)
{
    for (size_t i = 0; i < ARRAY_LEN(wishes); i++)
        if (slice_is(word, wishes[i].word))
            return talk_label(talk, wishes[i].text);
    return word;
}

/* Formats the numbers of rooms: "2 rooms", "1 room / 2 rooms". */
static struct slice format_rooms(struct talk *talk, struct slice rooms)
{
    struct slice line = SLICE("");
    int64_t number;

    while (rooms.len > 0)
        if (parse_i64(slice_cut(&rooms, ','), 1, STAY_ROOMS_MAX, &number))
            line = talk_join(talk, line, " / ",
                             talk_format(talk, TEXT_STAY_WISH_ROOMS,
                                         TALK_VALUES({.name = "rooms", .number = number})));
    return line;
}

/* Formats the price of the filters: "from 10 000 ₸ up to 25 000 ₸ a night". */
static struct slice format_price_filter(struct talk *talk)
{
    return talk_format(
        talk, TEXT_STAY_WISH_PRICE,
        TALK_VALUES(
            {.name = "lowest", .number = text_if_positive(stay_of(talk)->filters.min_price)},
            {.name = "price", .number = text_if_positive(stay_of(talk)->filters.max_price)}));
}

struct slice stay_filters_format_one(struct talk *talk, const struct stay_filter *item)
{
    switch (item->kind) {
    case STAY_FILTER_ROOMS:
        return format_rooms(talk, item->text);
    case STAY_FILTER_PRICE:
        return format_price_filter(talk);
    case STAY_FILTER_AMENITY:
        return format_amenity_with_slug(talk, item->text);
    case STAY_FILTER_WORD:
        return format_word(talk, item->text);
    case STAY_FILTER_DISTRICT:
        return district_translate(item->text, talk->language);
    }
    return item->text;
}

struct slice stay_filters_format_all(struct talk *talk)
{
    const struct stay_filter_list list = stay_filters_make_list(&stay_of(talk)->filters);
    struct slice line = SLICE("");

    for (size_t i = 0; i < list.count; i++)
        line = talk_join(talk, line, ", ", stay_filters_format_one(talk, &list.items[i]));
    return line;
}

/* --- from a phrase --- */

static int64_t tenge_to_tiyn(int64_t tenge)
{
    return tenge > MONEY_MAX / 100 ? MONEY_MAX : 100 * tenge;
}

static bool append_amenities(struct stay_filters *filters, const struct phrase_list *amenities,
                             struct talk *talk)
{
    for (size_t i = 0; i < amenities->count; i++)
        if (!append_item_if_new(&filters->amenities, amenities->items[i], talk->arena, talk->fault))
            return false;
    return true;
}

static size_t count_words(struct slice list)
{
    size_t words = list.len > 0;

    for (size_t i = 0; i < list.len; i++)
        words += list.at[i] == ',' || list.at[i] == ' ';
    return words;
}

/* Appends words for q=, such as "хан шатыр". Omits them if booking-api would refuse so many. */
static bool append_words(struct stay_filters *filters, struct slice words, struct talk *talk)
{
    return count_words(filters->words) + count_words(words) > STAY_FILTER_WORDS_MAX ||
           append_item_if_new(&filters->words, words, talk->arena, talk->fault);
}

static bool append_phrase_words(struct stay_filters *filters, const struct phrase_list *parts,
                                struct talk *talk)
{
    for (size_t i = 0; i < parts->count; i++)
        if (!append_words(filters, parts->items[i], talk))
            return false;
    return true;
}

static bool append_landmark_word(struct stay_filters *filters, struct slice near, struct talk *talk)
{
    for (size_t i = 0; i < ARRAY_LEN(wishes); i++)
        if (wishes[i].near != NULL && slice_is(near, wishes[i].near))
            return append_words(filters, slice_of(wishes[i].word), talk);
    return true;
}

static bool replace_rooms_from_phrase(struct stay_filters *filters, const struct phrase *phrase,
                                      struct talk *talk)
{
    if (phrase->room_count > 0)
        filters->rooms = SLICE_NONE;
    for (size_t i = 0; i < phrase->room_count; i++) {
        const struct slice number = talk_printf(talk, "%d", phrase->rooms[i]);
        if (phrase->rooms[i] <= STAY_ROOMS_MAX &&
            !append_item_if_new(&filters->rooms, number, talk->arena, talk->fault))
            return false;
    }
    return true;
}

bool stay_filters_add_from_phrase(struct talk *talk, const struct phrase *phrase)
{
    struct stay_filters *filters = &stay_of(talk)->filters;

    if (phrase->min_price > 0 || phrase->max_price > 0) {
        filters->min_price = tenge_to_tiyn(phrase->min_price);
        filters->max_price = tenge_to_tiyn(phrase->max_price);
    }
    if (phrase->district.at != NULL)
        filters->district = talk_text_or_empty(talk, arena_copy(talk->arena, phrase->district));
    return replace_rooms_from_phrase(filters, phrase, talk) &&
           append_amenities(filters, &phrase->amenities, talk) &&
           append_phrase_words(filters, &phrase->q, talk) &&
           append_landmark_word(filters, phrase->near, talk) &&
           replace_unrecognised_words(&filters->rest, phrase->rest, phrase->rest_count, talk->arena,
                                      talk->fault);
}

/* --- amenities of an apartment --- */

/* Joins the texts of at most `amenities_max` amenities of the apartment that are not in `omitted`.
 */
static struct slice format_amenities_except(struct talk *talk,
                                            const struct stay_apartment *apartment,
                                            struct slice omitted, size_t amenities_max,
                                            const char *separator)
{
    struct slice line = SLICE("");
    size_t shown = 0;

    for (size_t i = 0; i < AMENITIES && shown < amenities_max; i++)
        if (answer_list_contains(&apartment->amenities, amenity_table[i].slug) &&
            !list_has_item(omitted, slice_of(amenity_table[i].slug))) {
            line = talk_join(talk, line, separator, format_amenity(talk, i));
            shown++;
        }
    return line;
}

struct slice stay_format_unfiltered_amenities(struct talk *talk,
                                              const struct stay_apartment *apartment)
{
    return format_amenities_except(talk, apartment, stay_of(talk)->filters.amenities,
                                   AMENITIES_SHOWN, ", ");
}

struct slice stay_format_all_amenities(struct talk *talk, const struct stay_apartment *apartment)
{
    return format_amenities_except(talk, apartment, SLICE(""), AMENITIES, "\n");
}

struct slice stay_format_asked_amenities(struct talk *talk, const struct stay_apartment *apartment,
                                         bool present)
{
    const struct phrase_list *asked = &stay_of(talk)->asked_for;
    struct slice line = SLICE("");

    for (size_t i = 0; i < AMENITIES; i++)
        if (slice_is_among(slice_of(amenity_table[i].slug), asked->items, asked->count) &&
            answer_list_contains(&apartment->amenities, amenity_table[i].slug) == present)
            line = talk_join(talk, line, ", ", format_amenity(talk, i));
    return line;
}
