// SPDX-License-Identifier: MIT
#include "text/words.h"

#include <stdlib.h>

#include <libstemmer.h>

#include "base/buf.h"
#include "base/text.h"

#include "text/letters.h"
#include "text/numbers.h"

struct slice word_beginning(const struct word *word)
{
    return (struct slice){word->text.at, text_first_len(word->text, TERM_POINTS)};
}

struct word_reader {
    struct sb_stemmer *russian;
    struct sb_stemmer *english;
};

struct word_reader *word_reader_create(struct fault *fault)
{
    struct word_reader *reader = fault_calloc(sizeof *reader, "stemmers", fault);

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

/* The state of the tokenizer: the current word and the buffers of complete ones. */
struct tokenizer {
    struct word_reader *reader;
    struct words *out;
    size_t most;   /* capacity of `out`, in words */
    char *letters; /* the address at which the letters of the next word are written */
    int32_t points[WORD_POINTS_MAX];
    size_t count;
    struct word word;
};

/* Writes a code point as UTF-8. Returns the address after its last byte. */
static char *encode_point(char *out, int32_t point)
{
    if (point >= 0x80)
        return out + text_encode(point, out);
    *out = (char)point;
    return out + 1;
}

/* Replaces Kazakh letters by Russian ones in place: both have two bytes. */
static void fold_kazakh_letters(char *letters, const char *end)
{
    for (; letters < end; letters++) {
        const unsigned char lead = (unsigned char)*letters;
        if (lead != 0xd1 && lead != 0xd2 && lead != 0xd3)
            continue;
        int32_t point;
        if (text_decode((struct slice){letters, (size_t)(end - letters)}, 0, &point) == 2)
            text_encode(letter_fold_kazakh(point), letters);
    }
}

/* Returns the stem of the word between `letters` and `end`, which consists of small letters. The
 * stem is written at `end`; if there is none, the word is returned. */
static struct slice stem_word(struct tokenizer *tokenizer, const char *letters, char *end,
                              bool is_russian)
{
    struct sb_stemmer *stemmer =
        is_russian ? tokenizer->reader->russian : tokenizer->reader->english;
    const sb_symbol *stem =
        sb_stemmer_stem(stemmer, (const sb_symbol *)letters, (int)(end - letters));
    const size_t len = stem != NULL ? (size_t)sb_stemmer_length(stemmer) : 0;

    if (len == 0 || len > (size_t)(end - letters))
        return (struct slice){letters, (size_t)(end - letters)};
    memcpy(end, stem, len);
    return (struct slice){end, len};
}

static void complete_word(struct tokenizer *tokenizer)
{
    struct word *word = &tokenizer->word;
    char *const letters = tokenizer->letters;
    char *end = letters;
    bool digit = false, russian = false;

    if (tokenizer->count == 0)
        return;
    letters_correct_alphabet(tokenizer->points, tokenizer->count);
    for (size_t i = 0; i < tokenizer->count; i++) {
        const int32_t small = text_to_lower(tokenizer->points[i]);
        russian |= letter_is_russian(small);
        digit |= small < 0x80 ? small <= '9' : text_is_number(small);
        end = encode_point(end, small);
    }
    tokenizer->count = 0;
    word->text = (struct slice){letters, (size_t)(end - letters)};
    word->stem = digit ? word->text : stem_word(tokenizer, letters, end, russian);
    if (word->stem.at == end)
        end += word->stem.len;
    fold_kazakh_letters(letters, end);
    word->term = digit ? (struct slice){letters, slice_prefix_len(word->text, TERM_BYTES_MAX)}
                       : (struct slice){word->stem.at, text_first_len(word->stem, TERM_POINTS)};
    tokenizer->letters = end;
    tokenizer->out->list[tokenizer->out->count++] = *word;
}

/* Reads a number with separators at `at`, and adds its digits as one word. Returns the number's
 * length in bytes; 0: there is no such number. */
static size_t read_separated_number(struct tokenizer *tokenizer, struct slice text, size_t at,
                                    uint32_t point)
{
    struct number number;

    if (!number_read_phone_or_grouped_at(text, at, &number))
        return 0;
    tokenizer->word = (struct word){
        .begin = point,
        .byte_begin = (uint32_t)at,
        .end = point + (uint32_t)text_length((struct slice){text.at + at, number.len}),
        .byte_end = (uint32_t)(at + number.len),
    };
    for (size_t i = 0; i < number.count; i++)
        tokenizer->points[i] = (unsigned char)number.digits[i];
    tokenizer->count = number.count;
    complete_word(tokenizer);
    return number.len;
}

/* "Ё" becomes "Е". "İ" and the Kelvin sign become the small letters "i" and "k". */
static int32_t normalise_letter(int32_t letter)
{
    if (letter == 0x401 || letter == 0x451)     /* Ё ё */
        return letter == 0x401 ? 0x415 : 0x435; /* Е е */
    const int32_t small = letter >= 0x80 ? text_to_lower(letter) : letter;
    return small < 0x80 ? small : letter;
}

/* Whether the text between the last complete word and `at` is one hyphen. */
static bool is_after_hyphen(const struct tokenizer *tokenizer, struct slice text, size_t at)
{
    const struct words *words = tokenizer->out;

    if (words->count == 0)
        return false;
    const size_t end = words->list[words->count - 1].byte_end;
    return letter_is_hyphen((struct slice){text.at + end, at - end});
}

static void add_letter(struct tokenizer *tokenizer, struct slice text, size_t at, int32_t letter,
                       uint32_t point)
{
    if (tokenizer->count == 0) {
        tokenizer->word.begin = point;
        tokenizer->word.byte_begin = (uint32_t)at;
        tokenizer->word.after_hyphen = is_after_hyphen(tokenizer, text, at);
    }
    if (tokenizer->count < WORD_POINTS_MAX)
        tokenizer->points[tokenizer->count++] = normalise_letter(letter);
}

static void read_text(struct tokenizer *tokenizer, struct slice text)
{
    uint32_t point = 0;
    int32_t letter;

    for (size_t at = 0; at < text.len && tokenizer->out->count < tokenizer->most;) {
        size_t len = tokenizer->count == 0 ? read_separated_number(tokenizer, text, at, point) : 0;
        if (len > 0) {
            point = tokenizer->word.end;
            at += len;
            continue;
        }
        len = text_decode_composed(text, at, &letter);
        /* The code points of the letter and its combining marks; an invalid byte counts as one. */
        const size_t more = len > 1 ? text_length((struct slice){text.at + at, len}) : 1;
        if (letter_is_letter_or_digit(letter)) {
            add_letter(tokenizer, text, at, letter, point);
            tokenizer->word.end = point + (uint32_t)more;
            tokenizer->word.byte_end = (uint32_t)(at + len);
        } else if (tokenizer->count > 0 && !letter_is_ignored_in_word(letter)) {
            complete_word(tokenizer);
        }
        at += len;
        point += (uint32_t)more;
    }
    if (tokenizer->out->count < tokenizer->most)
        complete_word(tokenizer);
}

bool words_read(struct word_reader *reader, struct slice text, struct arena *arena,
                struct words *out, struct fault *fault)
{
    struct words words = {0};
    const struct slice read = {text.at, slice_prefix_len(text, WORDS_BYTES_MAX)};
    const size_t likely = read.len / 2 + 1;
    struct tokenizer tokenizer = {
        .reader = reader,
        .out = &words,
        .most = likely < WORDS_MAX ? likely : WORDS_MAX,
    };

    words.list = arena_alloc(arena, tokenizer.most * sizeof *words.list);
    /* Room for words and stems: a small letter may need more bytes than the capital, and a stem is
     * no longer than its word. */
    tokenizer.letters = arena_alloc(arena, 6 * read.len + 8);
    if (words.list == NULL || tokenizer.letters == NULL)
        return arena_fault(fault);
    read_text(&tokenizer, read);
    *out = words;
    return true;
}

/* Terms consist of letters and digits only, so quotes without escapes suffice. */
bool words_write_tsvector(const struct words *words, const char *label, struct arena *arena,
                          struct slice *out, struct fault *fault)
{
    struct buf terms = BUF(words->count * (TERM_BYTES_MAX + 3 + strlen(label)) + 1);

    for (size_t i = 0; i < words->count; i++) {
        buf_char(&terms, '\'');
        buf_slice(&terms, words->list[i].term);
        buf_char(&terms, '\'');
        buf_text(&terms, label);
        buf_char(&terms, ' ');
    }
    const bool ok = buf_keep(&terms, arena, out, fault);
    buf_finish(&terms);
    return ok;
}
