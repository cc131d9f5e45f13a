// SPDX-License-Identifier: MIT
/* A lexicon as bytes, in pieces that stand alone in a buffer, a packet or a row, so that it can be
 * kept and read again. They hold counters, terms and beginnings of words, and whole words; the sums
 * go beside them.
 *
 *   checksum   8 bytes, little-endian: digest_fast64() of the rest
 *   kind       1 byte, enum lexicon_chunk_kind
 *   counters   of 4-grams, from where the piece before ended; or
 *   words      each a byte with its length, its bytes, and its counter; or
 *   terms      likewise
 *
 * A counter is a number in groups of 7 bits, the lowest first; all but the last have bit 7 set.
 * Counters come first, words behind them, terms last. What an older program reads and a newer one
 * has written, or the other way round, is told apart by LEXICON_CHUNK_FORMAT and WORDS_VERSION,
 * which stand beside the pieces. */
#pragma once

#include "lexicon/lexicon.h"

enum {
    LEXICON_CHUNK_FORMAT = 1, /* also that of digest_fast64() and gram_hash() */
    LEXICON_CHUNK_BYTES_MAX = 64 * 1024,
    LEXICON_CHUNKS_MAX = 1024 /* of a lexicon */
};

/* How far a lexicon is written or read. Zeroed: not at all. */
struct lexicon_chunk_cursor {
    size_t terms; /* lexicon_terms() of what is read, set before the first piece */
    size_t grams; /* counters */
    size_t slots; /* of the tables, one behind the other */
    size_t words;
};

/* Writes the next piece and returns its size; 0: all is written. Nobody changes the lexicon between
 * the first piece and the last. At most a millisecond. */
size_t lexicon_chunk_write(const struct lexicon *lexicon, struct lexicon_chunk_cursor *place,
                           char out[LEXICON_CHUNK_BYTES_MAX]);

/* Reads the next piece, of any bytes, into a lexicon that has pieces alone. Terms come in the order
 * of their hashes, which crowds the beginning of a table that is too small: with the first of them
 * the table gets room for all, which is why words come before. Then a piece takes a millisecond.
 * False: FAULT_INVALID "broken_piece", or no memory; the lexicon is good for lexicon_destroy()
 * alone. */
bool lexicon_chunk_read(struct lexicon *lexicon, struct lexicon_chunk_cursor *place,
                        struct slice piece, struct fault *fault) MUST_CHECK;

/* After the last piece. False, as above: something is missing. From now on the lexicon is as the
 * one that was written. */
bool lexicon_chunk_end(struct lexicon *lexicon, const struct lexicon_chunk_cursor *place,
                       const struct lexicon_sums *sums, struct fault *fault) MUST_CHECK;
