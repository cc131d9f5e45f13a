// SPDX-License-Identifier: MIT
#include "embeddings/embeddable.h"

enum { WORDS_MIN = 2, BYTES_A_TOKEN = 4 };

bool embeddable_allows(struct slice text, int64_t words)
{
    return words >= WORDS_MIN && !slice_starts(text, SLICE("/"));
}

int64_t embeddable_estimate_tokens(struct slice text)
{
    return (int64_t)text.len / BYTES_A_TOKEN + 1;
}
