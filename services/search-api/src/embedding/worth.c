// SPDX-License-Identifier: MIT
#include "embedding/worth.h"

enum { WORDS_MIN = 2, BYTES_A_TOKEN = 4 };

bool worth_a_vector(struct slice text, int64_t words)
{
    return words >= WORDS_MIN && !slice_starts(text, SLICE("/"));
}

int64_t worth_tokens(struct slice text)
{
    return (int64_t)text.len / BYTES_A_TOKEN + 1;
}
