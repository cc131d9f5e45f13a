// SPDX-License-Identifier: MIT
/* Phrases of guests, arbitrary text. The result is a valid stay within the limits of
 * phrases/phrase.h; if the guest is asked for a value, that value is absent.
 *
 * The first byte selects language and hour, the second the day; the phrase follows. */
#include <stdlib.h>

#include "base/date.h"
#include "base/text.h"

#include "fuzz.h"
#include "fuzz_places.h"

enum { FIRST_DAY = 20000, HOURS = 24 };

static void check_stay(const struct phrase *phrase, int32_t today)
{
    const bool has_in = phrase->check_in != DATE_ABSENT, has_out = phrase->check_out != DATE_ABSENT;

    PROMISE(!has_in || (phrase->check_in >= today && phrase->check_in <= DATE_MAX));
    PROMISE(!has_out || (phrase->check_out > today && phrase->check_out <= DATE_MAX));
    PROMISE(phrase->nights >= 0 && phrase->nights <= PHRASE_NIGHTS_MAX);
    if (has_in && has_out)
        PROMISE(phrase->nights > 0 && phrase->check_out - phrase->check_in == phrase->nights);
    PROMISE(has_in == has_out || !has_in || (phrase->ask & PHRASE_ASK_CHECK_OUT) != 0);
    PROMISE(has_in || (!has_out && phrase->nights == 0) ||
            (phrase->ask & PHRASE_ASK_CHECK_IN) != 0);
    if ((phrase->ask & PHRASE_ASK_DATES) != 0)
        PROMISE(!has_in && !has_out && phrase->nights == 0);
}

static void check_list(const struct phrase_list *list)
{
    PROMISE(list->count <= PHRASE_LIST_MAX);
    for (size_t i = 0; i < list->count; i++)
        PROMISE(list->items[i].len > 0);
    for (size_t i = 1; i < list->count; i++)
        PROMISE(!slice_equal(list->items[i - 1], list->items[i]));
}

static void check_unknown(const struct phrase *phrase, struct slice text)
{
    const char *last = text.at;

    PROMISE(phrase->rest_count <= PHRASE_REST_MAX);
    for (size_t i = 0; i < phrase->rest_count; i++) {
        const struct slice word = phrase->rest[i];
        PROMISE(word.len > 0 && word.at >= last && word.at + word.len <= text.at + text.len);
        last = word.at + word.len;
    }
}

static void check_rest(const struct phrase *phrase)
{
    PROMISE((phrase->ask & PHRASE_ASK_CITY) == 0 || phrase->city.at == NULL);
    PROMISE(phrase->guests >= 0 && phrase->guests <= PHRASE_GUESTS_MAX);
    PROMISE((phrase->ask & PHRASE_ASK_GUESTS) == 0 || phrase->guests == 0);
    PROMISE(phrase->room_count <= PHRASE_LIST_MAX);
    PROMISE((phrase->ask & PHRASE_ASK_ROOMS) == 0 || phrase->room_count == 0);
    for (size_t i = 1; i < phrase->room_count; i++)
        PROMISE(phrase->rooms[i - 1] < phrase->rooms[i]);
    PROMISE(phrase->min_price >= 0 && phrase->max_price >= 0);
    PROMISE(phrase->max_price == 0 || phrase->min_price <= phrase->max_price);
    PROMISE((phrase->ask & PHRASE_ASK_PRICE) == 0 ||
            (phrase->min_price == 0 && phrase->max_price == 0));
    check_list(&phrase->amenities);
    check_list(&phrase->q);
}

FUZZ(1 << 16)
{
    struct phrase phrase;
    const uint8_t first = fuzz_byte(&input);
    const struct phrase_now now = {.day = FIRST_DAY + fuzz_byte(&input), .hour = first % HOURS};

    if (phrase_read(fuzz_words(), input, first / HOURS % (LANGUAGE_KZ + 1), now, &arena, &phrase,
                    &fault)) {
        check_stay(&phrase, now.day);
        check_rest(&phrase);
        check_unknown(&phrase, input);
    } else {
        PROMISE(slice_is(slice_of(fault.code), "phrase_unread"));
        PROMISE(!text_is_utf8(input) || text_length(input) > PHRASE_MAX);
    }
}
