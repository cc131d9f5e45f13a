// SPDX-License-Identifier: MIT
/* Document frequencies: how many documents have a term, a beginning of a word or a 4-gram. The
 * weights of words in searches follow from them: rare words weigh more.
 *
 * Terms, and beginnings of up to LEXICON_PREFIX_POINTS letters, are in a hash table. 4-grams share
 * 2^18 counters by their hashes, 1 MB; on the judged data the shared counters lose nothing against
 * exact ones.
 *
 * One thread at a time may change a lexicon; without a writer, any number may read it.
 */
#pragma once

#include <stdint.h>

#include "lexicon/vocabulary.h"
#include "text/words.h"

enum {
    LEXICON_GRAMS = 1 << 18,                 /* counters of 4-grams */
    LEXICON_TERMS_MAX = 1 << 20,             /* terms and beginnings of words, up to 64 MB */
    LEXICON_PREFIX_POINTS = TERM_POINTS - 1, /* letters of the longest beginning */
    LEXICON_FUZZY_MAX = 4,                   /* the most results of lexicon_find_fuzzy() */
};

struct lexicon;

/* Totals of all counted documents. */
struct lexicon_sums {
    uint64_t documents;
    uint64_t words;
    uint64_t grams;
};

/* Returns new. */
struct lexicon *lexicon_create(struct fault *fault) MUST_CHECK;
/* May take milliseconds; any thread may do it. NULL is allowed. */
void lexicon_destroy(struct lexicon *lexicon);

/* Counts a document. Then call lexicon_count_words() until all its words are counted. */
void lexicon_begin_document(struct lexicon *lexicon);
/* Counts at most `words_max` words of the document that lexicon_begin_document() has started, from
 * word `next_word` on, and advances `next_word`; the words of the longest document take 7 ms.
 * Beyond LEXICON_TERMS_MAX new terms are not counted and have the frequency 0. False: no memory,
 * and the document stays partly counted. */
bool lexicon_count_words(struct lexicon *lexicon, const struct words *document, size_t *next_word,
                         size_t words_max, struct fault *fault) MUST_CHECK;

const struct lexicon_sums *lexicon_sums(const struct lexicon *lexicon);
/* The number of known terms, beginnings and whole words, added up. */
size_t lexicon_number_of_terms(const struct lexicon *lexicon);
/* The vocabulary: the whole words of the documents. */
const struct vocabulary *lexicon_vocabulary(const struct lexicon *lexicon);
/* The number of documents with the term; 0: the term is unknown. */
uint32_t lexicon_term_df(const struct lexicon *lexicon, struct slice term);
/* The number of documents with the 4-gram, or with another 4-gram that shares its counter. */
uint32_t lexicon_gram_df(const struct lexicon *lexicon, uint32_t gram);
/* The inverse document frequency of BM25 for a frequency: ln(1 + (N - df + 0.5) / (df + 0.5)),
 * never below 0. */
double lexicon_idf(const struct lexicon *lexicon, uint64_t df);

/* The number of documents with a word that has this beginning; for TERM_POINTS letters and more,
 * the number of documents with this term. */
uint32_t lexicon_prefix_df(const struct lexicon *lexicon, struct slice prefix);

struct lexicon_term {
    uint8_t len;
    char text[TERM_BYTES_MAX];
    uint32_t df;
};

/* Finds known terms that are one typo away from a stem: a letter too many, missing or wrong, or two
 * exchanged. Compares the first TERM_POINTS letters. The most frequent term comes first. Returns
 * the number of terms. It is 0 for a stem of fewer than three letters, and for a stem whose letters
 * are neither all from а to я nor all from a to z. */
size_t lexicon_find_fuzzy(const struct lexicon *lexicon, struct slice stem,
                          struct lexicon_term out[LEXICON_FUZZY_MAX]);
