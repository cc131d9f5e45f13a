// SPDX-License-Identifier: MIT
/* The tokenizer. Documents and queries use the same function, so that spellings of the same word
 * match.
 *
 * A word is a run of letters and digits: NFC, lower case, "ё" as "е", Kazakh letters folded to the
 * Russian ones people type for them (ә а, і и, ң н, ғ г, ү у, ұ у, қ к, ө о, һ х), look-alikes of
 * the other alphabet corrected. A phone number is one word, and so is a number in groups of
 * thousands.
 *
 * The term of a word is the first five letters of its Snowball stem: they match Russian and Kazakh
 * endings better than the whole stem does. The term of a word with a digit is the word itself, up
 * to TERM_BYTES_MAX bytes.
 */
#pragma once

#include <stdint.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/slice.h"

enum {
    WORDS_VERSION = 1, /* version of the tokenizer's rules, stored with the terms of each document;
                        * after an increment the rebuilder renews older terms */
    WORDS_BYTES_MAX = 32768, /* bytes of a text; further bytes are ignored */
    WORDS_MAX = 4096,        /* words of a text; further words are ignored */
    WORD_POINTS_MAX = 48,    /* code points of a word; a longer word is cut */
    TERM_POINTS = 5,         /* code points of a term */
    TERM_BYTES_MAX = 23      /* 5 code points need at most 20 */
};

struct word {
    struct slice text; /* UTF-8 */
    struct slice stem; /* Snowball's, with Kazakh letters folded; the stem of a word with a digit is
                        * the word itself */
    struct slice term; /* the first TERM_POINTS code points of the stem; of a word with a digit, the
                        * first TERM_BYTES_MAX bytes */
    uint32_t begin;    /* position in the text in code points: [begin, end) */
    uint32_t end;
    uint32_t byte_begin; /* position in the text in bytes: [byte_begin, byte_end) */
    uint32_t byte_end;
    bool after_hyphen; /* only a hyphen is between the word before and this one, as in "Wi-Fi" */
};

struct words {
    struct word *list;
    size_t count;
};

/* The first TERM_POINTS code points of the whole word. A Kazakh word has this term in documents if
 * its own letters keep the stemmer, which knows only Russian ones, from finding an ending. */
struct slice word_beginning(const struct word *word);

/* The stemmers of Snowball. A stemmer stores its last result in itself, so only one thread at a
 * time may use a reader.
 */
struct word_reader;

/* Returns new. */
struct word_reader *word_reader_create(struct fault *fault) MUST_CHECK;
void word_reader_destroy(struct word_reader *reader);

/* Reads the words of a text. Bytes that are not UTF-8 separate words. Uses at most 38 bytes of the
 * arena for each byte of the text, and 72 more. False: the arena is full. */
bool words_read(struct word_reader *reader, struct slice text, struct arena *arena,
                struct words *out, struct fault *fault) MUST_CHECK;

/* Makes a literal of PostgreSQL's type tsvector of the terms, in the arena. `label` is appended to
 * each term: "" gives terms without a position, ":1A" terms that match 'x':A of a tsquery. False:
 * the arena is full. */
bool words_write_tsvector(const struct words *words, const char *label, struct arena *arena,
                          struct slice *out, struct fault *fault) MUST_CHECK;
