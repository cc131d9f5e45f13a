// SPDX-License-Identifier: MIT
/* What the words of a phrase mean, in their order, for the parts that read dates, money, people and
 * places of them. A part marks as `used` what no other may read. */
#pragma once

#include "phrases/tokens.h"

struct item {
    uint8_t kind; /* enum word_kind */
    uint8_t ending;
    uint8_t gap; /* enum gap before it */
    bool apart;  /* words that say nothing stand before it */
    bool used;
    bool digits;  /* a number of digits, not of letters */
    bool is_day;  /* a number that was written as a day: 5-го, 5th, 5-інен */
    bool is_date; /* day, month and year are set; the kind is WORD_NUMBER */
    bool slashed;
    bool homograph; /* "он": a number only before what it counts */
    uint8_t month, day;
    int16_t year;
    int32_t value;
};

struct items {
    struct item list[PHRASE_MAX + 1]; /* behind the last stands one of WORD_NOTHING */
    size_t count;
    bool unknown[PHRASE_MAX]; /* of each token: a word that no rule knows */
};

/* `readings` has room for those of PHRASE_MAX words. */
void items_read(const struct phrase_words *words, const struct tokens *tokens,
                struct word_readings *readings, struct items *out);

/* The kind of an item that nobody has used; WORD_NOTHING beyond both ends. */
enum word_kind item_kind(const struct items *items, size_t at);
/* `at` may be 0: then there is none before. */
enum word_kind item_kind_before(const struct items *items, size_t at);
void items_use(struct items *items, size_t from, size_t to);
/* A number that may count something. */
bool item_is_number(const struct items *items, size_t at);

/* Numbers that name (a flight, a floor) and what is not wanted are used up. */
void items_drop_names(struct items *items);
void items_drop_unwanted(struct items *items);
