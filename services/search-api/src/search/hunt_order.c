// SPDX-License-Identifier: MIT
/* What was found becomes one order, and a page of it. */
#include <string.h>

#include "base/text.h"

#include "search/hunt_parts.h"
#include "search/search_store.h"
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
static bool make_snippet(struct hunt *hunt, struct slice text, struct snippet *out)
{
    if (!snippet_make(&hunt->wanted, hunt->reader, text, &hunt->scratch, out, &hunt->fault))
        return false;
    const size_t size = out->mark_count * sizeof *out->marks;
    struct snippet_mark *marks = arena_alloc(&hunt->arena, size + 1);
    if (marks == NULL)
        return arena_fault(&hunt->fault);
    memcpy(marks, out->marks, size);
    out->marks = marks;
    arena_reset(&hunt->scratch);
    return true;
}

/* --- the page --- */

/* Scores are shares of the best one: by themselves they would tell how many documents of all
 * tenants have a word. */
static bool read_hit(struct hunt *hunt, const struct order *order, size_t place,
                     struct search_hit *out)
{
    const struct ordered *one = &order->list[place];

    search_store_read(one->rows, one->row, out);
    out->score = one->score / order->list[0].score;
    out->text_rank = one->text_rank;
    out->vector_rank = one->vector_rank;
    return make_snippet(hunt, search_store_text(one->rows, one->row), &out->snippet);
}

/* The page, and where there is more what a cursor says. */
static bool read_hits(struct hunt *hunt, const struct order *order, const size_t *places,
                      size_t count, bool more)
{
    struct search_hit *hits = arena_alloc(&hunt->arena, (count + 1) * sizeof *hits);
    int64_t *numbers = arena_alloc(&hunt->arena, (count + 1) * sizeof *numbers);

    if (hits == NULL || numbers == NULL)
        return arena_fault(&hunt->fault);
    for (size_t i = 0; i < count; i++) {
        if (!read_hit(hunt, order, places[i], &hits[i]))
            return false;
        numbers[i] = hits[i].number;
    }
    hunt->found.hits = hits;
    hunt->found.count = count;
    hunt->found.more = more;
    return !more ||
           shown_add(&hunt->shown, numbers, count, &hunt->arena, &hunt->found.shown, &hunt->fault);
}

static bool read_page(struct hunt *hunt, const struct order *order)
{
    const size_t most = SHOWN_MAX - hunt->shown.count;
    const size_t limit = (size_t)hunt->limit < most ? (size_t)hunt->limit : most;
    size_t *places = arena_alloc(&hunt->arena, (limit + 1) * sizeof *places);
    size_t count = 0, left = 0;

    if (places == NULL)
        return arena_fault(&hunt->fault);
    for (size_t i = 0; i < order->count; i++) {
        const struct ordered *one = &order->list[i];
        if (shown_has(&hunt->shown, search_store_number(one->rows, one->row)))
            continue;
        if (count < limit)
            places[count++] = i;
        else
            left++;
    }
    return read_hits(hunt, order, places, count, left > 0 && count < most);
}

/* --- what words have found --- */

static bool is_found(const struct wanted *wanted, const bool *has_term, const struct word *word)
{
    for (size_t i = 0; i < wanted->term_count; i++)
        if (has_term[i] && wanted_has(&wanted->terms[i], word))
            return true;
    return false;
}

/* Which rewrites have led to a word that was found. */
static bool judge_rewrites(struct hunt *hunt, const struct ranks *ranks)
{
    const struct rewrites *rewrites = &hunt->wanted.rewrites;
    bool *has_rewrite = arena_alloc(&hunt->arena, rewrites->count + 1);

    if (has_rewrite == NULL)
        return arena_fault(&hunt->fault);
    for (size_t i = 0; i < rewrites->count; i++) {
        struct words words;
        if (!words_read(hunt->reader, rewrites->list[i].to, &hunt->scratch, &words, &hunt->fault))
            return false;
        for (size_t n = 0; n < words.count; n++)
            has_rewrite[i] |= is_found(&hunt->wanted, ranks->has_term, &words.list[n]);
        arena_reset(&hunt->scratch);
    }
    hunt->found.has_rewrite = has_rewrite;
    return true;
}

/* Notes the words of a text by which it has terms that were not asked for. Returns how many. */
static size_t note_said(const struct hunt *hunt, struct slice text, const struct words *words,
                        struct slice *said)
{
    size_t noted = 0;

    for (size_t i = 0; i < hunt->wanted.term_count; i++) {
        const struct wanted_term *term = &hunt->wanted.terms[i];
        for (size_t n = 0; term->slip.at != NULL && said[i].at == NULL && n < words->count; n++) {
            const struct word *word = &words->list[n];
            const struct slice typed = {text.at + word->byte_begin,
                                        word->byte_end - word->byte_begin};
            if (!wanted_has(term, word))
                continue;
            said[i] = (struct slice){typed.at, text_first(typed, WORD_POINTS_MAX)};
            noted++;
        }
    }
    return noted;
}

static bool judge_slips(struct hunt *hunt, const struct ranks *ranks)
{
    const struct wanted *wanted = &hunt->wanted;
    struct slice *said = arena_alloc(&hunt->arena, wanted->term_count * sizeof *said + 1);
    size_t missing = 0;

    if (said == NULL)
        return arena_fault(&hunt->fault);
    for (size_t i = 0; i < wanted->term_count; i++)
        missing += wanted->terms[i].slip.at != NULL && ranks->has_term[i];
    for (size_t i = 0; i < ranks->count && missing > 0; i++) {
        const struct slice text = search_store_text(&hunt->rows, (int)ranks->list[i].candidate);
        struct words words;
        if (!words_read(hunt->reader, text, &hunt->scratch, &words, &hunt->fault))
            return false;
        missing -= note_said(hunt, text, &words, said);
        arena_reset(&hunt->scratch);
    }
    hunt->found.said = said;
    return true;
}

static bool rank_words(struct hunt *hunt, struct ranks *ranks)
{
    const size_t count = (size_t)hunt->rows.count;
    struct slice *texts = arena_alloc(&hunt->arena, (count + 1) * sizeof *texts);

    if (texts == NULL)
        return arena_fault(&hunt->fault);
    for (size_t i = 0; i < count; i++)
        texts[i] = search_store_text(&hunt->rows, (int)i);
    return rank_order(&hunt->wanted, hunt->reader, texts, count, SEARCH_FOUND_MAX, &hunt->arena,
                      ranks, &hunt->fault);
}

/* --- one order --- */

/* Rows of what is near, and may be shown: phrases and exclusions are rules for it too. */
static bool choose_near(struct hunt *hunt, bool phrases, int *chosen, size_t *count)
{
    *count = 0;
    for (int i = 0; i < hunt->near.count; i++) {
        bool fits;
        if (!rank_fits(&hunt->wanted, hunt->reader, search_store_text(&hunt->near, i), phrases,
                       &hunt->scratch, &fits, &hunt->fault))
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
static bool put_together(struct hunt *hunt, const struct ranks *ranks, struct order *out)
{
    const size_t most = ranks->count + (size_t)hunt->near.count;
    int64_t *numbers = arena_alloc(&hunt->arena, (most + 1) * sizeof *numbers);
    int *near = arena_alloc(&hunt->arena, ((size_t)hunt->near.count + 1) * sizeof *near);
    struct ordered *list = arena_alloc(&hunt->arena, (most + 1) * sizeof *list);
    struct fusion_hit *hits;
    size_t near_count;

    if (numbers == NULL || near == NULL || list == NULL)
        return arena_fault(&hunt->fault);
    const bool phrases = hunt->wanted.phrase_count > 0 && !ranks->phrase_missed;
    if (!choose_near(hunt, phrases, near, &near_count))
        return false;
    /* Nothing has the phrase, so it is no rule, as among words. */
    if (phrases && near_count == 0 && ranks->count == 0) {
        hunt->found.phrase_missed = true;
        if (!choose_near(hunt, false, near, &near_count))
            return false;
    }
    int64_t *near_numbers = numbers + ranks->count;
    for (size_t i = 0; i < ranks->count; i++)
        numbers[i] = search_store_number(&hunt->rows, (int)ranks->list[i].candidate);
    for (size_t i = 0; i < near_count; i++)
        near_numbers[i] = search_store_number(&hunt->near, near[i]);
    const struct fusion_list lists[FUSION_LISTS] = {
        {numbers,      ranks->count, 1},
        {near_numbers, near_count,   1}
    };
    if (!fusion_of(lists, &hunt->arena, &hits, &out->count, &hunt->fault))
        return false;
    for (size_t i = 0; i < out->count; i++) {
        const int32_t text = hits[i].places[0], vector = hits[i].places[1];
        list[i] = (struct ordered){
            .score = hits[i].score, .text_rank = rank_of(text), .vector_rank = rank_of(vector)};
        list[i].rows = text != FUSION_ABSENT ? &hunt->rows : &hunt->near;
        list[i].row = text != FUSION_ABSENT ? (int)ranks->list[text].candidate : near[vector];
    }
    out->list = list;
    return true;
}

static bool take_words(struct hunt *hunt, const struct ranks *ranks, struct order *out)
{
    struct ordered *list = arena_alloc(&hunt->arena, (ranks->count + 1) * sizeof *list);

    if (list == NULL)
        return arena_fault(&hunt->fault);
    for (size_t i = 0; i < ranks->count; i++)
        list[i] = (struct ordered){.rows = &hunt->rows,
                                   .row = (int)ranks->list[i].candidate,
                                   .score = ranks->list[i].score,
                                   .text_rank = (int64_t)i + 1,
                                   .vector_rank = FIELD_ABSENT};
    *out = (struct order){list, ranks->count};
    return true;
}

bool hunt_order(struct hunt *hunt)
{
    struct ranks ranks;
    struct order order;

    if (!rank_words(hunt, &ranks))
        return false;
    hunt->missed = hunt->phrases && (ranks.count == 0 || ranks.phrase_missed);
    if (hunt->missed)
        return true;
    hunt->found.phrase_missed = ranks.phrase_missed;
    if (!(hunt->mode == SEARCH_TEXT ? take_words : put_together)(hunt, &ranks, &order))
        return false;
    return judge_rewrites(hunt, &ranks) && judge_slips(hunt, &ranks) && read_page(hunt, &order);
}
