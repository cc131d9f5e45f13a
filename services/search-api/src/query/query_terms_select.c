// SPDX-License-Identifier: MIT
/* Which terms of a query select candidates. */
#include "base/text.h"

#include "query/query_terms.h"

static bool may_select_candidates(const struct query_term *term)
{
    return !term->is_prefix || text_length(term->text) >= QUERY_TERMS_PREFIX_POINTS_MIN;
}

void query_terms_select_by_rare_terms(struct query_terms *query_terms, uint64_t documents)
{
    uint64_t most = documents / 100 * QUERY_TERMS_COMMON_PERCENT;
    bool any = false;

    if (most < QUERY_TERMS_COMMON_MIN)
        most = QUERY_TERMS_COMMON_MIN;
    for (size_t i = 0; i < query_terms->term_count; i++) {
        struct query_term *term = &query_terms->terms[i];
        term->selects = may_select_candidates(term) && term->df <= most;
        /* All documents with the term of one word may have other words. */
        any |= term->selects && term->df > 0 && !term->is_one_word;
    }
    if (!any)
        query_terms_select_by_common_terms(query_terms);
}

bool query_terms_select_by_common_terms(struct query_terms *query_terms)
{
    bool changed = false;

    for (size_t i = 0; i < query_terms->term_count; i++) {
        struct query_term *term = &query_terms->terms[i];
        const bool may = may_select_candidates(term);
        changed |= may && !term->selects;
        term->selects = may;
    }
    query_terms->common |= changed;
    return changed;
}
