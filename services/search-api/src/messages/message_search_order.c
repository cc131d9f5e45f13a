// SPDX-License-Identifier: MIT
/* Ranks the rows of a search and makes its page. */
#include <string.h>

#include "base/text.h"

#include "messages/message_search_private.h"
#include "vectors/fusion.h"

/* A result: a row, and its score and ranks. */
struct ordered {
    const struct message_rows *rows;
    int row;
    double score;
    int64_t text_rank;
    int64_t vector_rank;
};

/* All results, the best first. */
struct order {
    struct ordered *list;
    size_t count;
};

/* Makes a snippet in the scratch memory and copies its marks, then frees the scratch memory: a page
 * may have a hundred long texts. */
static bool make_snippet(struct message_search *search, struct slice text, struct snippet *out,
                         struct fault *fault)
{
    if (!snippet_make(&search->query_terms, search->reader, text, &search->scratch, out, fault))
        return false;
    const size_t size = out->mark_count * sizeof *out->marks;
    struct snippet_mark *marks = arena_alloc(&search->arena, size + 1);
    if (marks == NULL)
        return arena_fault(fault);
    memcpy(marks, out->marks, size);
    out->marks = marks;
    arena_reset(&search->scratch);
    return true;
}

/* --- the page --- */

/* Reads the result of rank `rank`, from 0. Its score is divided by the score of the best result,
 * because absolute scores would reveal document frequencies of all tenants. */
static bool read_hit(struct message_search *search, const struct order *order, size_t rank,
                     struct message_hit *out, struct fault *fault)
{
    const struct ordered *one = &order->list[rank];

    message_search_store_read_hit(one->rows, one->row, out);
    out->score = one->score / order->list[0].score;
    out->text_rank = one->text_rank;
    out->vector_rank = one->vector_rank;
    return make_snippet(search, one->rows->texts[one->row], &out->snippet, fault);
}

/* Fills the page with the best results that are on no page before. If there are more, lists the ids
 * for the cursor. */
static bool make_page_of_unseen(struct message_search *search, const struct order *order,
                                struct fault *fault)
{
    const size_t most = SEEN_IDS_MAX - search->seen.count;
    const size_t limit = (size_t)search->limit < most ? (size_t)search->limit : most;
    struct message_hit *hits = arena_alloc(&search->arena, (limit + 1) * sizeof *hits);
    int64_t *numbers = arena_alloc(&search->arena, (limit + 1) * sizeof *numbers);
    size_t count = 0;
    bool more = false;

    if (hits == NULL || numbers == NULL)
        return arena_fault(fault);
    for (size_t i = 0; i < order->count && !more; i++) {
        const struct ordered *one = &order->list[i];
        numbers[count] = message_search_store_read_number(one->rows, one->row);
        if (seen_ids_has(&search->seen, numbers[count]))
            continue;
        if (count == limit)
            more = true;
        else if (!read_hit(search, order, i, &hits[count++], fault))
            return false;
    }
    search->results.hits = hits;
    search->results.count = count;
    search->results.more = more && count < most;
    return !search->results.more || seen_ids_merge(&search->seen, numbers, count, &search->arena,
                                                   &search->results.seen, fault);
}

/* --- confirmed rewrites and matches --- */

static bool matches_found_term(const struct query_terms *query_terms, const bool *has_term,
                               const struct words *words, size_t at)
{
    for (size_t i = 0; i < query_terms->term_count; i++) {
        const struct query_term *term = &query_terms->terms[i];
        if (has_term[i] && (query_terms_match(term, words, at) > 0 ||
                            slice_equal(term->spelling_of, words->list[at].text)))
            return true;
    }
    return false;
}

/* Marks as confirmed each rewrite that has a word which a candidate has. */
static bool confirm_rewrites(struct message_search *search, const struct ranks *ranks,
                             struct fault *fault)
{
    const struct rewrites *rewrites = &search->query_terms.rewrites;
    bool *has_rewrite = arena_alloc(&search->arena, rewrites->count + 1);

    if (has_rewrite == NULL)
        return arena_fault(fault);
    for (size_t i = 0; i < rewrites->count; i++) {
        struct words words;
        if (!words_read(search->reader, rewrites->list[i].to, &search->scratch, &words, fault))
            return false;
        for (size_t n = 0; n < words.count; n++)
            has_rewrite[i] |= matches_found_term(&search->query_terms, ranks->has_term, &words, n);
        arena_reset(&search->scratch);
    }
    search->results.has_rewrite = has_rewrite;
    return true;
}

/* For each fuzzy term that has no match yet, stores a word of the text that matches it. Returns the
 * number of stored words. */
static size_t store_fuzzy_matches(const struct message_search *search, struct slice text,
                                  const struct words *words, struct slice *matches)
{
    size_t added = 0;

    for (size_t i = 0; i < search->query_terms.term_count; i++) {
        const struct query_term *term = &search->query_terms.terms[i];
        for (size_t n = 0; term->typo_of.at != NULL && matches[i].at == NULL && n < words->count;
             n++) {
            const struct word *word = &words->list[n];
            const struct slice typed = {text.at + word->byte_begin,
                                        word->byte_end - word->byte_begin};
            if (query_terms_match(term, words, n) == 0)
                continue;
            matches[i] = (struct slice){typed.at, text_first_len(typed, WORD_POINTS_MAX)};
            added++;
        }
    }
    return added;
}

static bool confirm_fuzzy_matches(struct message_search *search, const struct ranks *ranks,
                                  struct fault *fault)
{
    const struct query_terms *query_terms = &search->query_terms;
    struct slice *matches =
        arena_alloc(&search->arena, query_terms->term_count * sizeof *matches + 1);
    size_t missing = 0;

    if (matches == NULL)
        return arena_fault(fault);
    for (size_t i = 0; i < query_terms->term_count; i++)
        missing += query_terms->terms[i].typo_of.at != NULL && ranks->has_term[i];
    for (size_t i = 0; i < ranks->count && missing > 0; i++) {
        const struct slice text = search->rows.texts[ranks->list[i].candidate];
        struct words words;
        if (!words_read(search->reader, text, &search->scratch, &words, fault))
            return false;
        missing -= store_fuzzy_matches(search, text, &words, matches);
        arena_reset(&search->scratch);
    }
    search->results.matches = matches;
    return true;
}

/* --- one ranking --- */

/* Chooses those of the nearest documents that match no exclusion and, with `requires_phrases`, have
 * all phrases. */
static bool choose_fitting_nearest(struct message_search *search, bool requires_phrases,
                                   int *chosen_rows, size_t *count, struct fault *fault)
{
    *count = 0;
    for (int i = 0; i < search->near_rows.rows.count; i++) {
        const struct slice text = search->near_rows.texts[i];
        bool fits;
        if (text.at == NULL)
            continue;
        if (!rank_text_fits(&search->query_terms, search->reader, text, requires_phrases,
                            &search->scratch, &fits, fault))
            return false;
        if (fits)
            chosen_rows[(*count)++] = i;
    }
    return true;
}

static int64_t rank_from_fusion_rank(int32_t fusion_rank)
{
    return fusion_rank != FUSION_ABSENT ? fusion_rank + INT64_C(1) : FIELD_ABSENT;
}

/* Fuses both rankings. In the mode SEARCH_VECTOR the ranking by words is empty. */
static bool fuse_rankings(struct message_search *search, const struct ranks *ranks,
                          struct order *out, struct fault *fault)
{
    const size_t most = ranks->count + (size_t)search->near_rows.rows.count;
    int64_t *numbers = arena_alloc(&search->arena, (most + 1) * sizeof *numbers);
    int *near =
        arena_alloc(&search->arena, ((size_t)search->near_rows.rows.count + 1) * sizeof *near);
    struct ordered *list = arena_alloc(&search->arena, (most + 1) * sizeof *list);
    struct fusion_hit *hits;
    size_t near_count;

    if (numbers == NULL || near == NULL || list == NULL)
        return arena_fault(fault);
    const bool phrases = search->query_terms.phrase_count > 0 && !ranks->phrase_missed;
    if (!choose_fitting_nearest(search, phrases, near, &near_count, fault))
        return false;
    /* If no document has the phrases, they are ignored, as in a search by words. */
    if (phrases && near_count == 0 && ranks->count == 0) {
        search->results.phrase_missed = true;
        if (!choose_fitting_nearest(search, false, near, &near_count, fault))
            return false;
    }
    int64_t *near_numbers = numbers + ranks->count;
    for (size_t i = 0; i < ranks->count; i++)
        numbers[i] = message_search_store_read_number(&search->rows, (int)ranks->list[i].candidate);
    for (size_t i = 0; i < near_count; i++)
        near_numbers[i] = message_search_store_read_number(&search->near_rows, near[i]);
    const struct fusion_list lists[FUSION_LISTS] = {
        {numbers,      ranks->count},
        {near_numbers, near_count  }
    };
    if (!fusion_merge(lists, &search->arena, &hits, &out->count, fault))
        return false;
    for (size_t i = 0; i < out->count; i++) {
        const int32_t text = hits[i].ranks[0], vector = hits[i].ranks[1];
        list[i] = (struct ordered){.score = hits[i].score,
                                   .text_rank = rank_from_fusion_rank(text),
                                   .vector_rank = rank_from_fusion_rank(vector)};
        list[i].rows = text != FUSION_ABSENT ? &search->rows : &search->near_rows;
        list[i].row = text != FUSION_ABSENT ? (int)ranks->list[text].candidate : near[vector];
    }
    out->list = list;
    return true;
}

static bool order_by_word_ranks(struct message_search *search, const struct ranks *ranks,
                                struct order *out, struct fault *fault)
{
    struct ordered *list = arena_alloc(&search->arena, (ranks->count + 1) * sizeof *list);

    if (list == NULL)
        return arena_fault(fault);
    for (size_t i = 0; i < ranks->count; i++)
        list[i] = (struct ordered){.rows = &search->rows,
                                   .row = (int)ranks->list[i].candidate,
                                   .score = ranks->list[i].score,
                                   .text_rank = (int64_t)i + 1,
                                   .vector_rank = FIELD_ABSENT};
    *out = (struct order){list, ranks->count};
    return true;
}

bool message_search_rank_rows(void *data, struct fault *fault)
{
    struct message_search *search = data;
    struct ranks ranks;
    struct order order;

    if (!rank_candidates(&search->query_terms, search->reader, search->rows.texts,
                         (size_t)search->rows.rows.count, MESSAGE_RESULTS_MAX, &search->arena,
                         &ranks, fault))
        return false;
    search->phrases_missed = search->phrases && (ranks.count == 0 || ranks.phrase_missed);
    if (search->phrases_missed)
        return true;
    search->results.phrase_missed = ranks.phrase_missed;
    if (!(search->mode == SEARCH_TEXT ? order_by_word_ranks : fuse_rankings)(search, &ranks, &order,
                                                                             fault))
        return false;
    return confirm_rewrites(search, &ranks, fault) &&
           confirm_fuzzy_matches(search, &ranks, fault) &&
           make_page_of_unseen(search, &order, fault);
}
