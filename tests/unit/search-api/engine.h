// SPDX-License-Identifier: MIT
/* A lexicon of a few documents, with what queries need. */
#pragma once

#include "lexicon/lexicon.h"
#include "support/scratch.h"
#include "text/grams.h"

static struct word_reader *reader;
static struct lexicon *lexicon;

static inline void engine_setup(void)
{
    reader = word_reader_create(&fault);
    lexicon = lexicon_create(&fault);
    ck_assert(reader != NULL && lexicon != NULL);
}

static inline void engine_teardown(void)
{
    lexicon_destroy(lexicon);
    word_reader_destroy(reader);
}

static inline struct words engine_words(const char *text)
{
    struct words words;

    ck_assert(words_read(reader, slice_of(text), &arena, &words, &fault));
    return words;
}

static inline void engine_count(struct lexicon *into, const struct words *words)
{
    size_t from = 0;

    lexicon_begin_document(into);
    ck_assert(lexicon_count_words(into, words, &from, words->count, &fault));
}

static inline void engine_add(const char *text)
{
    const struct words words = engine_words(text);

    engine_count(lexicon, &words);
}

/* Of the word's first 4-gram. */
static inline uint32_t engine_gram_df(const struct lexicon *of, const char *word)
{
    uint32_t grams[GRAMS_OF_WORD_MAX];

    grams_hash_word(slice_of(word), grams);
    return lexicon_gram_df(of, grams[0]);
}
