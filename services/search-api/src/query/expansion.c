// SPDX-License-Identifier: MIT
#include "query/expansion.h"

#include "base/ascii.h"
#include "base/buf.h"
#include "base/text.h"

#include "text/letters.h"

/* Units that people write without a blank after a price. */
static const char *const units[] = {"тг", "тенге", "тнг"};

/* The factor of the weight of a fuzzy match; below 1, because the match may be another word. */
static const double fuzzy_share = 0.5;

static size_t count_digits(struct slice word)
{
    size_t digits = 0;

    for (size_t i = 0; i < word.len; i++)
        digits += ascii_is_digit(word.at[i]);
    return digits;
}

bool expansion_allows_typo(struct slice word)
{
    return count_digits(word) == 0 && text_length(word) >= EXPANSION_TYPO_POINTS_MIN;
}

static struct expansion_term *find_term(struct expansion *expansion, struct slice term)
{
    for (size_t i = 0; i < expansion->count; i++) {
        struct expansion_term *known = &expansion->list[i];
        if (known->second.at == NULL && slice_equal(known->text, term))
            return known;
    }
    return NULL;
}

static bool add_term_if_new(struct expansion *expansion, struct slice term, double share,
                            uint32_t df)
{
    if (find_term(expansion, term) != NULL)
        return true;
    const struct slice text = arena_copy(expansion->arena, term);
    if (text.at == NULL)
        return arena_fault(expansion->fault);
    expansion->list[expansion->count++] =
        (struct expansion_term){.text = text, .share = share, .df = df};
    return true;
}

/* A term outside of the arena, and the number of documents that have it. */
struct known_term {
    char text[TERM_BYTES_MAX];
    size_t len;
    uint32_t df;
};

/* Reads the term of a whole word. */
static bool read_term_of_word(struct expansion *expansion, struct slice word,
                              struct known_term *out)
{
    const struct arena_mark mark = arena_mark(expansion->arena);
    struct words words;

    if (!words_read(expansion->reader, word, expansion->arena, &words, expansion->fault))
        return false;
    out->len = words.count > 0 ? words.list[0].term.len : 0;
    if (out->len > 0)
        memcpy(out->text, words.list[0].term.at, out->len);
    out->df = lexicon_term_df(expansion->lexicon, (struct slice){out->text, out->len});
    arena_put_back(expansion->arena, &mark);
    return true;
}

/* Adds the term of a whole word if documents have it. */
static bool add_term_of_known_word(struct expansion *expansion, struct slice word, double share)
{
    struct known_term term;

    if (!read_term_of_word(expansion, word, &term))
        return false;
    return term.df == 0 ||
           add_term_if_new(expansion, (struct slice){term.text, term.len}, share, term.df);
}

/* Adds terms one typo away, without the word's own term. A term that add_similar_words() has added
 * too gets the full weight. */
static bool add_fuzzy_terms(struct expansion *expansion, const struct word *word)
{
    struct lexicon_term matches[LEXICON_FUZZY_MAX];
    const size_t count = lexicon_find_fuzzy(expansion->lexicon, word->stem, matches);
    size_t others = 0;

    for (size_t i = 0; i < count && others < EXPANSION_FUZZY_MAX; i++) {
        const struct slice term = {matches[i].text, matches[i].len};
        struct expansion_term *known = find_term(expansion, term);
        if (slice_equal(term, word->term))
            continue;
        others++;
        if (known != NULL)
            known->share = 1;
        else if (!add_term_if_new(expansion, term, fuzzy_share, matches[i].df))
            return false;
    }
    return true;
}

static bool add_similar_words(struct expansion *expansion, const struct word *word)
{
    struct slice similar[VOCABULARY_SIMILAR_MAX];
    const size_t before = expansion->count;
    const size_t count = vocabulary_find_similar(lexicon_vocabulary(expansion->lexicon), word->text,
                                                 word->stem, similar);

    for (size_t i = 0; i < count && expansion->count < before + EXPANSION_FUZZY_MAX; i++)
        if (!add_term_of_known_word(expansion, similar[i], fuzzy_share))
            return false;
    return true;
}

static bool add_two_words(struct expansion *expansion, struct slice first, struct slice second)
{
    return add_term_of_known_word(expansion, first, 1) &&
           add_term_of_known_word(expansion, second, 1);
}

bool expansion_expand_word(struct expansion *expansion, const struct word *word,
                           bool with_similar_words)
{
    struct slice parts[2];

    if (vocabulary_split_compound(lexicon_vocabulary(expansion->lexicon), word->text, parts) &&
        !add_two_words(expansion, parts[0], parts[1]))
        return false;
    return (!with_similar_words || add_similar_words(expansion, word)) &&
           add_fuzzy_terms(expansion, word);
}

/* --- spellings with and without Kazakh letters --- */

static bool is_cyrillic_without_digits(struct slice word)
{
    int32_t first = 0;

    text_decode(word, 0, &first);
    return letter_is_russian(first) && count_digits(word) == 0;
}

bool expansion_find_kazakh_spellings(struct expansion *expansion, const struct word *word)
{
    if (!is_cyrillic_without_digits(word->text))
        return true;
    const struct slice uncut = word_beginning(word);
    const uint32_t df = lexicon_term_df(expansion->lexicon, uncut);
    /* The text has Russian letters only, so reading it again finds the ending. */
    return (df == 0 || add_term_if_new(expansion, uncut, 1, df)) &&
           add_term_of_known_word(expansion, word->text, 1);
}

/* --- spellings as one word or as two --- */

bool expansion_is_letters_then_digits(struct slice first, struct slice second)
{
    return first.len > 0 && second.len > 0 && count_digits(first) == 0 &&
           count_digits(second) == second.len;
}

size_t expansion_find_digits_after_letters(struct slice word)
{
    const size_t digits = word.len - count_digits(word);

    return expansion_is_letters_then_digits((struct slice){word.at, digits},
                                            slice_from(word, digits))
               ? digits
               : 0;
}

static bool add_joined_word_if_likely(struct expansion *expansion, const struct word *first,
                                      const struct word *second)
{
    char text[2 * 4 * WORD_POINTS_MAX];
    struct buf joined = buf_over(text, sizeof text);

    buf_slice(&joined, first->text);
    buf_slice(&joined, second->text);
    const struct slice whole = buf_as_slice(&joined);
    if (!expansion_is_letters_then_digits(first->text, second->text) &&
        !vocabulary_has(lexicon_vocabulary(expansion->lexicon), whole))
        return true;
    return add_term_of_known_word(expansion, whole, 1);
}

/* Adds a term for two adjacent words, if documents have both. */
static bool add_pair_if_known(struct expansion *expansion, struct slice first, struct slice second)
{
    struct known_term one, other;

    if (!read_term_of_word(expansion, first, &one))
        return false;
    if (one.df == 0)
        return true;
    if (!read_term_of_word(expansion, second, &other))
        return false;
    if (other.df == 0)
        return true;
    const struct slice text = arena_copy(expansion->arena, (struct slice){one.text, one.len});
    const struct slice next = arena_copy(expansion->arena, (struct slice){other.text, other.len});
    if (text.at == NULL || next.at == NULL)
        return arena_fault(expansion->fault);
    expansion->list[expansion->count++] = (struct expansion_term){
        .text = text, .second = next, .share = 1, .df = one.df < other.df ? one.df : other.df};
    return true;
}

bool expansion_find_pairs(struct expansion *expansion, const struct word *word)
{
    const size_t points = text_length(word->text);
    const size_t before = expansion->count;

    if (count_digits(word->text) > 0 || points < EXPANSION_PAIR_POINTS_MIN ||
        points > EXPANSION_PAIR_POINTS_MAX)
        return true;
    for (size_t first = 1; first + 1 < points && expansion->count < before + EXPANSION_PAIRS_MAX;
         first++) {
        const size_t cut = text_first_len(word->text, first);
        if (!add_pair_if_known(expansion, (struct slice){word->text.at, cut},
                               slice_from(word->text, cut)))
            return false;
    }
    return true;
}

static bool add_number_with_unit(struct expansion *expansion, struct slice number, const char *unit)
{
    char text[4 * WORD_POINTS_MAX + 16];
    struct buf joined = buf_over(text, sizeof text);

    buf_slice(&joined, number);
    buf_text(&joined, unit);
    return add_term_of_known_word(expansion, buf_as_slice(&joined), 1);
}

/* Adds the terms of a price in its other spellings: 20000, 20000тг, 20000тенге. */
static bool add_spellings_of_price(struct expansion *expansion, struct slice word)
{
    struct slice number = {word.at, 0};

    while (number.len < word.len && ascii_is_digit(word.at[number.len]))
        number.len++;
    const struct slice unit = slice_from(word, number.len);
    const bool has_unit = SLICE_IS_IN(unit, units);
    if (number.len == 0 || (unit.len > 0 && !has_unit))
        return true;
    if (has_unit && !add_term_of_known_word(expansion, number, 1))
        return false;
    for (size_t i = 0; i < ARRAY_LEN(units); i++)
        if (!slice_is(unit, units[i]) && !add_number_with_unit(expansion, number, units[i]))
            return false;
    return true;
}

bool expansion_find_other_spellings(struct expansion *expansion, const struct word *previous_word,
                                    const struct word *word)
{
    const size_t digits = expansion_find_digits_after_letters(word->text);

    if (digits > 0 && !add_two_words(expansion, (struct slice){word->text.at, digits},
                                     slice_from(word->text, digits)))
        return false;
    if (previous_word != NULL && !add_joined_word_if_likely(expansion, previous_word, word))
        return false;
    return add_spellings_of_price(expansion, word->text);
}
