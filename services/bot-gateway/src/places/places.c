// SPDX-License-Identifier: MIT
#include "places/places.h"

#include <stdlib.h>

#include "base/digest.h"

#include "clients/stay_answers_json.h"
#include "places/places_json.h"

enum { NAMES_EACH = 8 /* maximum of names from one address or title */, DIGEST_STEP = 31 };

struct places *places_create(struct fault *fault)
{
    struct places *places = fault_calloc(sizeof *places, "places", fault);

    if (places == NULL)
        return NULL;
    places->users = 1;
    arena_init(&places->arena, PLACES_BYTES_MAX);
    places->districts = arena_alloc(&places->arena, PLACES_MAX * sizeof(struct slice));
    places->names = arena_alloc(&places->arena, PLACES_MAX * sizeof(struct slice));
    if (places->districts == NULL || places->names == NULL) {
        arena_fault(fault);
        places_release(places);
        return NULL;
    }
    places->lists.districts = places->districts;
    places->lists.names = places->names;
    return places;
}

void places_release(void *data)
{
    struct places *places = data;

    if (places == NULL || --places->users > 0)
        return;
    arena_finish(&places->arena);
    free(places);
}

size_t places_count(const struct places *places)
{
    return places->lists.city_count + places->lists.district_count + places->lists.name_count;
}

/* --- collecting --- */

/* Adds a copy of the text to the list, unless the list has the text, the text is empty or too long,
 * or there are PLACES_MAX places already. */
static bool append_place_if_new(struct places *places, struct slice *items, size_t *count,
                                struct slice text, struct fault *fault)
{
    if (slice_is_among(text, items, *count) || text.len == 0 || text.len > PLACES_NAME_MAX ||
        places_count(places) == PLACES_MAX)
        return true;
    items[*count] = arena_copy(&places->arena, text);
    return items[(*count)++].at != NULL || arena_fault(fault);
}

static void extend_digest(struct places *places, struct slice body)
{
    places->digest = DIGEST_STEP * places->digest + digest_fast64(body);
}

static bool copy_text(struct places *places, struct slice text, struct slice *out)
{
    *out = text.len > 0 ? arena_copy(&places->arena, text) : SLICE_NONE;
    return text.len == 0 || out->at != NULL;
}

bool places_add_cities(struct places *places, struct slice body, struct arena *work,
                       struct fault *fault)
{
    struct answer_cities cities;

    if (!answer_read_cities(body, work, &cities, fault))
        return false;
    struct phrase_city *made = arena_alloc(&places->arena, (cities.count + 1) * sizeof *made);
    if (made == NULL)
        return arena_fault(fault);
    for (size_t i = 0; i < cities.count; i++) {
        const struct city *city = &cities.items[i];
        if (!copy_text(places, city->slug, &made[i].slug) ||
            !copy_text(places, city->name.ru, &made[i].names[LANGUAGE_RU]) ||
            !copy_text(places, city->name.kz, &made[i].names[LANGUAGE_KZ]) ||
            !copy_text(places, city->name.en, &made[i].names[LANGUAGE_EN]))
            return arena_fault(fault);
    }
    places->lists.cities = made;
    places->lists.city_count = cities.count;
    extend_digest(places, body);
    return true;
}

static bool append_new_names(struct places *places, const struct slice *names, size_t count,
                             struct fault *fault)
{
    for (size_t i = 0; i < count; i++)
        if (!append_place_if_new(places, places->names, &places->lists.name_count, names[i], fault))
            return false;
    return true;
}

bool places_add_apartments(struct places *places, struct slice body, struct arena *work,
                           struct slice *next, struct fault *fault)
{
    struct slice names[NAMES_EACH];
    struct answer_page page;

    if (!places_read_apartment_page(body, work, &page, fault))
        return false;
    const struct places_apartment *apartments = page.items.items;
    for (size_t i = 0; i < page.items.count; i++) {
        const struct places_apartment *apartment = &apartments[i];
        if (!append_place_if_new(places, places->districts, &places->lists.district_count,
                                 apartment->district, fault) ||
            !append_new_names(places, names,
                              phrase_names_of_address(work, apartment->address, names, NAMES_EACH),
                              fault) ||
            !append_new_names(places, names,
                              phrase_names_of_title(work, apartment->title, names, NAMES_EACH),
                              fault))
            return false;
    }
    *next = page.next;
    extend_digest(places, body);
    return true;
}

bool places_compile(struct places *places, struct fault *fault)
{
    places->words = phrase_words_create(&places->arena, &places->lists);
    return places->words != NULL || arena_fault(fault);
}
