// SPDX-License-Identifier: MIT
/* What items.c and items_numbers.c share. */
#pragma once

#include "phrases/items.h"

struct item_reader {
    const struct phrase_words *words;
    const struct tokens *tokens;
    enum language language; /* of the chat */
    bool for_ride;
    struct word_readings *readings; /* one for each token */
    bool found[PHRASE_MAX];
};

/* Whether the token is one of these words, which are separated by '|'. */
bool items_is_token_word(const struct token *token, const char *words);

/* Reads an expression that begins at the token `at`. An expression does not extend over a comma. */
bool items_read_expression(struct item_reader *reader, size_t at, enum word_kind wanted,
                           struct word_meaning *meaning);

/* Reads the number or date in digits at the token `at`, with its suffix. Returns the number of
 * tokens. */
size_t items_read_number(struct item_reader *reader, size_t at, struct items *out);
/* Reads the time of day at the token `at`, with its suffix: "18:00-ден". Returns the number of
 * tokens. */
size_t items_read_clock(struct item_reader *reader, size_t at, struct items *out);
