// SPDX-License-Identifier: MIT
/* Ranks candidates by the BM25 score of their terms plus half of the BM25 score of their 4-grams.
 * Terms carry the meaning, 4-grams tolerate typos. In the test of search quality
 * (docs/internals/search.md) the sum is better than either score alone. */
#pragma once

#include "query/query_terms.h"

struct rank_hit {
    size_t candidate; /* its index in `texts` of rank_candidates() */
    double score;     /* always above 0 */
    bool has_phrases; /* it has all phrases of the query */
};

struct ranks {
    struct rank_hit *list;
    size_t count;
    /* For each term of the query, whether any candidate has it. */
    bool *has_term;
    /* No candidate has all phrases, so the list has candidates without them. */
    bool phrase_missed;
};

/* Sets `fits` if the text matches no exclusion and, with `requires_phrases`, has all phrases.
 * Leaves the arena as it was. False: the arena is full. */
bool rank_text_fits(const struct query_terms *query_terms, struct word_reader *reader,
                    struct slice text, bool requires_phrases, struct arena *arena, bool *fits,
                    struct fault *fault) MUST_CHECK;

/* Ranks candidates by their texts: returns the best `limit`, the best first; with equal scores (to
 * 9 decimals) the earlier candidate comes first. Omits candidates that match an exclusion and, if
 * any candidate has all phrases, candidates that lack one. 500 messages take some 3 ms, so this
 * should run in a thread of the work pool. False: the arena is full. */
bool rank_candidates(const struct query_terms *query_terms, struct word_reader *reader,
                     const struct slice *texts, size_t count, size_t limit, struct arena *arena,
                     struct ranks *out, struct fault *fault) MUST_CHECK;
