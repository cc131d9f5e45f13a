// SPDX-License-Identifier: MIT
/* Splits a phrase into words, numbers, dates, times of day and signs (currency, +, №, ~, ←),
 * without phone numbers; corrects the wrong keyboard layout. */
#pragma once

#include "phrases/words.h"

enum gap {
    GAP_NONE, /* no gap: "3дня" */
    GAP_SPACE,
    GAP_HYPHEN,
    GAP_CLAUSE /* a comma, the end of a sentence or line */
};

enum token_kind {
    TOKEN_WORD,
    TOKEN_NUMBER,
    TOKEN_DATE,
    TOKEN_SIGN,   /* a currency sign, +, №, ~ and the like */
    TOKEN_TIME,   /* a time of day; the number is in minutes */
    TOKEN_NOTHING /* ignored: a phone number */
};

enum { TOKEN_LEFT_ARROW = 0x2190 }; /* the number of all signs of this meaning */

struct token {
    enum token_kind kind;
    enum gap gap; /* before the token */
    struct letters letters;
    int32_t number;       /* the number, or the code point of a sign */
    bool grouped;         /* written in groups of digits: "30 000" */
    bool after_slash;     /* a slash or "(" precedes the token */
    bool slashed;         /* a date written as 5/12; `day` is the first number */
    int year, month, day; /* year 0: not given */
    uint8_t begin, end;   /* position in composed code points: [begin, end) */
};

struct tokens {
    struct token list[PHRASE_MAX];
    size_t count;
    uint32_t offsets[PHRASE_MAX + 1]; /* where each composed code point begins, in bytes */
};

/* Splits a text into tokens. False if it is not UTF-8 or too long. */
bool tokens_split(const struct phrase_words *words, struct slice text, struct tokens *out);
