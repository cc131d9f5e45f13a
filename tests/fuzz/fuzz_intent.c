// SPDX-License-Identifier: MIT
/* Answers of an AI, and texts that may be sent to it. Any answer becomes valid filters or nothing;
 * a text that is sent has at most four digits.
 *
 * The first byte is 't' for a text, 'r' for the answer of the endpoint, else the rest is the
 * content of the model's message. */
#include "base/date.h"

#include "clients/ai_json.h"
#include "fuzz.h"
#include "fuzz_places.h"
#include "guest/stay_filters.h"
#include "guest/stay_intent.h"
#include "guest/stay_json.h"

enum { ARENA_LIMIT = 1 << 24, TODAY = 20780, DIGITS_MAX = 4 };

static void try_text(struct slice text)
{
    size_t digits = 0;

    for (size_t i = 0; i < text.len; i++)
        digits += text.at[i] >= '0' && text.at[i] <= '9';
    PROMISE(digits <= DIGITS_MAX || !stay_intent_may_ask(text));
}

static void try_content(struct slice content, struct arena *arena)
{
    const struct phrase_now now = {.day = TODAY, .hour = 12};
    struct ai_intent intent;
    struct phrase phrase;
    struct fault fault;

    if (!ai_intent_read(content, arena, &intent, &fault))
        return;
    PROMISE(stay_intent_phrase(&intent, fuzz_words(), LANGUAGE_RU, now, arena, &phrase, &fault));
    PROMISE(phrase.check_in == DATE_ABSENT ||
            (phrase.check_in >= 0 && phrase.check_in <= DATE_MAX));
    PROMISE(phrase.nights >= 0 && phrase.nights <= PHRASE_NIGHTS_MAX);
    PROMISE(phrase.guests >= 0 && phrase.guests <= STAY_GUESTS_MAX);
    PROMISE(phrase.room_count <= PHRASE_LIST_MAX && phrase.amenities.count <= PHRASE_LIST_MAX);
    for (size_t i = 0; i < phrase.room_count; i++)
        PROMISE(phrase.rooms[i] >= 1 && phrase.rooms[i] <= STAY_ROOMS_MAX);
    PROMISE(phrase.min_price >= 0 && phrase.max_price >= 0);
    PROMISE(phrase.min_price == 0 || phrase.max_price == 0 || phrase.min_price <= phrase.max_price);
    PROMISE(!ai_intent_is_empty(&intent) || (phrase.city.at == NULL && phrase.ask == 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice rest, content;
    struct arena arena;
    struct fault fault;

    if (size == 0)
        return 0;
    rest = (struct slice){(const char *)data + 1, size - 1};
    arena_init(&arena, ARENA_LIMIT);
    if (data[0] == 't')
        try_text(rest);
    else if (data[0] != 'r')
        try_content(rest, &arena);
    else if (ai_reply_read(rest, &arena, &content, &fault))
        try_content(content, &arena);
    arena_finish(&arena);
    return 0;
}
