// SPDX-License-Identifier: MIT
/* The weighted terms and 4-grams of a query, its phrases and exclusions, derived from its text and
 * the lexicon. They select candidates in SQL, rank them and mark matches in snippets. */
#pragma once

#include "base/buf.h"

#include "lexicon/lexicon.h"
#include "query/query.h"
#include "query/rewrite.h"

enum {
    QUERY_TERMS_WORDS_MAX = 128,    /* words of a query and its rewrites; others are ignored */
    QUERY_TERMS_CANDIDATES = 500,   /* documents to rank, at most */
    QUERY_TERMS_COMMON_PERCENT = 5, /* a term in more than this percentage of the documents is
                                     * common: it selects no candidates */
    QUERY_TERMS_COMMON_MIN = 2000,  /* a term in at most this many documents is not common */
    QUERY_TERMS_NEWEST = 50 * 1000, /* if common terms select candidates, only so many of the newest
                                     * documents are searched */
    QUERY_TERMS_PREFIX_POINTS_MIN = 2, /* letters; a shorter prefix selects no candidates, because a
                                        * single letter matches nearly all documents */
    QUERY_TERMS_UNKNOWN_MAX = 16,   /* unknown words to expand, at most: each takes up to 0.1 ms */
    QUERY_TERMS_RESPELLED_MAX = 16, /* words, at most, of which other spellings are searched too:
                                     * one word as two, or two as one */
    QUERY_TERMS_PHRASE_WORDS = 16,  /* only this many first words of a phrase select candidates */
};

struct query_term {
    struct slice text;
    struct slice second;        /* the term of the next word of a pair; `at` is NULL: no pair */
    const struct word *pair_of; /* matches two adjacent words that together are this word of the
                                 * query, `spelling_of`; NULL: no pair */
    struct slice typo_of;     /* the word of the query for which this term is a fuzzy match; `at` is
                               * NULL: the term is no fuzzy match */
    struct slice spelling_of; /* the word of the query of which documents may have another spelling
                               * with this term, with or without Kazakh letters; `at` is NULL: it
                               * is no such term */
    bool is_one_word; /* matches only the word `spelling_of`, because other words have the term
                       * too */
    bool is_prefix;   /* matches words that begin with `text`, which is no stem */
    bool selects;     /* documents with the term are candidates */
    double weight;    /* includes the IDF */
    uint32_t df;      /* number of documents with the term, of all tenants */
};

/* Whether two adjacent words of a text are the word with a hyphen or a blank in it: "вай-фаем" is
 * "вайфай". A single letter is a part only beside a hyphen: "e-mail", but "и нет" is no "инет". */
bool query_terms_is_pair_of(const struct word *first, const struct word *second,
                            const struct word *whole);

/* Returns the number of words that match the term from word number `at` of a document on: 0, 1 or,
 * for a pair of words, 2. */
size_t query_terms_match(const struct query_term *term, const struct words *words, size_t at);

struct query_gram {
    uint32_t gram;
    double weight; /* includes the IDF; 0: the slot is free */
};

/* The words of a phrase or an exclusion, as typed and as rewritten. */
struct query_phrase {
    struct words typed;
    struct words read; /* with the rewritten words; 0 words: no word was rewritten */
    /* Set only for an exclusion: its codes in the other spelling, "KC852" as two words and "KC 852"
     * as one. 0 words: there is no other spelling. */
    struct words respelled;
};

struct query_terms {
    struct query_term *terms;
    size_t term_count;
    bool common;              /* common terms select candidates too, because all known terms are
                               * common or query_terms_select_by_common_terms() was called */
    struct query_gram *grams; /* a hash table with linear probing */
    size_t gram_slots;        /* a power of two */
    struct query_phrase *phrases;
    size_t phrase_count;
    struct query_phrase *without;
    size_t without_count;
    struct rewrites rewrites;
    double mean_words; /* words of a document, on average */
    double mean_grams; /* 4-grams of a document, on average */
};

/* Makes the terms of a query. With `as_you_type`, the last word may be the beginning of a longer
 * one. A query without words has no terms. The result borrows from `text` and uses at most 1 MB of
 * the arena. False: the arena is full. */
bool query_terms_from_query(const struct lexicon *lexicon, struct word_reader *reader,
                            struct slice text, bool as_you_type, struct arena *arena,
                            struct query_terms *out, struct fault *fault) MUST_CHECK;

/* Lets terms select candidates that are rare among so many documents; if no document has a rare
 * term, all terms. Called by query_terms_from_query(). */
void query_terms_select_by_rare_terms(struct query_terms *query_terms, uint64_t documents);
/* Lets common terms select candidates too. Call it if no document of the tenant that matches the
 * filters has a rare term, which may be known from other tenants only. False: nothing has changed.
 */
bool query_terms_select_by_common_terms(struct query_terms *query_terms);
/* Whether the phrases select by common words only, so that too many documents may have them. */
bool query_terms_has_common_phrases(const struct query_terms *query_terms);

/* The slot of a 4-gram in `grams`; its weight is 0 if the query lacks the 4-gram. */
size_t query_terms_find_gram_slot(const struct query_terms *query_terms, uint32_t gram);

/* The functions below append a tsquery of PostgreSQL for the index of terms, such as 'кварт' |
 * 'пар':*. They append nothing if there are no terms. Terms consist of letters and digits, so they
 * need no escapes. */
enum {
    QUERY_TERMS_TSQUERY_MAX = 64 * 1024,                  /* bytes */
    QUERY_TERMS_TERM_TSQUERY_MAX = 2 * TERM_BYTES_MAX + 8 /* bytes of one term's tsquery */
};
/* Matches documents with the term; of a pair, documents with both words, adjacent or not. */
void query_term_write_tsquery(const struct query_term *term, struct buf *out);
/* Matches documents with any of the terms that select candidates. */
void query_terms_write_selecting_tsquery(const struct query_terms *query_terms, struct buf *out);
/* Matches documents with the words of all phrases in any order, even if the words are common. */
void query_terms_write_phrases_tsquery(const struct query_terms *query_terms, struct buf *out);
/* Matches documents that may match an exclusion. A term matches more than the excluded word, so
 * these documents become the last candidates, and rank_candidates() checks the words. */
void query_terms_write_exclusions_tsquery(const struct query_terms *query_terms, struct buf *out);

/* The factor by which BM25 multiplies a term's weight, for a term that occurs `tf` times in a
 * document of `length` words or 4-grams; `mean_length` is the mean length. k1 = 0.9 and b = 0.4 are
 * the defaults of Anserini (its BM25 baselines on MS MARCO and TREC). */
double query_terms_tf_factor(double tf, double length, double mean_length);

/* The score by which SQL orders candidates. `weight_sum` is the sum of the weights of the
 * document's terms, each once; it is multiplied by query_terms_tf_factor() of one occurrence in a
 * document of `word_count` words. */
double query_terms_candidate_score(double weight_sum, double word_count,
                                   const struct query_terms *query_terms);
