// SPDX-License-Identifier: MIT
/* The items of a phrase: meanings of its words in their order, from which the stages read dates,
 * prices, people and places. A stage marks items as `used` to hide them from later ones. */
#pragma once

#include "phrases/tokens.h"

struct item {
    uint8_t kind; /* enum word_kind */
    uint8_t ending;
    uint8_t gap;    /* enum gap before it */
    bool separated; /* words without meaning precede it */
    bool used;
    bool digits;  /* written in digits */
    bool is_day;  /* written as a day: 5-го, 5th, 5-інен */
    bool is_date; /* day, month and year are set; the kind is WORD_NUMBER */
    bool slashed;
    bool homograph; /* "он": a number only before a counted noun */
    uint8_t month, day;
    int16_t year;
    int32_t value;
};

struct items {
    struct item list[PHRASE_MAX + 1]; /* followed by one of WORD_NOTHING */
    size_t count;
    bool unknown[PHRASE_MAX]; /* by token: a word that is not in the vocabulary */
};

/* `readings` has PHRASE_MAX elements. */
void items_read(const struct phrase_words *words, const struct tokens *tokens,
                struct word_readings *readings, struct items *out);

/* The kind of an unused item; WORD_NOTHING if used or out of range. */
enum word_kind item_kind(const struct items *items, size_t at);
/* The kind of the item before `at`; WORD_NOTHING for 0. */
enum word_kind item_kind_before(const struct items *items, size_t at);
void items_use(struct items *items, size_t from, size_t to);
/* Can the item be a count? */
bool item_is_number(const struct items *items, size_t at);

/* Mark as used: numbers that are labels (a flight, a floor), and negated items. */
void items_drop_labels(struct items *items);
void items_drop_unwanted(struct items *items);
