// SPDX-License-Identifier: MIT
#include "vectors/hash_embedder.h"

#include <math.h>

#include "words/grams.h"

enum { SHORTEST = 3, LONGEST = 5 };

/* The upper bits of a hash choose the dimension, a bit that depends on all of them the sign, so
 * that what meets by chance in a dimension mostly cancels out. */
static void count_feature(uint32_t hash, size_t dimensions, float *out)
{
    const size_t at = (size_t)((uint64_t)hash * dimensions >> 32);

    out[at] += hash * UINT32_C(0x9e3779b1) >> 31 != 0 ? 1 : -1; /* 2^32 / golden ratio */
}

static void count_word(struct slice word, size_t dimensions, float *out)
{
    int32_t points[GRAM_WORD_POINTS_MAX];
    const size_t count = gram_points(word, points);

    for (size_t size = SHORTEST; size <= LONGEST; size++)
        for (size_t at = 0; at + size <= count; at++)
            count_feature(gram_hash(points + at, size), dimensions, out);
    if (count > LONGEST) /* else it was among them */
        count_feature(gram_hash(points, count), dimensions, out);
}

/* Counts are whole numbers, so that nothing is rounded before the root. */
static void set_length(float *out, size_t dimensions)
{
    double sum = 0;

    for (size_t i = 0; i < dimensions; i++)
        sum += (double)out[i] * (double)out[i];
    for (size_t i = 0; i < dimensions && sum > 0; i++)
        out[i] = (float)((double)out[i] / sqrt(sum));
}

bool hash_embedder_read(struct word_reader *reader, struct slice text, struct arena *arena,
                        size_t dimensions, float *out, struct fault *fault)
{
    struct words words;

    if (!words_read(reader, text, arena, &words, fault))
        return false;
    memset(out, 0, dimensions * sizeof *out);
    for (size_t i = 0; i < words.count; i++)
        count_word(words.list[i].text, dimensions, out);
    set_length(out, dimensions);
    return true;
}
