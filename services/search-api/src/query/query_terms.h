// SPDX-License-Identifier: MIT
/* What a query asks for: terms and 4-grams with their weights, phrases, and what must not be there.
 * All of it comes from the query's text and the lexicon; the same value chooses candidates in SQL,
 * puts them in order and marks what was found. */
#pragma once

#include "base/buf.h"

#include "lexicon/lexicon.h"
#include "query/query.h"
#include "query/rewrite.h"

enum {
    QUERY_TERMS_WORDS_MAX = 128,  /* with those of rewrites; more are not asked for */
    QUERY_TERMS_CANDIDATES = 500, /* that are worth to be put in order */
    QUERY_TERMS_COMMON_PERCENT =
        5, /* a term of more documents than that does not choose candidates */
    QUERY_TERMS_COMMON_MIN = 2000, /* unless they are that few */
    QUERY_TERMS_NEWEST =
        50 * 1000, /* documents to choose candidates of, where all terms are common */
    QUERY_TERMS_PREFIX_POINTS = 2, /* letters of a beginning that chooses them: one is in all */
    QUERY_TERMS_UNKNOWN_MAX = 16,  /* unknown words that may have a typo: each takes up to 0.1 ms */
    QUERY_TERMS_RESPELT_MAX = 16,  /* words that are one here and two in documents, or so */
    QUERY_TERMS_PHRASE_WORDS = 16, /* of a phrase choose candidates */
};

struct query_term {
    struct slice text;
    struct slice typo; /* the word that was asked for, one typo away; absent: this one was */
    bool begins;       /* the beginning of words: `text` is that of the word, not its stem's */
    bool selects;      /* documents are looked for by it */
    double weight;     /* with its IDF */
    uint32_t df;       /* documents that have it, of all tenants */
};

/* Whether the word of a document is one that the term wants. */
bool query_terms_match(const struct query_term *term, const struct word *word);

struct query_gram {
    uint32_t gram;
    double weight; /* with its IDF; 0: this place of the table is free */
};

/* Words in a row. */
struct query_run {
    const struct word *words;
    size_t count;
};

/* A phrase, as it was typed and as it was read. */
struct query_phrase {
    struct query_run typed;
    struct query_run read; /* 0 words: likewise */
    /* Of what must not be there, with codes of one word as two, and of two as one; 0 words: it has
     * none. */
    struct query_run respelt;
};

struct query_terms {
    struct query_term *terms;
    size_t term_count;
    bool common;              /* all that documents have of them are of too many, so all select */
    struct query_gram *grams; /* by hash, linear probing */
    size_t gram_places;       /* a power of two */
    struct query_phrase *phrases;
    size_t phrase_count;
    struct query_phrase *without;
    size_t without_count;
    struct rewrites rewrites;
    double mean_words; /* of a document */
    double mean_grams;
};

/* `as_you_type`: the last word may be the beginning of a longer one. What is found borrows from
 * `text` and lies in the arena, at most 1 MB. False: the arena is full. A query without a word has
 * no terms. */
bool query_terms_read(const struct lexicon *lexicon, struct word_reader *reader, struct slice text,
                      bool as_you_type, struct arena *arena, struct query_terms *out,
                      struct fault *fault) MUST_CHECK;

/* The place of a 4-gram in `grams`; the weight there is 0 where it is not query_terms. */
size_t query_terms_gram_at(const struct query_terms *query_terms, uint32_t gram);

/* A tsquery of PostgreSQL for an index of the documents' terms: 'кварт' | 'пар':*. Terms are
 * letters and digits, so nothing in them needs care. Empty: there are none. */
enum { QUERY_TERMS_TSQUERY_MAX = 64 * 1024 }; /* bytes */
/* The terms that select. */
void query_terms_tsquery(const struct query_terms *query_terms, struct buf *out);
/* The documents with the words of all phrases, in whatever order: nothing else has the phrases,
 * however common their words are. */
void query_terms_tsquery_phrases(const struct query_terms *query_terms, struct buf *out);
/* The documents that may have what must not be there. Others that share its terms are among them,
 * so they are asked for last and not left out: rank_order() judges by the words. */
void query_terms_tsquery_without(const struct query_terms *query_terms, struct buf *out);

/* BM25 with k1 = 0.9 and b = 0.4, the defaults of Anserini (its BM25 baselines on MS MARCO and
 * TREC): mild on long texts, which chats have among many short ones. The part of a term's score
 * beside its weight, where it stands `tf` times in a document of `length` words or 4-grams. */
double query_terms_tf(double tf, double length, double mean);

/* By what SQL orders candidates: the sum of the weights of the terms that a document has, each
 * once, times query_terms_tf() of 1. */
double query_terms_candidate_score(double sum, double words, const struct query_terms *query_terms);
