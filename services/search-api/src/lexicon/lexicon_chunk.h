// SPDX-License-Identifier: MIT
/* Serialises a lexicon in chunks. Each chunk is a buffer of its own, such as a row of a table, and
 * holds counters, terms with beginnings of words, or whole words. The caller stores the totals.
 *
 *     checksum   8 bytes, little-endian: digest_fast64() of the rest
 *     kind       1 byte: 'g' for counters of 4-grams, 'w' for words, 't' for terms
 *     counters   of 4-grams, after the counters of the previous chunk; or
 *     words      each a byte with its length, its bytes, and its counter; or
 *     terms      in the format of words
 *
 * A counter is a number in groups of 7 bits, the lowest first; all but the last have bit 7 set.
 * Counters come first, then words, then terms. The caller stores LEXICON_CHUNK_FORMAT and
 * WORDS_VERSION with the chunks, so that other versions of the service do not read them.
 */
#pragma once

#include "lexicon/lexicon.h"

enum {
    /* Must be incremented also if digest_fast64() or grams_hash_points() changes. */
    LEXICON_CHUNK_FORMAT = 1,
    LEXICON_CHUNK_BYTES_MAX = 64 * 1024,
    LEXICON_CHUNKS_MAX = 1024 /* chunks of a lexicon */
};

/* The position in a lexicon that is being written or read. Zeroed: before the first chunk. */
struct lexicon_chunk_cursor {
    size_t grams; /* done counters of 4-grams */
    size_t table; /* the current table of terms */
    size_t slot;  /* the next slot in `table` */
    size_t words; /* done words of the vocabulary */
};

/* Writes the next chunk and returns its size; 0: all is written. The lexicon must not change
 * between the first chunk and the last. Takes at most a millisecond. */
size_t lexicon_chunk_write_next(const struct lexicon *lexicon, struct lexicon_chunk_cursor *cursor,
                                char out[LEXICON_CHUNK_BYTES_MAX]);

/* Reads the next chunk, whose bytes are untrusted, into a lexicon that only this function has
 * filled. A chunk takes a millisecond. False: FAULT_INVALID "broken_chunk", or no memory; then call
 * only lexicon_destroy() for the lexicon. */
bool lexicon_chunk_read_next(struct lexicon *lexicon, struct lexicon_chunk_cursor *cursor,
                             struct slice chunk, struct fault *fault) MUST_CHECK;

/* Checks that the lexicon is complete: it has `term_count` terms, beginnings and words, which is
 * what lexicon_number_of_terms() returned for the written lexicon. Call it after the last chunk. On
 * success the lexicon equals the written one. False: FAULT_INVALID "broken_chunk"; then call only
 * lexicon_destroy() for the lexicon. */
bool lexicon_chunk_finish_reading(struct lexicon *lexicon,
                                  const struct lexicon_chunk_cursor *cursor, size_t term_count,
                                  const struct lexicon_sums *sums, struct fault *fault) MUST_CHECK;
