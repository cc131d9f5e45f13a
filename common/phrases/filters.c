// SPDX-License-Identifier: MIT
/* Reads places, amenities and keywords of the wanted apartment. */
#include "phrases/amenity.h"
#include "phrases/parser.h"

struct slice phrase_find_amenity(struct slice slug)
{
    const struct amenity *amenity = amenity_find(slug);

    return amenity != NULL ? slice_of(amenity->slug) : SLICE_NONE;
}

static int compare_texts(struct slice a, struct slice b)
{
    /* Bytes are compared, because the byte order of UTF-8 is that of code points. */
    const int order = memcmp(a.at, b.at, a.len < b.len ? a.len : b.len);

    return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

static void list_insert_sorted(struct phrase_list *list, struct slice item)
{
    size_t at = 0;

    while (at < list->count && compare_texts(list->items[at], item) < 0)
        at++;
    if (list->count == PHRASE_LIST_MAX || (at < list->count && slice_equal(list->items[at], item)))
        return;
    for (size_t i = list->count; i > at; i--)
        list->items[i] = list->items[i - 1];
    list->items[at] = item;
    list->count++;
}

static void read_city(struct parser *parser, const struct item *item)
{
    struct phrase *out = &parser->found;
    const struct slice slug = item->kind == WORD_CITY
                                  ? words_get_places(parser->words)->cities[item->value].slug
                                  : SLICE_NONE;

    if (slug.at == NULL || (out->city.at != NULL && !slice_equal(out->city, slug)))
        out->ask |= PHRASE_ASK_CITY;
    out->city = slug;
}

void filters_read_places(struct parser *parser)
{
    const struct phrase_places *places = words_get_places(parser->words);
    struct phrase *out = &parser->found;

    for (size_t i = 0; i < parser->items.count; i++) {
        const struct item *item = &parser->items.list[i];
        const enum word_kind kind = item_kind(&parser->items, i);
        if (kind == WORD_CITY || kind == WORD_ELSEWHERE)
            read_city(parser, item);
        else if ((kind == WORD_DISTRICT || kind == WORD_DISTRICT_ALONE) && out->district.at == NULL)
            out->district = places->districts[item->value];
        else if (kind == WORD_NAME)
            list_insert_sorted(&out->q, places->names[item->value]);
    }
    if ((out->ask & PHRASE_ASK_CITY) != 0)
        out->city = SLICE_NONE;
}

/* True for a park with a name, which is a landmark. */
static bool is_named_park(const struct items *items, size_t at)
{
    return slice_is(slice_of(near_names[items->list[at].value]), "park") &&
           item_kind(items, at + 1) == WORD_NAME && items->list[at + 1].gap == GAP_SPACE &&
           !items->list[at + 1].separated;
}

void filters_read_amenities(struct parser *parser)
{
    struct phrase *out = &parser->found;

    for (size_t i = 0; i < parser->items.count; i++) {
        const struct item *item = &parser->items.list[i];
        const enum word_kind kind = item_kind(&parser->items, i);
        if (kind == WORD_AMENITY)
            list_insert_sorted(&out->amenities, slice_of(amenity_table[item->value].slug));
        else if (kind == WORD_KEYWORD)
            list_insert_sorted(&out->q, slice_of(keyword_names[item->value]));
        else if (kind == WORD_NEAR && out->near.at == NULL && !is_named_park(&parser->items, i))
            out->near = slice_of(near_names[item->value]);
    }
}
