// SPDX-License-Identifier: MIT
#include "apartments/apartment_places.h"

#include "base/city.h"
#include "base/language.h"

enum { NAMES_EACH = 8 /* names read from an address or a title, at most */ };

void apartment_places_finish(struct apartment_places *places)
{
    for (size_t i = 0; i < PLACES_TENANTS_MAX; i++)
        arena_finish(&places->tenants[i].arena);
}

/* --- building --- */

struct list {
    struct slice *items;
    size_t count;
};

static bool add_name_if_new(struct list *list, struct slice text, struct arena *arena)
{
    if (text.len == 0 || text.len > PLACES_NAME_MAX || list->count == PLACES_MAX / 2 ||
        slice_is_among(text, list->items, list->count))
        return true;
    list->items[list->count] = arena_copy(arena, text);
    return list->items[list->count++].at != NULL;
}

static bool add_new_names(struct list *list, const struct slice *names, size_t count,
                          struct arena *arena)
{
    for (size_t i = 0; i < count; i++)
        if (!add_name_if_new(list, names[i], arena))
            return false;
    return true;
}

static bool add_all_cities(struct phrase_places *lists, struct arena *arena)
{
    struct phrase_city *cities = arena_alloc(arena, city_count * sizeof *cities);

    for (size_t i = 0; cities != NULL && i < city_count; i++) {
        const struct city *city = &city_all[i];
        cities[i].slug = city->slug;
        cities[i].names[LANGUAGE_RU] = city->name.ru;
        cities[i].names[LANGUAGE_KZ] = city->name.kz;
        cities[i].names[LANGUAGE_EN] = city->name.en;
    }
    lists->cities = cities;
    lists->city_count = city_count;
    return cities != NULL;
}

static bool add_names_of_apartment(const struct db_rows *rows, int row, struct list *districts,
                                   struct list *names, struct arena *arena)
{
    struct slice found[NAMES_EACH];
    const struct slice title = db_get_text(rows, row, 1), address = db_get_text(rows, row, 2);

    return add_name_if_new(districts, db_get_text(rows, row, 0), arena) &&
           (address.len == 0 ||
            add_new_names(names, found, phrase_names_of_address(arena, address, found, NAMES_EACH),
                          arena)) &&
           add_new_names(names, found, phrase_names_of_title(arena, title, found, NAMES_EACH),
                         arena);
}

static bool build_place_words(const struct db_rows *rows, struct tenant_places *tenant)
{
    struct arena *arena = &tenant->arena;
    struct phrase_places *lists = &tenant->words.lists;
    struct list districts = {arena_alloc(arena, PLACES_MAX / 2 * sizeof(struct slice)), 0};
    struct list names = {arena_alloc(arena, PLACES_MAX / 2 * sizeof(struct slice)), 0};

    if (districts.items == NULL || names.items == NULL || !add_all_cities(lists, arena))
        return false;
    for (int i = 0; i < rows->count; i++)
        if (!add_names_of_apartment(rows, i, &districts, &names, arena))
            return false;
    lists->districts = districts.items;
    lists->district_count = districts.count;
    lists->names = names.items;
    lists->name_count = names.count;
    tenant->words.words = phrase_words_create(arena, lists);
    return tenant->words.words != NULL;
}

/* Builds the places of the tenant in the slot. On failure the slot is free. */
static bool fill_slot(struct tenant_places *slot, const struct uuid *tenant_id,
                      const struct apartment_stamp *stamp, const struct db_rows *rows,
                      struct fault *fault)
{
    arena_finish(&slot->arena);
    *slot = (struct tenant_places){
        .tenant_id = *tenant_id, .stamp = *stamp, .arena = ARENA(PLACES_BYTES_MAX)};
    if (build_place_words(rows, slot))
        return true;
    arena_finish(&slot->arena);
    *slot = (struct tenant_places){.used = 0};
    return arena_fault(fault);
}

/* --- caching --- */

/* The slot of the tenant. If the tenant has none: a free slot or, if none is free, the least
 * recently used slot. */
static struct tenant_places *find_or_choose_slot(struct apartment_places *places,
                                                 const struct uuid *tenant_id)
{
    struct tenant_places *oldest = &places->tenants[0];

    for (size_t i = 0; i < PLACES_TENANTS_MAX; i++) {
        struct tenant_places *one = &places->tenants[i];
        if (uuid_equal(&one->tenant_id, tenant_id))
            return one;
        if (one->used < oldest->used)
            oldest = one;
    }
    return oldest;
}

static bool is_cached_and_current(const struct tenant_places *tenant, const struct uuid *tenant_id,
                                  const struct apartment_stamp *stamp)
{
    return uuid_equal(&tenant->tenant_id, tenant_id) && tenant->stamp.tx == stamp->tx &&
           tenant->stamp.count == stamp->count;
}

bool apartment_places_find_or_load(struct apartment_places *places, const struct service *service,
                                   const struct uuid *tenant_id, struct place_words *out,
                                   struct fault *fault)
{
    struct apartment_stamp stamp;

    if (!apartment_store_read_change_stamp(service->db, tenant_id, &stamp, fault))
        return false;
    struct tenant_places *tenant = find_or_choose_slot(places, tenant_id);
    if (!is_cached_and_current(tenant, tenant_id, &stamp)) {
        auto_rows struct db_rows rows = {0};
        if (!apartment_store_list_place_texts(service->db, tenant_id, PLACES_MAX, &rows, fault))
            return false;
        /* Look up the slot again: during the wait another fiber may have changed the cache. */
        tenant = find_or_choose_slot(places, tenant_id);
        if (!fill_slot(tenant, tenant_id, &stamp, &rows, fault))
            return false;
    }
    tenant->used = ++places->clock;
    *out = tenant->words;
    return true;
}
