// SPDX-License-Identifier: MIT
/* Any texts: words are in order, within the text and on character boundaries. Tokenising the words
 * again gives the same words, except for digits, because "+" changes a phone number. */
#include <stdlib.h>

#include "base/text.h"

#include "fuzz.h"
#include "text/grams.h"
#include "text/words.h"

static struct word_reader *reader;

static void check_word(struct slice text, bool valid, const struct word *word)
{
    uint32_t grams[GRAMS_OF_WORD_MAX];
    const size_t count = grams_hash_word(word->text, grams);

    PROMISE(count > 0 && count <= GRAMS_OF_WORD_MAX);
    PROMISE(word->text.len > 0 && word->stem.len > 0 && word->term.len > 0);
    PROMISE(text_is_utf8(word->text) && text_is_utf8(word->stem) && text_is_utf8(word->term));
    PROMISE(text_length(word->text) <= WORD_POINTS_MAX && word->term.len <= TERM_BYTES_MAX);
    PROMISE(word->byte_begin < word->byte_end && word->byte_end <= text.len);
    PROMISE(word->begin < word->end);
    if (!valid)
        return;
    PROMISE(text_is_utf8((struct slice){text.at, word->byte_begin}));
    PROMISE(text_is_utf8((struct slice){text.at, word->byte_end}));
    PROMISE(text_length((struct slice){text.at, word->byte_begin}) == word->begin);
    PROMISE(text_length((struct slice){text.at, word->byte_end}) == word->end);
}

static bool is_number(struct slice word)
{
    for (size_t i = 0; i < word.len; i++)
        if (word.at[i] < '0' || word.at[i] > '9')
            return false;
    return true;
}

/* The words, one per line. */
static struct slice joined(const struct words *words)
{
    size_t len = 0;

    for (size_t i = 0; i < words->count; i++)
        len += words->list[i].text.len + 1;
    char *text = arena_alloc(&arena, len + 1);
    PROMISE(text != NULL);
    len = 0;
    for (size_t i = 0; i < words->count; i++) {
        memcpy(text + len, words->list[i].text.at, words->list[i].text.len);
        len += words->list[i].text.len;
        text[len++] = '\n';
    }
    return (struct slice){text, len};
}

FUZZ(8 << 20)
{
    struct words once, twice;

    if (reader == NULL)
        reader = word_reader_create(&fault);
    PROMISE(reader != NULL);
    PROMISE(words_read(reader, input, &arena, &once, &fault));
    PROMISE(once.count <= WORDS_MAX && once.count <= input.len);
    for (size_t i = 0; i < once.count; i++) {
        check_word(input, text_is_utf8(input), &once.list[i]);
        PROMISE(i == 0 || once.list[i - 1].byte_end <= once.list[i].byte_begin);
        PROMISE(i == 0 || once.list[i - 1].end <= once.list[i].begin);
    }
    const struct slice again = joined(&once);
    PROMISE(words_read(reader, again, &arena, &twice, &fault));
    PROMISE(twice.count == once.count || again.len > WORDS_BYTES_MAX);
    for (size_t i = 0; i < twice.count; i++)
        PROMISE(is_number(once.list[i].text) || slice_equal(once.list[i].text, twice.list[i].text));
}
