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

enum { TODAY = 20780, DIGITS_MAX = 4 };

static void try_text(struct slice text)
{
    size_t digits = 0;

    for (size_t i = 0; i < text.len; i++)
        digits += text.at[i] >= '0' && text.at[i] <= '9';
    PROMISE(digits <= DIGITS_MAX || !stay_intent_may_send_text(text));
}

static void try_content(struct slice content)
{
    const struct phrase_now now = {.day = TODAY, .hour = 12};
    struct ai_intent intent;
    struct phrase phrase;

    if (!ai_intent_read(content, &arena, &intent, &fault))
        return;
    PROMISE(
        stay_intent_make_phrase(&intent, fuzz_words(), LANGUAGE_RU, now, &arena, &phrase, &fault));
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

FUZZ(1 << 24)
{
    const uint8_t what = fuzz_byte(&input);
    struct slice content;

    if (what == 't')
        try_text(input);
    else if (what != 'r')
        try_content(input);
    else if (ai_reply_read_content(input, &arena, &content, &fault))
        try_content(content);
}
