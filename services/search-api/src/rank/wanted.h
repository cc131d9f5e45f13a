// SPDX-License-Identifier: MIT
/* What a query asks for: terms and 4-grams with their weights, phrases, and what must not be there.
 * All of it comes from the query's text and the lexicon; the same value chooses candidates in SQL,
 * puts them in order and marks what was found. */
#pragma once

#include "base/buf.h"

#include "lexicon/lexicon.h"
#include "query/query.h"
#include "rewrite/rewrite.h"

enum {
    WANTED_WORDS_MAX = 128,    /* with those of rewrites; more are not asked for */
    WANTED_CANDIDATES = 500,   /* that are worth to be put in order */
    WANTED_COMMON_PERCENT = 5, /* a term of more documents than that does not choose candidates */
    WANTED_COMMON_MIN = 2000,  /* unless they are that few */
    WANTED_NEWEST = 50 * 1000, /* documents to choose candidates of, where all terms are common */
    WANTED_PREFIX_POINTS = 2,  /* letters of a beginning that chooses them: one is in all */
    WANTED_UNKNOWN_MAX = 16,   /* unknown words that may have a slip: each takes up to 0.1 ms */
    WANTED_RESPELT_MAX = 16,   /* words that are one here and two in documents, or so */
    WANTED_PHRASE_WORDS = 16,  /* of a phrase choose candidates */
};

struct wanted_term {
    struct slice text;
    struct slice slip; /* the word that was asked for, one slip away; absent: this one was */
    bool begins;       /* the beginning of words: `text` is that of the word, not its stem's */
    bool selects;      /* documents are looked for by it */
    double weight;     /* with its IDF */
    uint32_t df;       /* documents that have it, of all tenants */
};

/* Whether the word of a document is one that the term wants. */
bool wanted_has(const struct wanted_term *term, const struct word *word);

struct wanted_gram {
    uint32_t gram;
    double weight; /* with its IDF; 0: this place of the table is free */
};

/* Words in a row. */
struct wanted_row {
    const struct word *words;
    size_t count;
};

/* A phrase, as it was typed and as it was read. */
struct wanted_phrase {
    struct wanted_row typed;
    struct wanted_row read; /* 0 words: likewise */
    /* Of what must not be there, with codes of one word as two, and of two as one; 0 words: it has
     * none. */
    struct wanted_row respelt;
};

struct wanted {
    struct wanted_term *terms;
    size_t term_count;
    bool common;               /* all that documents have of them are of too many, so all select */
    struct wanted_gram *grams; /* by hash, linear probing */
    size_t gram_places;        /* a power of two */
    struct wanted_phrase *phrases;
    size_t phrase_count;
    struct wanted_phrase *without;
    size_t without_count;
    struct rewrites rewrites;
    double mean_words; /* of a document */
    double mean_grams;
};

/* `as_you_type`: the last word may be the beginning of a longer one. What is found borrows from
 * `text` and lies in the arena, at most 1 MB. False: the arena is full. A query without a word has
 * no terms. */
bool wanted_read(const struct lexicon *lexicon, struct word_reader *reader, struct slice text,
                 bool as_you_type, struct arena *arena, struct wanted *out,
                 struct fault *fault) MUST_CHECK;

/* The place of a 4-gram in `grams`; the weight there is 0 where it is not wanted. */
size_t wanted_gram_at(const struct wanted *wanted, uint32_t gram);

/* A tsquery of PostgreSQL for an index of the documents' terms: 'кварт' | 'пар':*. Terms are
 * letters and digits, so nothing in them needs care. Empty: there are none. */
enum { WANTED_TSQUERY_MAX = 64 * 1024 }; /* bytes */
/* The terms that select. */
void wanted_tsquery(const struct wanted *wanted, struct buf *out);
/* The documents with the words of all phrases, in whatever order: nothing else has the phrases,
 * however common their words are. */
void wanted_tsquery_phrases(const struct wanted *wanted, struct buf *out);
/* The documents that may have what must not be there. Others that share its terms are among them,
 * so they are asked for last and not left out: rank_order() judges by the words. */
void wanted_tsquery_without(const struct wanted *wanted, struct buf *out);

/* BM25 with k1 = 0.9 and b = 0.4, the defaults of Anserini (its BM25 baselines on MS MARCO and
 * TREC): mild on long texts, which chats have among many short ones. The part of a term's score
 * beside its weight, where it stands `tf` times in a document of `length` words or 4-grams. */
double wanted_frequency(double tf, double length, double mean);

/* By what SQL orders candidates: the sum of the weights of the terms that a document has, each
 * once, times wanted_frequency() of 1. */
double wanted_candidate(double sum, double words, const struct wanted *wanted);
