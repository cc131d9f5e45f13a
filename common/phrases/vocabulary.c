// SPDX-License-Identifier: MIT
/* Builds the vocabulary from the caller's places and the tables in words_*.c. */
#include "phrases/places.h"

static void add_table(struct phrase_words *words, const struct word_table *table)
{
    for (size_t i = 0; i < table->count; i++)
        words_add(words, table->rows[i].kind, table->rows[i].value,
                  slice_of(table->rows[i].expressions));
}

const struct phrase_words *phrase_words_create(struct arena *arena,
                                               const struct phrase_places *places)
{
    static const struct word_table *const tables[] = {
        &word_noise, &word_places,      &word_amenities, &word_people,
        &word_money, &word_connectives, &word_times,     &word_numbers,
    };
    struct phrase_words *words = words_create(arena, places);

    if (words == NULL)
        return NULL;
    places_add(words, places, arena);
    for (size_t i = 0; i < ARRAY_LEN(tables); i++)
        add_table(words, tables[i]);
    return words;
}
