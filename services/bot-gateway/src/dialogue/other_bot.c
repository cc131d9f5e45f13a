// SPDX-License-Identifier: MIT
#include "dialogue/other_bot.h"

#include "base/text.h"

#include "phrases/letters.h"

static bool starts_with_one_of(const struct letters *word, const char *const *stems)
{
    for (; *stems != NULL; stems++) {
        const struct letters stem = letters_of(slice_of(*stems));
        if (letters_start_with(word, &stem))
            return true;
    }
    return false;
}

bool other_bot_is_meant(struct slice text, const char *const *own, const char *const *other)
{
    struct letters word = {0};
    bool is_other = false;
    int32_t point;

    for (size_t at = 0; at <= text.len;) {
        const size_t len = at < text.len ? text_decode_composed(text, at, &point) : 1;
        const uint8_t letter = at < text.len ? letter_of(point) : 0;
        at += len;
        if (letter != 0) {
            letters_add(&word, letter);
            continue;
        }
        if (word.len > 0 && starts_with_one_of(&word, own))
            return false;
        is_other = is_other || (word.len > 0 && starts_with_one_of(&word, other));
        word.len = 0;
    }
    return is_other;
}
