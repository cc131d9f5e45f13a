// SPDX-License-Identifier: MIT
#include "text/grams.h"

#include "base/text.h"

uint32_t grams_hash_points(const int32_t *points, size_t count)
{
    uint64_t hash = count;

    for (size_t i = 0; i < count; i++) {
        hash =
            (hash ^ (uint64_t)points[i]) * UINT64_C(0x9e3779b97f4a7c15); /* 2^64 / golden ratio */
        hash ^= hash >> 29;
    }
    return (uint32_t)(hash >> 32);
}

/* The code points of a word with a blank on both sides. Returns their number. */
static size_t decode_padded_word(struct slice word, int32_t out[GRAM_WORD_POINTS_MAX])
{
    size_t count = 1;

    out[0] = ' ';
    for (size_t at = 0, len; at < word.len && count <= WORD_POINTS_MAX; at += len) {
        len = text_decode(word, at, &out[count]);
        if (len == 0)
            break;
        count++;
    }
    out[count++] = ' ';
    return count;
}

size_t grams_hash_word(struct slice word, uint32_t out[GRAMS_OF_WORD_MAX])
{
    int32_t points[GRAM_WORD_POINTS_MAX];
    const size_t count = decode_padded_word(word, points);

    if (count < GRAM_POINTS) {
        out[0] = grams_hash_points(points, count);
        return 1;
    }
    for (size_t i = 0; i + GRAM_POINTS <= count; i++)
        out[i] = grams_hash_points(points + i, GRAM_POINTS);
    return count - GRAM_POINTS + 1;
}
