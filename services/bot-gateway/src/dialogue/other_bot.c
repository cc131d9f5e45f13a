// SPDX-License-Identifier: MIT
#include "dialogue/other_bot.h"

#include "base/text.h"

#include "phrases/letters.h"

static bool is_of_type(const struct letters *word, enum bot_type type)
{
    for (size_t i = 0; i < other_bot_stem_count; i++) {
        if (other_bot_stems[i].type != type)
            continue;
        const struct letters stem = letters_of(slice_of(other_bot_stems[i].stem));
        if (letters_start_with(word, &stem))
            return true;
    }
    return false;
}

bool other_bot_is_meant(struct slice text, enum bot_type type)
{
    struct letters word = {0};
    bool has[BOT_TYPES] = {false};
    int32_t point;

    for (size_t at = 0; at <= text.len;) {
        const size_t len = at < text.len ? text_decode_composed(text, at, &point) : 1;
        const uint8_t letter = at < text.len ? letter_of(point) : 0;
        at += len;
        if (letter != 0) {
            letters_add(&word, letter);
            continue;
        }
        for (int of = 0; of < BOT_TYPES && word.len > 0; of++)
            has[of] |= is_of_type(&word, (enum bot_type)of);
        word.len = 0;
    }
    return !has[type] && has[type == BOT_TAXI ? BOT_APARTMENTS : BOT_TAXI];
}
