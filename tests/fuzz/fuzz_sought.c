// SPDX-License-Identifier: MIT
/* Answers of search-api, and the queries sent to it. From an answer only displayable values remain;
 * a query made of filters is a phrase within the maximum length that the parser accepts.
 *
 * If the first byte is 'w', the words of the filters follow, each list ending with a NUL; else an
 * answer. */
#include "base/money.h"
#include "base/text.h"

#include "clients/search_results_json.h"
#include "fuzz.h"
#include "fuzz_places.h"
#include "guest/stay_filters.h"
#include "telegram/text.h"

enum { TODAY = 20780 };

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
    const struct phrase_now now = {.day = TODAY, .hour = 12};
    struct stay_filters filters = {.min_price = 0};
    struct phrase phrase;
    struct slice query;

    if (!text_is_utf8(lists))
        return;
    filters.rooms = slice_cut(&lists, '\0');
    filters.district = slice_cut(&lists, '\0');
    filters.words = slice_cut(&lists, '\0');
    filters.amenities = slice_cut(&lists, '\0');
    filters.rest = slice_cut(&lists, '\0');
    PROMISE(stay_search_format_phrase(&filters, &arena, &query, &fault));
    if (query.at == NULL)
        return;
    PROMISE(text_length(query) <= PHRASE_MAX);
    PROMISE(phrase_read(fuzz_words(), query, LANGUAGE_RU, now, &arena, &phrase, &fault));
}

FUZZ(1 << 24)
{
    if (fuzz_byte(&input) == 'w')
        try_filters(input);
    else
        try_answer(input);
}
