// SPDX-License-Identifier: MIT
/* In how many documents a term stands, the beginning of a word, and a 4-gram: what makes a rare
 * word count for more.
 *
 * Terms, and beginnings of up to LEXICON_PREFIX_POINTS letters, stand in a table of their own.
 * 4-grams share 2^18 counters by their hashes, 1 MB; on ranked_apartment data the counters lose
 * nothing against exact ones.
 *
 * One thread at a time changes a lexicon; while nobody does, any number may read it.
 */
#pragma once

#include <stdint.h>

#include "lexicon/vocabulary.h"
#include "text/words.h"

enum {
    LEXICON_GRAMS = 1 << 18,     /* counters */
    LEXICON_TERMS_MAX = 1 << 20, /* with beginnings; 64 MB at most, 96 as it grows */
    LEXICON_PREFIX_POINTS = TERM_POINTS - 1,
    LEXICON_FUZZY_MAX = 4,
};

struct lexicon;

/* Sums over all documents. */
struct lexicon_sums {
    uint64_t documents;
    uint64_t words;
    uint64_t grams;
};

/* Returns new. NULL: no memory. */
struct lexicon *lexicon_create(struct fault *fault) MUST_CHECK;
/* Takes NULL. */
void lexicon_destroy(struct lexicon *lexicon);
/* Gives back its tables, which takes milliseconds where they are large, so that a thread can do it.
 * What is left is good for lexicon_destroy() alone. */
void lexicon_clear(struct lexicon *lexicon);

/* Counts a document. False, and nothing is counted: no memory. A term beyond LEXICON_TERMS_MAX is
 * not counted, and so is as rare as one that no document has. */
bool lexicon_add(struct lexicon *lexicon, const struct words *document,
                 struct fault *fault) MUST_CHECK;

/* The same in steps, since the longest document takes 7 ms: a document begins, and `most` of its
 * words from `from` on are counted. Returns where to go on; document->count: it is counted. No
 * other document begins before that. */
bool lexicon_begin(struct lexicon *lexicon, const struct words *document,
                   struct fault *fault) MUST_CHECK;
size_t lexicon_count(struct lexicon *lexicon, const struct words *document, size_t from,
                     size_t most);

const struct lexicon_sums *lexicon_sums(const struct lexicon *lexicon);
/* How many terms, beginnings and whole words are known. */
size_t lexicon_terms(const struct lexicon *lexicon);
/* The whole words. */
const struct vocabulary *lexicon_vocabulary(const struct lexicon *lexicon);
/* Documents with the term of a word; 0: it is unknown. */
uint32_t lexicon_term_df(const struct lexicon *lexicon, struct slice term);
/* Documents with the 4-gram, or with another one of the same counter. */
uint32_t lexicon_gram_df(const struct lexicon *lexicon, uint32_t gram);
/* BM25's: ln(1 + (N - df + 0.5) / (df + 0.5)), never below 0. */
double lexicon_idf(const struct lexicon *lexicon, uint64_t df);

/* Documents with words that begin so; of TERM_POINTS letters, those with the term. */
uint32_t lexicon_prefix_df(const struct lexicon *lexicon, struct slice prefix);

struct lexicon_term {
    uint8_t len;
    char text[TERM_BYTES_MAX];
    uint32_t df;
};

/* Known terms that one typo makes of a stem (a letter too many, missing, wrong, or two exchanged),
 * in as many first letters as a term has; the commonest first, at most LEXICON_FUZZY_MAX. Returns
 * how many. Of а to я, or of a to z: other stems have none. */
size_t lexicon_fuzzy(const struct lexicon *lexicon, struct slice stem,
                     struct lexicon_term out[LEXICON_FUZZY_MAX]);
