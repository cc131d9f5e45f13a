// SPDX-License-Identifier: MIT
#include "dialogue/other_bot.h"

#include "base/text.h"

#include "phrases/letters.h"

/* Stems of words that only one type of bot understands; the last one is NULL. letters.h normalises
 * them. */
static const char *const stems[BOT_TYPES][24] = {
    [BOT_APARTMENTS] = {"квартир",          "однушк",  "двушк", "трешк", "студи", "комнат",
                        "посуточн",                                                        "жиль", "снять", "сниму",     "переночев",  "ночевк",
                        "ночлег",   "пәтер",   "жалға", "apartment", "apartament", "flat",
                        "studio",   "kvartir", "pater"},
    [BOT_TAXI] = {"такси", "попутк", "попутчик",                                           "межгород",                                         "маршрутк",                                       "taxi",                                          "taksi",
                        "rideshar",     "carpool"                                                                                           },
};

static bool is_of_type(const struct letters *word, enum bot_type type)
{
    for (size_t i = 0; i < ARRAY_LEN(stems[type]) && stems[type][i] != NULL; i++) {
        const struct letters stem = letters_of(slice_of(stems[type][i]));
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
