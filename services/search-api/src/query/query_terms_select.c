// SPDX-License-Identifier: MIT
/* Which terms and phrases of a query select candidates. */
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

static bool is_common_term(const struct query_terms *query_terms, struct slice text)
{
    for (size_t i = 0; i < query_terms->term_count; i++) {
        const struct query_term *term = &query_terms->terms[i];
        if (!term->is_prefix && slice_equal(term->text, text))
            return query_terms->common || !term->selects;
    }
    return false;
}

static bool is_common_run(const struct query_terms *query_terms, const struct words *run)
{
    for (size_t i = 0; i < run->count && i < QUERY_TERMS_PHRASE_WORDS; i++)
        if (!is_common_term(query_terms, run->list[i].term))
            return false;
    return run->count > 0;
}

bool query_terms_has_common_phrases(const struct query_terms *query_terms)
{
    for (size_t i = 0; i < query_terms->phrase_count; i++)
        if (!is_common_run(query_terms, &query_terms->phrases[i].typed) &&
            !is_common_run(query_terms, &query_terms->phrases[i].read))
            return false;
    return true;
}
