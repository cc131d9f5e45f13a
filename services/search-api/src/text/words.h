// SPDX-License-Identifier: MIT
/* The words of a text as they are searched. Documents and queries go through the same function, so
 * that what was typed in two ways meets.
 *
 * A word is a run of letters and digits: NFC, small, "ё" as "е", Kazakh letters folded to the
 * Russian ones people type for them (ә а, і и, ң н, ғ г, ү у, ұ у, қ к, ө о, һ х), look-alikes of
 * the other alphabet put right. A phone is one word, and so is a number in groups of thousands.
 *
 * The term of a word (P5) is the beginning of its Snowball stem: five letters carry Russian and
 * Kazakh endings further than a stemmer does.
 */
#pragma once

#include <stdint.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/slice.h"

enum {
    WORDS_VERSION = 1,       /* stands beside what is stored of a text; nothing makes it anew yet */
    WORDS_BYTES_MAX = 32768, /* of a text; what is behind them is not read */
    WORDS_MAX = 4096,        /* of a text, likewise */
    WORD_POINTS_MAX = 48,    /* code points that count; a longer word is its beginning */
    TERM_POINTS = 5,
    TERM_BYTES_MAX = 23 /* what 5 code points need at most is 20 */
};

struct word {
    struct slice text; /* UTF-8 */
    struct slice stem; /* Snowball's, folded. Of a word with a digit: the word */
    struct slice term; /* TERM_POINTS of the stem. Of a word with a digit: TERM_BYTES_MAX of it */
    uint32_t begin;    /* where it stands in the text, in code points: [begin, end) */
    uint32_t end;
    uint32_t byte_begin; /* the same in bytes */
    uint32_t byte_end;
};

struct words {
    struct word *list;
    size_t count;
};

/* Snowball's stemmers. One thread at a time uses a reader: it holds the memory of the last stem. */
struct word_reader;

/* Returns new. NULL: no memory. */
struct word_reader *word_reader_create(struct fault *fault) MUST_CHECK;
void word_reader_destroy(struct word_reader *reader);

/* Bytes that are not UTF-8 separate words. What is read lies in the arena, at most 64 bytes and 6
 * more for each byte of the text. False: the arena is full. */
bool words_read(struct word_reader *reader, struct slice text, struct arena *arena,
                struct words *out, struct fault *fault) MUST_CHECK;
