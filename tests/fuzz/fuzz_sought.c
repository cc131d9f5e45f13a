// SPDX-License-Identifier: MIT
/* Answers of search-api, and the filters sent to it. From an answer only displayable values remain;
 * filters become members of a JSON object.
 *
 * If the first byte is 'w', the words of the filters follow, each list ending with a NUL; else an
 * answer. */
#include <jansson.h>

#include "base/money.h"
#include "base/text.h"

#include "clients/search_results_json.h"
#include "fuzz.h"
#include "guest/stay_filters.h"
#include "telegram/text.h"

static void try_answer(struct slice body)
{
    struct stay_search_results results;

    if (!stay_read_search_results(body, &arena, &results, &fault)) {
        PROMISE(strcmp(fault.code, "bad_answer") == 0 || strcmp(fault.code, "out_of_memory") == 0);
        return;
    }
    PROMISE(results.apartments.count <= STAY_APARTMENTS_MAX && results.apartments.next.at == NULL);
    for (size_t i = 0; i < results.apartments.count; i++) {
        const struct stay_apartment *flat = &results.apartments.items[i];
        PROMISE(!uuid_is_nil(&flat->id));
        PROMISE(flat->total >= 0 && flat->total <= MONEY_MAX && flat->total % 100 == 0);
        PROMISE(telegram_text_length(flat->why.ru, TELEGRAM_PLAIN) <= STAY_WHY_MAX);
        PROMISE(flat->why.ru.at == NULL || !text_has_control(flat->why.ru));
    }
    for (size_t i = 0; i < STAY_RELAXES; i++)
        PROMISE(results.adds[i] >= 0 && results.adds[i] <= STAY_ADDS_MAX);
}

static void try_filters(struct slice lists)
{
    struct stay_filters filters = {.min_price = 0};
    struct slice members;

    if (!text_is_utf8(lists))
        return;
    filters.rooms = slice_cut(&lists, '\0');
    filters.district = slice_cut(&lists, '\0');
    filters.words = slice_cut(&lists, '\0');
    filters.amenities = slice_cut(&lists, '\0');
    filters.rest = slice_cut(&lists, '\0');
    if (filters.rooms.len > STAY_FILTER_BYTES_MAX || filters.district.len > STAY_FILTER_BYTES_MAX ||
        filters.words.len > STAY_FILTER_BYTES_MAX ||
        filters.amenities.len > STAY_FILTER_BYTES_MAX || filters.rest.len > STAY_FILTER_BYTES_MAX)
        return;
    PROMISE(stay_search_format_filters(&filters, &arena, &members, &fault));
    const struct slice object = arena_printf(&arena, "{%.*s\"end\":0}", SLICE_ARG(members));
    json_t *read = json_loadb(object.at, object.len, JSON_REJECT_DUPLICATES, NULL);
    PROMISE(read != NULL);
    json_decref(read);
}

FUZZ(1 << 24)
{
    if (fuzz_byte(&input) == 'w')
        try_filters(input);
    else
        try_answer(input);
}
