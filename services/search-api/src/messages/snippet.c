// SPDX-License-Identifier: MIT
#include "messages/snippet.h"

#include "base/text.h"

#include "text/grams.h"

enum { TYPO_GRAMS_MIN = 4 }; /* 4-grams of a word that may match by them, at least */

/* Words [first, last] of the text. */
struct window {
    size_t first;
    size_t last;
};

/* --- matching words --- */

/* Adds the weights of the terms that match from word number `at` on to those words: with
 * `of_common_terms` only of common terms, else only of terms that select candidates. */
static void add_term_weights(const struct query_terms *query_terms, const struct words *words,
                             size_t at, bool of_common_terms, double *weights)
{
    for (size_t i = 0; i < query_terms->term_count; i++) {
        const struct query_term *term = &query_terms->terms[i];
        const size_t count =
            term->selects != of_common_terms ? query_terms_match(term, words, at) : 0;
        for (size_t n = 0; n < count; n++)
            weights[at + n] += term->weight;
    }
}

/* The weight of a word that may be misspelled; 0 unless the query has half of its 4-grams. */
static double weigh_by_grams(const struct query_terms *query_terms, const struct word *word)
{
    uint32_t grams[GRAMS_OF_WORD_MAX];
    const size_t count = grams_hash_word(word->text, grams);
    size_t found = 0;
    double weight = 0;

    for (size_t i = 0; i < count; i++) {
        const double one =
            query_terms->grams[query_terms_find_gram_slot(query_terms, grams[i])].weight;
        found += one > 0;
        weight += one;
    }
    return count >= TYPO_GRAMS_MIN && 2 * found >= count ? weight / (double)count : 0;
}

/* Sets the weight of each word by the query's terms that select candidates or, with
 * `by_common_terms`, by its common terms; 0: no match. False: no word matches. */
static bool weigh_words(const struct query_terms *query_terms, const struct words *words,
                        bool by_common_terms, double *weights)
{
    bool any = false;

    memset(weights, 0, words->count * sizeof *weights);
    for (size_t i = 0; i < words->count; i++) {
        add_term_weights(query_terms, words, i, by_common_terms, weights);
        if (weights[i] <= 0 && !by_common_terms)
            weights[i] = weigh_by_grams(query_terms, &words->list[i]);
        any |= weights[i] > 0;
    }
    return any;
}

/* --- the window --- */

static bool span_fits(const struct words *words, size_t first, size_t last, size_t points_max)
{
    return words->list[last].end - words->list[first].begin <= points_max;
}

/* Finds the heaviest window that begins and ends with a matching word. */
static struct window find_heaviest_window(const struct words *words, const double *weights)
{
    struct window best = {0, 0};
    double sum = 0, most = 0;

    for (size_t first = 0, last = 0; last < words->count; last++) {
        if (weights[last] <= 0)
            continue;
        sum += weights[last];
        while (first < last &&
               (weights[first] <= 0 || !span_fits(words, first, last, SNIPPET_POINTS)))
            sum -= weights[first++];
        if (sum > most) {
            most = sum;
            best = (struct window){first, last};
        }
    }
    return best;
}

/* Widens the window to SNIPPET_POINTS: adds words before it for half of the remaining room, then
 * words after it, then words before it again. */
static void widen_window(const struct words *words, struct window *window)
{
    const size_t len = words->list[window->last].end - words->list[window->first].begin;
    const size_t before = len < SNIPPET_POINTS ? len + (SNIPPET_POINTS - len) / 2 : 0;

    while (window->first > 0 && span_fits(words, window->first - 1, window->last, before))
        window->first--;
    while (window->last + 1 < words->count &&
           span_fits(words, window->first, window->last + 1, SNIPPET_POINTS))
        window->last++;
    while (window->first > 0 && span_fits(words, window->first - 1, window->last, SNIPPET_POINTS))
        window->first--;
}

/* Sets the text of the snippet to the heaviest window, widened. Returns the position of its first
 * code point in the whole text. */
static uint32_t cut_to_heaviest_window(struct slice text, const struct words *words,
                                       const double *weights, struct snippet *out)
{
    if (words->count == 0) {
        out->text = (struct slice){text.at, text_first_len(text, SNIPPET_POINTS)};
        out->cut_after = out->text.len < text.len;
        return 0;
    }
    struct window window = find_heaviest_window(words, weights);
    widen_window(words, &window);
    const struct word *first = &words->list[window.first], *last = &words->list[window.last];
    const struct slice part = {text.at + first->byte_begin, last->byte_end - first->byte_begin};
    out->text = (struct slice){part.at, text_first_len(part, SNIPPET_POINTS)};
    out->cut_before = out->text.at > text.at;
    out->cut_after = out->text.at + out->text.len < text.at + text.len;
    return first->begin;
}

bool snippet_make(const struct query_terms *query_terms, struct word_reader *reader,
                  struct slice text, struct arena *arena, struct snippet *out, struct fault *fault)
{
    struct snippet snippet = {.text = text};
    struct words words;
    uint32_t begin = 0;

    if (!words_read(reader, text, arena, &words, fault))
        return false;
    double *weights = arena_alloc(arena, words.count * sizeof *weights + 1);
    snippet.marks = arena_alloc(arena, words.count * sizeof *snippet.marks + 1);
    if (weights == NULL || snippet.marks == NULL)
        return arena_fault(fault);
    if (!weigh_words(query_terms, &words, false, weights))
        (void)weigh_words(query_terms, &words, true, weights);
    if (text_length(text) > SNIPPET_POINTS)
        begin = cut_to_heaviest_window(text, &words, weights, &snippet);
    const uint32_t end = begin + (uint32_t)text_length(snippet.text);
    for (size_t i = 0; i < words.count; i++) {
        const struct word *word = &words.list[i];
        if (weights[i] > 0 && word->begin >= begin && word->begin < end)
            snippet.marks[snippet.mark_count++] = (struct snippet_mark){
                word->begin - begin, (word->end < end ? word->end : end) - begin};
    }
    *out = snippet;
    return true;
}
