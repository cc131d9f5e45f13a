// SPDX-License-Identifier: MIT
#include "phrases/dictation.h"

#include "base/text.h"

#include "phrases/words.h"

enum {
    DIGITS_MAX = 4, /* a local phone number has five digits or more */
    NUMBERS_MAX = 4 /* a dictated phone number has five number words or more */
};

static bool begins_with_number_stem(const struct letters *word)
{
    for (size_t i = 0; i < word_dictated_count; i++) {
        const struct letters stem = letters_of(slice_of(word_dictated[i]));
        if (letters_start_with(word, &stem))
            return true;
    }
    return false;
}

static bool is_number_word(struct letters word)
{
    letters_unify_script(&word);
    if (begins_with_number_stem(&word))
        return true;
    word = letters_are_latin(&word) ? letters_to_cyrillic(&word) : word;
    return begins_with_number_stem(&word);
}

struct counts {
    struct dictation found;
    size_t numbers, others; /* number words in the current row, and other words after them */
    struct letters word;
};

/* Counts number words in a row. A single other word between two of them does not end the row. */
static void count_ended_word(struct counts *counts)
{
    if (counts->word.len == 0)
        return;
    if (is_number_word(counts->word)) {
        counts->numbers++;
        counts->others = 0;
    } else if (++counts->others > 1) {
        counts->numbers = 0;
    }
    if (counts->numbers > counts->found.numbers)
        counts->found.numbers = counts->numbers;
    counts->word.len = 0;
}

static void count_code_point(struct counts *counts, int32_t point)
{
    const uint8_t letter = letter_of(point);

    if (letter != 0) {
        counts->found.letters++;
        letters_add(&counts->word, letter);
        return;
    }
    if (letter_is_ignored(point))
        return;
    counts->found.digits += text_is_number(point);
    count_ended_word(counts);
}

struct dictation dictation_count(struct slice text)
{
    struct counts counts = {.numbers = 0};
    size_t at = 0;

    while (at < text.len) {
        int32_t point;
        at += text_decode_composed(text, at, &point);
        count_code_point(&counts, point);
    }
    count_ended_word(&counts);
    return counts.found;
}

bool dictation_may_be_phone(const struct dictation *found)
{
    return found->digits > DIGITS_MAX || found->numbers > NUMBERS_MAX;
}
