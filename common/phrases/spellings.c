// SPDX-License-Identifier: MIT
#include "phrases/spellings.h"

#include "base/buf.h"
#include "base/text.h"

#include "phrases/words.h"

enum { NAME_BYTES = 256, FIRST_CYRILLIC = 0x430 };

static bool is_word(const struct letters *word, const char *text)
{
    int32_t first;

    /* Most words differ in the first letter, and a vocabulary has thousands of names. */
    if (text_decode(slice_of(text), 0, &first) == 0 || word->len == 0 ||
        letter_of(first) != word->at[0])
        return false;
    const struct letters letters = letters_of(slice_of(text));
    return letters_equal(word, &letters);
}

static struct letters word_in_cyrillic(struct slice text)
{
    const struct letters word = letters_of(text);

    for (size_t i = 0; i < word_sound_count; i++)
        if (is_word(&word, word_sounds[i].english))
            return letters_of(slice_of(word_sounds[i].russian));
    return letters_are_latin(&word) ? letters_to_cyrillic(&word) : word;
}

static void append_letters(const struct letters *word, struct buf *out)
{
    char bytes[4];

    for (size_t i = 0; i < word->len; i++) {
        const uint8_t letter = word->at[i];
        const bool cyrillic = letter >= LETTER_A && letter < LETTER_OTHER;
        buf_append(out, bytes,
                   text_encode(cyrillic ? FIRST_CYRILLIC + letter - LETTER_A : letter, bytes));
    }
}

struct slice spelling_in_cyrillic(struct slice name, struct arena *arena)
{
    char room[NAME_BYTES];
    struct buf out = buf_over(room, sizeof room);

    while (name.at != NULL) {
        const struct letters word = word_in_cyrillic(slice_cut(&name, ' '));
        if (out.len > 0)
            buf_char(&out, ' ');
        append_letters(&word, &out);
    }
    return out.failed ? SLICE_NONE : arena_copy(arena, buf_as_slice(&out));
}

struct slice spelling_in_english(struct slice name, struct arena *arena)
{
    char room[NAME_BYTES];
    struct buf out = buf_over(room, sizeof room);
    bool found = false;

    while (name.at != NULL) {
        const struct slice text = slice_cut(&name, ' ');
        const struct letters word = letters_of(text);
        const char *english = NULL;
        for (size_t i = 0; english == NULL && i < word_sound_count; i++)
            english = is_word(&word, word_sounds[i].russian) ? word_sounds[i].english : NULL;
        if (out.len > 0)
            buf_char(&out, ' ');
        if (english != NULL)
            buf_text(&out, english);
        else
            buf_slice(&out, text);
        found |= english != NULL;
    }
    return out.failed || !found ? SLICE_NONE : arena_copy(arena, buf_as_slice(&out));
}

bool spelling_is_latin(struct slice name)
{
    while (name.at != NULL) {
        const struct letters word = letters_of(slice_cut(&name, ' '));
        if (letters_are_latin(&word))
            return true;
    }
    return false;
}
