// SPDX-License-Identifier: MIT
/* Puts candidates in order: BM25 of their terms plus half of that of their 4-grams. Terms tell what
 * a text is about, 4-grams forgive a typo; on ranked_apartment data their sum is better than
 * either. */
#pragma once

#include "query/query_terms.h"

struct rank_hit {
    size_t candidate; /* its number */
    double score;     /* above 0 */
};

struct ranks {
    struct rank_hit *list;
    size_t count;
    /* Whether any candidate has the term, for each of the query_terms ones. */
    bool *has_term;
    /* No candidate had the phrases, so that those without them were put in order. */
    bool phrase_missed;
};

/* Whether a text has nothing that must not be there and, with `phrases`, all phrases: a rule, also
 * for what was found by its meaning. The arena is put back. False: it is full. */
bool rank_fits(const struct query_terms *query_terms, struct word_reader *reader, struct slice text,
               bool phrases, struct arena *arena, bool *fits, struct fault *fault) MUST_CHECK;

/* The best `limit` candidates, the best first (500 messages take some 3 ms: a job for loop/work);
 * of equal ones (to 9 decimals) the earlier candidate. Candidates with what must not be there, and
 * without the phrases, are left out. False: the arena is full. */
bool rank_order(const struct query_terms *query_terms, struct word_reader *reader,
                const struct slice *texts, size_t count, size_t limit, struct arena *arena,
                struct ranks *out, struct fault *fault) MUST_CHECK;
