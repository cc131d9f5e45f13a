// SPDX-License-Identifier: MIT
#include "messages/rank.h"

#include <math.h>
#include <stdlib.h>

#include "text/grams.h"

static const double gram_share = 0.5; /* weight of 4-grams in the score; terms have 1 */

/* --- phrases --- */

static bool is_same_word(const struct word *a, const struct word *b)
{
    return slice_equal(a->stem, b->stem) || slice_equal(a->text, b->text);
}

static bool has_run(const struct words *words, const struct words *run)
{
    if (run->count == 0)
        return false;
    for (size_t at = 0; at + run->count <= words->count; at++) {
        size_t same = 0;
        while (same < run->count && is_same_word(&words->list[at + same], &run->list[same]))
            same++;
        if (same == run->count)
            return true;
    }
    return false;
}

static bool has_phrase(const struct words *words, const struct query_phrase *phrase)
{
    return has_run(words, &phrase->typed) || has_run(words, &phrase->read) ||
           has_run(words, &phrase->respelled);
}

/* Whether the text has the word of the run as two, or the two words of the run as one. */
static bool has_other_spelling(const struct words *words, const struct words *run)
{
    for (size_t at = 0; at < words->count; at++) {
        const struct word *word = &words->list[at];
        if (run->count == 1 && at + 1 < words->count &&
            query_terms_is_pair_of(word, word + 1, &run->list[0]))
            return true;
        if (run->count == 2 && query_terms_is_pair_of(&run->list[0], &run->list[1], word))
            return true;
    }
    return false;
}

static bool is_excluded(const struct query_terms *query_terms, const struct words *words)
{
    for (size_t i = 0; i < query_terms->without_count; i++)
        if (has_phrase(words, &query_terms->without[i]) ||
            has_other_spelling(words, &query_terms->without[i].typed))
            return true;
    return false;
}

static bool has_all_phrases(const struct query_terms *query_terms, const struct words *words)
{
    for (size_t i = 0; i < query_terms->phrase_count; i++)
        if (!has_phrase(words, &query_terms->phrases[i]))
            return false;
    return true;
}

bool rank_text_fits(const struct query_terms *query_terms, struct word_reader *reader,
                    struct slice text, bool requires_phrases, struct arena *arena, bool *fits,
                    struct fault *fault)
{
    const struct arena_mark mark = arena_mark(arena);
    struct words words;

    if (!words_read(reader, text, arena, &words, fault))
        return false;
    *fits = !is_excluded(query_terms, &words) &&
            (!requires_phrases || has_all_phrases(query_terms, &words));
    arena_put_back(arena, &mark);
    return true;
}

/* --- the score --- */

static double score_terms(const struct query_terms *query_terms, const struct words *words,
                          bool *has_term)
{
    double score = 0;

    for (size_t i = 0; i < query_terms->term_count; i++) {
        const struct query_term *term = &query_terms->terms[i];
        size_t tf = 0;
        for (size_t n = 0; n < words->count; n++)
            tf += query_terms_match(term, words, n) > 0;
        if (tf == 0)
            continue;
        has_term[i] = true;
        score += term->weight *
                 query_terms_tf_factor((double)tf, (double)words->count, query_terms->mean_words);
    }
    return score;
}

static double score_grams(const struct query_terms *query_terms, const struct words *words,
                          uint32_t *counts)
{
    uint32_t grams[GRAMS_OF_WORD_MAX];
    double score = 0;
    size_t length = 0;

    for (size_t i = 0; i < words->count; i++) {
        const size_t count = grams_hash_word(words->list[i].text, grams);
        for (size_t n = 0; n < count; n++)
            counts[query_terms_find_gram_slot(query_terms, grams[n])]++;
        length += count;
    }
    for (size_t at = 0; at < query_terms->gram_slots; at++)
        if (counts[at] > 0)
            score += query_terms->grams[at].weight *
                     query_terms_tf_factor(counts[at], (double)length, query_terms->mean_grams);
    return score;
}

/* --- the order --- */

/* Scores a candidate, and appends it to `hits` unless an exclusion matches or the score is 0. */
static bool score_and_add_candidate(const struct query_terms *query_terms,
                                    const struct words *words, size_t candidate, bool *has_term,
                                    struct arena *memory, struct rank_hit *hits, size_t *count,
                                    struct fault *fault)
{
    if (is_excluded(query_terms, words))
        return true;
    uint32_t *counts = arena_alloc(memory, query_terms->gram_slots * sizeof *counts);
    if (counts == NULL)
        return arena_fault(fault);
    const double score = score_terms(query_terms, words, has_term) +
                         gram_share * score_grams(query_terms, words, counts);
    if (score > 0)
        hits[(*count)++] = (struct rank_hit){candidate, score, has_all_phrases(query_terms, words)};
    return true;
}

/* Orders by score, the higher first; candidates with equal scores by their index. */
static int compare_candidates(const void *left, const void *right)
{
    const struct rank_hit *a = left, *b = right;
    const double x = round(a->score * 1e9), y = round(b->score * 1e9);

    if (x != y)
        return x > y ? -1 : 1;
    return a->candidate < b->candidate ? -1 : a->candidate > b->candidate;
}

bool rank_candidates(const struct query_terms *query_terms, struct word_reader *reader,
                     const struct slice *texts, size_t count, size_t limit, struct arena *arena,
                     struct ranks *out, struct fault *fault)
{
    struct rank_hit *hits = arena_alloc(arena, count * sizeof *hits + 1);
    bool *has_term = arena_alloc(arena, query_terms->term_count + 1);
    size_t found = 0, with_phrases = 0, kept = 0;

    if (hits == NULL || has_term == NULL)
        return arena_fault(fault);
    for (size_t i = 0; i < count; i++) {
        const struct arena_mark mark = arena_mark(arena);
        struct words words;
        if (!words_read(reader, texts[i], arena, &words, fault) ||
            !score_and_add_candidate(query_terms, &words, i, has_term, arena, hits, &found, fault))
            return false;
        arena_put_back(arena, &mark);
    }
    for (size_t i = 0; i < found; i++)
        with_phrases += hits[i].has_phrases;
    for (size_t i = 0; i < found; i++)
        if (with_phrases == 0 || hits[i].has_phrases)
            hits[kept++] = hits[i];
    qsort(hits, kept, sizeof *hits, compare_candidates);
    *out = (struct ranks){.list = hits,
                          .count = kept < limit ? kept : limit,
                          .has_term = has_term,
                          .phrase_missed = found > 0 && with_phrases == 0};
    return true;
}
