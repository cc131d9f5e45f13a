// SPDX-License-Identifier: MIT
/* What was found becomes one order, and a page of it. */
#include <string.h>

#include "base/text.h"

#include "messages/message_search_private.h"
#include "messages/message_search_store.h"
#include "vectors/fusion.h"

/* A document that was found. */
struct ordered {
    const struct db_rows *rows;
    int row;
    double score;
    int64_t text_rank;
    int64_t vector_rank;
};

/* All that was found, the best first. */
struct order {
    struct ordered *list;
    size_t count;
};

/* Of the memory that a text takes, its marks alone are kept: a page may have a hundred long ones.
 */
static bool make_snippet(struct message_search *message_search, struct slice text,
                         struct snippet *out)
{
    if (!snippet_make(&message_search->query_terms, message_search->reader, text,
                      &message_search->scratch, out, &message_search->fault))
        return false;
    const size_t size = out->mark_count * sizeof *out->marks;
    struct snippet_mark *marks = arena_alloc(&message_search->arena, size + 1);
    if (marks == NULL)
        return arena_fault(&message_search->fault);
    memcpy(marks, out->marks, size);
    out->marks = marks;
    arena_reset(&message_search->scratch);
    return true;
}

/* --- the page --- */

/* Scores are shares of the best one: by themselves they would tell how many documents of all
 * tenants have a word. */
static bool read_hit(struct message_search *message_search, const struct order *order, size_t place,
                     struct message_hit *out)
{
    const struct ordered *one = &order->list[place];

    message_search_store_read(one->rows, one->row, out);
    out->score = one->score / order->list[0].score;
    out->text_rank = one->text_rank;
    out->vector_rank = one->vector_rank;
    return make_snippet(message_search, message_search_store_text(one->rows, one->row),
                        &out->snippet);
}

/* The page, and where there is more what a cursor says. */
static bool read_hits(struct message_search *message_search, const struct order *order,
                      const size_t *places, size_t count, bool more)
{
    struct message_hit *hits = arena_alloc(&message_search->arena, (count + 1) * sizeof *hits);
    int64_t *numbers = arena_alloc(&message_search->arena, (count + 1) * sizeof *numbers);

    if (hits == NULL || numbers == NULL)
        return arena_fault(&message_search->fault);
    for (size_t i = 0; i < count; i++) {
        if (!read_hit(message_search, order, places[i], &hits[i]))
            return false;
        numbers[i] = hits[i].number;
    }
    message_search->found.hits = hits;
    message_search->found.count = count;
    message_search->found.more = more;
    return !more || seen_ids_add(&message_search->seen_ids, numbers, count, &message_search->arena,
                                 &message_search->found.seen_ids, &message_search->fault);
}

static bool read_page(struct message_search *message_search, const struct order *order)
{
    const size_t most = SEEN_IDS_MAX - message_search->seen_ids.count;
    const size_t limit =
        (size_t)message_search->limit < most ? (size_t)message_search->limit : most;
    size_t *places = arena_alloc(&message_search->arena, (limit + 1) * sizeof *places);
    size_t count = 0, left = 0;

    if (places == NULL)
        return arena_fault(&message_search->fault);
    for (size_t i = 0; i < order->count; i++) {
        const struct ordered *one = &order->list[i];
        if (seen_ids_has(&message_search->seen_ids,
                         message_search_store_number(one->rows, one->row)))
            continue;
        if (count < limit)
            places[count++] = i;
        else
            left++;
    }
    return read_hits(message_search, order, places, count, left > 0 && count < most);
}

/* --- what words have found --- */

static bool is_found(const struct query_terms *query_terms, const bool *has_term,
                     const struct word *word)
{
    for (size_t i = 0; i < query_terms->term_count; i++)
        if (has_term[i] && query_terms_match(&query_terms->terms[i], word))
            return true;
    return false;
}

/* Which rewrites have led to a word that was found. */
static bool ranking_rewrites(struct message_search *message_search, const struct ranks *ranks)
{
    const struct rewrites *rewrites = &message_search->query_terms.rewrites;
    bool *has_rewrite = arena_alloc(&message_search->arena, rewrites->count + 1);

    if (has_rewrite == NULL)
        return arena_fault(&message_search->fault);
    for (size_t i = 0; i < rewrites->count; i++) {
        struct words words;
        if (!words_read(message_search->reader, rewrites->list[i].to, &message_search->scratch,
                        &words, &message_search->fault))
            return false;
        for (size_t n = 0; n < words.count; n++)
            has_rewrite[i] |=
                is_found(&message_search->query_terms, ranks->has_term, &words.list[n]);
        arena_reset(&message_search->scratch);
    }
    message_search->found.has_rewrite = has_rewrite;
    return true;
}

/* Notes the words of a text by which it has terms that were not asked for. Returns how many. */
static size_t note_said(const struct message_search *message_search, struct slice text,
                        const struct words *words, struct slice *said)
{
    size_t noted = 0;

    for (size_t i = 0; i < message_search->query_terms.term_count; i++) {
        const struct query_term *term = &message_search->query_terms.terms[i];
        for (size_t n = 0; term->typo.at != NULL && said[i].at == NULL && n < words->count; n++) {
            const struct word *word = &words->list[n];
            const struct slice typed = {text.at + word->byte_begin,
                                        word->byte_end - word->byte_begin};
            if (!query_terms_match(term, word))
                continue;
            said[i] = (struct slice){typed.at, text_first(typed, WORD_POINTS_MAX)};
            noted++;
        }
    }
    return noted;
}

static bool ranking_slips(struct message_search *message_search, const struct ranks *ranks)
{
    const struct query_terms *query_terms = &message_search->query_terms;
    struct slice *said =
        arena_alloc(&message_search->arena, query_terms->term_count * sizeof *said + 1);
    size_t missing = 0;

    if (said == NULL)
        return arena_fault(&message_search->fault);
    for (size_t i = 0; i < query_terms->term_count; i++)
        missing += query_terms->terms[i].typo.at != NULL && ranks->has_term[i];
    for (size_t i = 0; i < ranks->count && missing > 0; i++) {
        const struct slice text =
            message_search_store_text(&message_search->rows, (int)ranks->list[i].candidate);
        struct words words;
        if (!words_read(message_search->reader, text, &message_search->scratch, &words,
                        &message_search->fault))
            return false;
        missing -= note_said(message_search, text, &words, said);
        arena_reset(&message_search->scratch);
    }
    message_search->found.said = said;
    return true;
}

static bool rank_words(struct message_search *message_search, struct ranks *ranks)
{
    const size_t count = (size_t)message_search->rows.count;
    struct slice *texts = arena_alloc(&message_search->arena, (count + 1) * sizeof *texts);

    if (texts == NULL)
        return arena_fault(&message_search->fault);
    for (size_t i = 0; i < count; i++)
        texts[i] = message_search_store_text(&message_search->rows, (int)i);
    return rank_order(&message_search->query_terms, message_search->reader, texts, count,
                      MESSAGE_RESULTS_MAX, &message_search->arena, ranks, &message_search->fault);
}

/* --- one order --- */

/* Rows of what is near, and may be seen_ids: phrases and exclusions are rules for it too. */
static bool choose_near(struct message_search *message_search, bool phrases, int *chosen,
                        size_t *count)
{
    *count = 0;
    for (int i = 0; i < message_search->near.count; i++) {
        bool fits;
        if (!rank_fits(&message_search->query_terms, message_search->reader,
                       message_search_store_text(&message_search->near, i), phrases,
                       &message_search->scratch, &fits, &message_search->fault))
            return false;
        if (fits)
            chosen[(*count)++] = i;
    }
    return true;
}

static int64_t rank_of(int32_t place)
{
    return place != FUSION_ABSENT ? place + INT64_C(1) : FIELD_ABSENT;
}

/* By both rankings, or in SEARCH_VECTOR by that of the vectors alone: then words have none. */
static bool put_together(struct message_search *message_search, const struct ranks *ranks,
                         struct order *out)
{
    const size_t most = ranks->count + (size_t)message_search->near.count;
    int64_t *numbers = arena_alloc(&message_search->arena, (most + 1) * sizeof *numbers);
    int *near = arena_alloc(&message_search->arena,
                            ((size_t)message_search->near.count + 1) * sizeof *near);
    struct ordered *list = arena_alloc(&message_search->arena, (most + 1) * sizeof *list);
    struct fusion_hit *hits;
    size_t near_count;

    if (numbers == NULL || near == NULL || list == NULL)
        return arena_fault(&message_search->fault);
    const bool phrases = message_search->query_terms.phrase_count > 0 && !ranks->phrase_missed;
    if (!choose_near(message_search, phrases, near, &near_count))
        return false;
    /* Nothing has the phrase, so it is no rule, as among words. */
    if (phrases && near_count == 0 && ranks->count == 0) {
        message_search->found.phrase_missed = true;
        if (!choose_near(message_search, false, near, &near_count))
            return false;
    }
    int64_t *near_numbers = numbers + ranks->count;
    for (size_t i = 0; i < ranks->count; i++)
        numbers[i] =
            message_search_store_number(&message_search->rows, (int)ranks->list[i].candidate);
    for (size_t i = 0; i < near_count; i++)
        near_numbers[i] = message_search_store_number(&message_search->near, near[i]);
    const struct fusion_list lists[FUSION_LISTS] = {
        {numbers,      ranks->count, 1},
        {near_numbers, near_count,   1}
    };
    if (!fusion_of(lists, &message_search->arena, &hits, &out->count, &message_search->fault))
        return false;
    for (size_t i = 0; i < out->count; i++) {
        const int32_t text = hits[i].places[0], vector = hits[i].places[1];
        list[i] = (struct ordered){
            .score = hits[i].score, .text_rank = rank_of(text), .vector_rank = rank_of(vector)};
        list[i].rows = text != FUSION_ABSENT ? &message_search->rows : &message_search->near;
        list[i].row = text != FUSION_ABSENT ? (int)ranks->list[text].candidate : near[vector];
    }
    out->list = list;
    return true;
}

static bool take_words(struct message_search *message_search, const struct ranks *ranks,
                       struct order *out)
{
    struct ordered *list = arena_alloc(&message_search->arena, (ranks->count + 1) * sizeof *list);

    if (list == NULL)
        return arena_fault(&message_search->fault);
    for (size_t i = 0; i < ranks->count; i++)
        list[i] = (struct ordered){.rows = &message_search->rows,
                                   .row = (int)ranks->list[i].candidate,
                                   .score = ranks->list[i].score,
                                   .text_rank = (int64_t)i + 1,
                                   .vector_rank = FIELD_ABSENT};
    *out = (struct order){list, ranks->count};
    return true;
}

bool message_search_order(struct message_search *message_search)
{
    struct ranks ranks;
    struct order order;

    if (!rank_words(message_search, &ranks))
        return false;
    message_search->missed = message_search->phrases && (ranks.count == 0 || ranks.phrase_missed);
    if (message_search->missed)
        return true;
    message_search->found.phrase_missed = ranks.phrase_missed;
    if (!(message_search->mode == SEARCH_TEXT ? take_words : put_together)(message_search, &ranks,
                                                                           &order))
        return false;
    return ranking_rewrites(message_search, &ranks) && ranking_slips(message_search, &ranks) &&
           read_page(message_search, &order);
}
