// SPDX-License-Identifier: MIT
/* The items of a phrase: meanings of its words in their order. The stages of the parser read dates,
 * prices, people and places from the items. A stage hides items from later stages by `used`. */
#pragma once

#include "phrases/tokens.h"

struct item {
    uint8_t kind; /* enum word_kind */
    uint8_t ending;
    uint8_t gap;    /* enum gap before the item */
    bool separated; /* words without meaning precede the item */
    bool detached;  /* one of them is no attribute of a place: not "город", "the city of" */
    /* A word that is not in the vocabulary stands between the item before and this one: in the
     * clause of the former, in that of the latter. */
    bool unknown_after_last, unknown_before;
    bool used;
    bool digits;  /* written in digits */
    bool is_day;  /* written as a day: 5-го, 5th, 5-інен */
    bool is_date; /* day, month and year are set; the kind is WORD_NUMBER */
    bool after_slash;
    bool slashed;      /* a date written as 5/12 */
    bool on_the_way;   /* a city between the places of a ride */
    bool counts_units; /* двое: a collective in the form that counts units, not двоих */
    bool homograph; /* a word like "он" (he, or Kazakh 10): a number only before a counted noun */
    uint8_t token;  /* index of its first token */
    uint8_t month, day;
    int16_t year;
    uint8_t hundredths; /* of a number of thousands: 50 in "17,5 тысяч" */
    int32_t value;
};

struct items {
    /* The last item is followed by one of the kind WORD_NOTHING. */
    struct item list[PHRASE_MAX + 1];
    size_t count;
    bool unknown[PHRASE_MAX]; /* by index of the token: the word is not in the vocabulary */
};

/* Sets the items of a phrase. `language` is that of the chat. If `for_ride`, words with a meaning
 * only for rides become items too. `readings` is scratch memory of PHRASE_MAX elements. */
void items_from_tokens(const struct phrase_words *words, const struct tokens *tokens,
                       enum language language, bool for_ride, struct word_readings *readings,
                       struct items *out);

/* Joins the items of times of day in words, for a ride: "half past six". Call it before
 * items_drop_negated(), which takes "без четверти семь" for a negation. */
void ride_clocks_join(const struct tokens *tokens, struct items *items);

/* The kind of an unused item; WORD_NOTHING if it is used or out of range. */
enum word_kind item_kind(const struct items *items, size_t at);
/* The kind of the item at `at` - 1; WORD_NOTHING if `at` is 0 or that item is used. */
enum word_kind item_kind_before(const struct items *items, size_t at);
/* True for an unused "дейін" or "аралығында", which belongs to what precedes it. */
bool item_is_postposed_to(const struct items *items, size_t at);
void items_mark_used(struct items *items, size_t from, size_t to);
/* Whether the item can be a count. */
bool item_is_number(const struct items *items, size_t at);

/* Reads comparative words as limits of the amounts beside them (WORD_AT_MOST, WORD_AT_LEAST), or as
 * WORD_CHEAP, and removes those that compare nothing. */
void comparisons_read(struct items *items);
/* Mark items as used, so that later stages ignore them. items_drop_labels(): numbers that are
 * labels (of a flight, of a floor), and Kazakh times of day ("сағат 5-те"). items_drop_negated():
 * items that the phrase negates, as in "without a pool". */
void items_drop_labels(struct items *items);
void items_drop_negated(struct items *items);
