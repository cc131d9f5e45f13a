// SPDX-License-Identifier: MIT
#include "dialogue/remark.h"

#include "base/arena.h"
#include "base/ascii.h"
#include "base/text.h"

#include "phrases/letters.h"

enum { WORDS_MAX = 40, DAY_MAX = 31, STAR = 0x2b50 };

/* The words of a text; a Latin word also as transliterated Russian or Kazakh. */
struct remark_text {
    struct letters words[WORDS_MAX];
    struct letters cyrillic[WORDS_MAX];
    size_t count;
    bool has_number;
    bool has_question_mark;
};

static void append_and_clear_word(struct remark_text *text, struct letters *word)
{
    if (word->len > 0 && text->count < WORDS_MAX) {
        letters_unify_script(word);
        text->words[text->count] = *word;
        text->cyrillic[text->count++] = letters_are_latin(word) ? letters_to_cyrillic(word) : *word;
    }
    word->len = 0;
}

static void split_words(struct slice text, struct remark_text *out)
{
    struct letters word = {0};
    size_t at = 0;

    *out = (struct remark_text){.count = 0};
    while (at < text.len) {
        int32_t point;
        at += text_decode_composed(text, at, &point);
        const uint8_t letter = letter_of(point);
        if (letter != 0)
            letters_add(&word, letter);
        else if (!letter_is_ignored(point))
            append_and_clear_word(out, &word);
        out->has_number |= text_is_number(point);
        out->has_question_mark |= point == '?';
    }
    append_and_clear_word(out, &word);
}

/* --- words of the table --- */

struct pattern {
    struct letters letters;
    bool any_ending;
};

static struct pattern make_pattern(struct slice word)
{
    return (struct pattern){letters_of(word), word.len > 0 && word.at[word.len - 1] == '*'};
}

static bool fits_pattern(const struct letters *word, const struct pattern *pattern)
{
    return pattern->any_ending ? letters_start_with(word, &pattern->letters)
                               : letters_equal(word, &pattern->letters);
}

/* Whether word `word_index` of the text is this word of the table. */
static bool matches_word(const struct remark_text *text, size_t word_index,
                         const struct pattern *pattern)
{
    return fits_pattern(&text->words[word_index], pattern) ||
           fits_pattern(&text->cyrillic[word_index], pattern);
}

/* Whether the words of the text from `first_index` on match `patterns`, which are separated by '_'.
 */
static bool matches_words_from(const struct remark_text *text, size_t first_index,
                               struct slice patterns)
{
    while (patterns.at != NULL) {
        const struct pattern pattern = make_pattern(slice_cut(&patterns, '_'));
        if (first_index == text->count || !matches_word(text, first_index++, &pattern))
            return false;
    }
    return true;
}

/* Whether the text has the words of `patterns`, one directly after the other. Converts the first
 * pattern once, not for each word of the text. */
static bool has_consecutive_words(const struct remark_text *text, struct slice patterns)
{
    const struct pattern first = make_pattern(slice_cut(&patterns, '_'));

    for (size_t i = 0; i < text->count; i++)
        if (matches_word(text, i, &first) && matches_words_from(text, i + 1, patterns))
            return true;
    return false;
}

static bool matches_expression(const struct remark_text *text, struct slice expression)
{
    while (expression.at != NULL)
        if (!has_consecutive_words(text, slice_cut(&expression, ' ')))
            return false;
    return true;
}

static bool matches_any_expression(const struct remark_text *text, const char *expressions)
{
    struct slice rest = slice_of(expressions);

    while (rest.at != NULL)
        if (matches_expression(text, slice_cut(&rest, '|')))
            return true;
    return false;
}

static bool is_word_one_of(const struct remark_text *text, size_t word_index, const char *words)
{
    struct slice rest = slice_of(words);

    while (rest.at != NULL) {
        const struct pattern pattern = make_pattern(slice_cut(&rest, '|'));
        if (matches_word(text, word_index, &pattern))
            return true;
    }
    return false;
}

static bool matches_answer(const struct remark_text *text, const struct remark_answer *answer)
{
    bool has_own = false;

    for (size_t i = 0; i < text->count; i++) {
        const bool own = is_word_one_of(text, i, answer->words);
        if (!own && !is_word_one_of(text, i, answer->others))
            return false;
        has_own |= own;
    }
    return has_own && !text->has_number && !text->has_question_mark;
}

/* --- the remark --- */

static enum remark_kind find_remark_kind(const struct remark_text *text)
{
    for (size_t i = 0; i < remark_answer_count; i++)
        if (matches_answer(text, &remark_answers[i]))
            return remark_answers[i].kind;
    for (size_t i = 0; i < remark_row_count; i++)
        if (matches_any_expression(text, remark_rows[i].expressions))
            return remark_rows[i].kind;
    return REMARK_NONE;
}

struct remark remark_classify(struct slice text)
{
    struct remark_text split_text;

    split_words(text, &split_text);
    struct remark remark = {
        .kind = find_remark_kind(&split_text),
        .asks = split_text.has_question_mark ||
                matches_any_expression(&split_text, remark_question_words),
        .negates = matches_any_expression(&split_text, remark_negations),
        .extends = matches_any_expression(&split_text, remark_extensions),
        .books = matches_any_expression(&split_text, remark_booking_words),
        .names_booking = matches_any_expression(&split_text, remark_booking_nouns),
        .names_receipt = matches_any_expression(&split_text, remark_receipt_words),
        .searches = matches_any_expression(&split_text, remark_search_words),
    };
    if (remark.kind == REMARK_PAID && remark.negates) /* "не всё оплатил" */
        remark.kind = REMARK_NONE;
    return remark;
}

/* --- the rating of a stay --- */

bool remark_read_rating(struct slice text, int64_t *rating)
{
    struct remark_text split_text;
    int64_t read = 0, named = 0, stars = 0; /* named: digits, and words for a number */
    int64_t last_digit = 0;

    split_words(text, &split_text);
    const bool has_scale =
        slice_contains(text, SLICE("/")) || matches_any_expression(&split_text, remark_scale_words);
    for (size_t at = 0; at < text.len;) {
        int32_t point;
        at += text_decode_composed(text, at, &point);
        stars += point == STAR;
        if (!text_is_number(point))
            continue;
        last_digit = point - '0';
        read = named++ == 0 ? last_digit : read;
    }
    for (size_t i = 0; i < split_text.count; i++) {
        int64_t number = STAY_RATING_MAX;
        while (number > 0 && !is_word_one_of(&split_text, i, remark_rating_words[number - 1]))
            number--;
        if (number == 0 && !is_word_one_of(&split_text, i, remark_judgement.words) &&
            !is_word_one_of(&split_text, i, remark_judgement.others) &&
            !is_word_one_of(&split_text, i, remark_scale_words))
            return false;
        read = number > 0 ? number : read;
        named += number > 0;
    }
    if (has_scale && named > 0) /* the scale is named, too */
        named = named == 2 && last_digit == STAY_RATING_MAX ? 1 : 2;
    read = named > 0 ? read : stars;
    if (named > 1 || read > STAY_RATING_MAX || split_text.has_question_mark ||
        (read < 1 && !matches_answer(&split_text, &remark_judgement)))
        return false;
    *rating = read;
    return true;
}

/* --- days without a month --- */

/* Cuts a day of a month, and the spaces after it, off the beginning; 0: there is none. */
static int cut_day_of_month(struct slice *text)
{
    int day = 0;
    size_t at = 0;

    while (at < text->len && at < 2 && ascii_is_digit(text->at[at]))
        day = 10 * day + (text->at[at++] - '0');
    if (at < text->len && ascii_is_digit(text->at[at]))
        return 0;
    *text = slice_trim(slice_from(*text, at));
    return day <= DAY_MAX ? day : 0;
}

static bool cut_dash(struct slice *text)
{
    static const char *const dashes[] = {"-", "–", "—", "‑", "−"};

    for (size_t i = 0; i < ARRAY_LEN(dashes); i++)
        if (slice_starts(*text, slice_of(dashes[i]))) {
            *text = slice_trim(slice_from(*text, strlen(dashes[i])));
            return true;
        }
    return false;
}

/* Whether the text after a number cannot be something that the number counts. */
static bool cannot_be_counted(struct slice after_number)
{
    return after_number.len == 0 || after_number.at[0] == ',' ||
           slice_starts(after_number, SLICE("на ")) || slice_starts(after_number, SLICE("for "));
}

bool remark_expand_bare_days(struct slice text, struct arena *arena, struct slice *out)
{
    struct slice rest = slice_trim(text);
    const int first = cut_day_of_month(&rest);
    const int second = first > 0 && cut_dash(&rest) ? cut_day_of_month(&rest) : -1;

    if (first == 0 || second == 0 || !cannot_be_counted(rest))
        return false;
    *out = second > 0 ? arena_printf(arena, "с %d по %d %.*s", first, second, SLICE_ARG(rest))
                      : arena_printf(arena, "%d числа %.*s", first, SLICE_ARG(rest));
    return true;
}

bool remark_expand_bare_check_out(struct slice text, struct arena *arena, struct slice *out)
{
    static const char *const untils[] = {"до", "по", "until", "till"};
    struct slice rest = slice_trim(text), word = slice_cut(&rest, ' ');
    struct remark_text first_word;

    split_words(word, &first_word);
    if (matches_any_expression(&first_word, remark_extensions))
        word = slice_cut(&rest, ' ');
    const struct letters first = letters_of(word);
    for (size_t i = 0; i < ARRAY_LEN(untils); i++) {
        const struct letters until = letters_of(slice_of(untils[i]));
        if (letters_equal(&first, &until))
            return remark_expand_bare_days(rest, arena, out);
    }
    return false;
}
