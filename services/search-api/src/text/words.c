// SPDX-License-Identifier: MIT
#include "text/words.h"

#include <stdlib.h>

#include <libstemmer.h>

#include "base/text.h"

#include "text/letters.h"
#include "text/numbers.h"

struct word_reader {
    struct sb_stemmer *russian;
    struct sb_stemmer *english;
};

struct word_reader *word_reader_create(struct fault *fault)
{
    struct word_reader *reader = fault_calloc(sizeof(*reader), "stemmers", fault);

    if (reader == NULL)
        return NULL;
    reader->russian = sb_stemmer_new("russian", "UTF_8");
    reader->english = sb_stemmer_new("english", "UTF_8");
    if (reader->russian == NULL || reader->english == NULL) {
        word_reader_destroy(reader);
        fault_out_of_memory(fault, "stemmers");
        return NULL;
    }
    return reader;
}

void word_reader_destroy(struct word_reader *reader)
{
    if (reader == NULL)
        return;
    sb_stemmer_delete(reader->russian);
    sb_stemmer_delete(reader->english);
    free(reader);
}

/* What is under way: the word whose letters come, and room for those that are complete. */
struct reading {
    struct word_reader *reader;
    struct words *out;
    size_t most;   /* words that `out` has room for */
    char *letters; /* where the next word's go */
    int32_t points[WORD_POINTS_MAX];
    size_t count;
    struct word word;
};

/* Writes a code point; Kazakh letters and what they fold to have two bytes each. */
static char *put(char *to, int32_t point)
{
    if (point >= 0x80)
        return to + text_encode(point, to);
    *to = (char)point;
    return to + 1;
}

/* Folds what is written already, in place. */
static void fold(char *at, const char *end)
{
    for (; at < end; at++) {
        const unsigned char lead = (unsigned char)*at;
        if (lead != 0xd1 && lead != 0xd2 && lead != 0xd3)
            continue;
        int32_t point;
        if (text_decode((struct slice){at, (size_t)(end - at)}, 0, &point) == 2)
            text_encode(letter_fold(point), at);
    }
}

/* The stem of the small letters between `letters` and `end`, written behind them. */
static struct slice stem_of(struct reading *reading, const char *letters, char *end, bool russian)
{
    struct sb_stemmer *stemmer = russian ? reading->reader->russian : reading->reader->english;
    const sb_symbol *stem =
        sb_stemmer_stem(stemmer, (const sb_symbol *)letters, (int)(end - letters));
    const size_t len = stem != NULL ? (size_t)sb_stemmer_length(stemmer) : 0;

    if (len == 0 || len > (size_t)(end - letters))
        return (struct slice){letters, (size_t)(end - letters)};
    memcpy(end, stem, len);
    return (struct slice){end, len};
}

static void end_word(struct reading *reading)
{
    struct word *word = &reading->word;
    char *const letters = reading->letters;
    char *end = letters;
    bool digit = false, russian = false;

    if (reading->count == 0)
        return;
    letters_unmix(reading->points, reading->count);
    for (size_t i = 0; i < reading->count; i++) {
        const int32_t small = text_small(reading->points[i]);
        russian |= letter_is_russian(small);
        digit |= small < 0x80 ? small <= '9' : text_is_number(small);
        end = put(end, small);
    }
    reading->count = 0;
    word->text = (struct slice){letters, (size_t)(end - letters)};
    word->stem = digit ? word->text : stem_of(reading, letters, end, russian);
    if (word->stem.at == end)
        end += word->stem.len;
    fold(letters, end);
    word->term = digit ? (struct slice){letters, text_cut(word->text, TERM_BYTES_MAX)}
                       : (struct slice){word->stem.at, text_first(word->stem, TERM_POINTS)};
    reading->letters = end;
    reading->out->list[reading->out->count++] = *word;
}

/* A number that people write with signs between its digits: its digits are the word. */
static size_t read_number(struct reading *reading, struct slice text, size_t at, uint32_t point)
{
    struct number number;

    if (!number_at(text, at, &number))
        return 0;
    reading->word = (struct word){
        .begin = point,
        .byte_begin = (uint32_t)at,
        .end = point + (uint32_t)text_length((struct slice){text.at + at, number.len}),
        .byte_end = (uint32_t)(at + number.len),
    };
    for (size_t i = 0; i < number.count; i++)
        reading->points[i] = (unsigned char)number.digits[i];
    reading->count = number.count;
    end_word(reading);
    return number.len;
}

/* "Ё" is "Е"; "İ" and the Kelvin sign are letters of ASCII when they are small. */
static int32_t plain(int32_t letter)
{
    if (letter == 0x401 || letter == 0x451)     /* Ё ё */
        return letter == 0x401 ? 0x415 : 0x435; /* Е е */
    const int32_t small = letter >= 0x80 ? text_small(letter) : letter;
    return small < 0x80 ? small : letter;
}

static void add_letter(struct reading *reading, int32_t letter, uint32_t point, size_t at)
{
    if (reading->count == 0) {
        reading->word.begin = point;
        reading->word.byte_begin = (uint32_t)at;
    }
    if (reading->count < WORD_POINTS_MAX)
        reading->points[reading->count++] = plain(letter);
}

/* Code points of a character with its marks; a broken byte counts as one. */
static uint32_t points_in(struct slice text, size_t at, size_t len)
{
    const size_t count = len > 1 ? text_length((struct slice){text.at + at, len}) : 1;

    return (uint32_t)count;
}

static void read_all(struct reading *reading, struct slice text)
{
    uint32_t point = 0;
    int32_t letter;

    for (size_t at = 0; at < text.len && reading->out->count < reading->most;) {
        size_t len = reading->count == 0 ? read_number(reading, text, at, point) : 0;
        if (len > 0) {
            point = reading->word.end;
            at += len;
            continue;
        }
        len = text_composed(text, at, &letter);
        const uint32_t more = points_in(text, at, len);
        if (letter_counts(letter)) {
            add_letter(reading, letter, point, at);
            reading->word.end = point + more;
            reading->word.byte_end = (uint32_t)(at + len);
        } else if (reading->count > 0 && !letter_is_silent(letter)) {
            end_word(reading);
        }
        at += len;
        point += more;
    }
    if (reading->out->count < reading->most)
        end_word(reading);
}

bool words_read(struct word_reader *reader, struct slice text, struct arena *arena,
                struct words *out, struct fault *fault)
{
    struct words words = {0};
    const struct slice read = {text.at, text_cut(text, WORDS_BYTES_MAX)};
    const size_t likely = read.len / 2 + 1;
    struct reading reading = {
        .reader = reader,
        .out = &words,
        .most = likely < WORDS_MAX ? likely : WORDS_MAX,
    };

    words.list = arena_alloc(arena, reading.most * sizeof(*words.list));
    /* A small letter may need one byte more than the large one; stems are no longer than words. */
    reading.letters = arena_alloc(arena, 6 * read.len + 8);
    if (words.list == NULL || reading.letters == NULL)
        return arena_fault(fault);
    read_all(&reading, read);
    *out = words;
    return true;
}
