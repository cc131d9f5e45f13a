// SPDX-License-Identifier: MIT
#include "embeddings/embeddings_batch.h"

#include <stdlib.h>

struct entry {
    size_t len;
    size_t index;
};

static int by_length(const void *a, const void *b)
{
    const struct entry *one = a, *other = b;

    if (one->len != other->len)
        return one->len < other->len ? -1 : 1;
    return one->index < other->index ? -1 : one->index > other->index;
}

bool embeddings_batch_plan(const struct slice *texts, size_t count,
                           const struct embeddings_batch_limits *limits, struct arena *arena,
                           struct embeddings_batches *out, struct fault *fault)
{
    struct entry *entries = arena_alloc(arena, (count + 1) * sizeof *entries);
    struct embeddings_batches made = {
        .order = arena_alloc(arena, (count + 1) * sizeof *made.order),
        .list = arena_alloc(arena, (count + 1) * sizeof *made.list),
    };
    size_t bytes = 0;

    if (entries == NULL || made.order == NULL || made.list == NULL)
        return arena_fault(fault);
    for (size_t i = 0; i < count; i++)
        entries[i] = (struct entry){texts[i].len, i};
    qsort(entries, count, sizeof *entries, by_length);
    for (size_t i = 0; i < count; i++) {
        const struct embeddings_batch *last = made.count > 0 ? &made.list[made.count - 1] : NULL;
        if (last == NULL || last->count >= limits->texts ||
            bytes + entries[i].len > limits->bytes) {
            made.list[made.count++] = (struct embeddings_batch){.first = i};
            bytes = 0;
        }
        made.list[made.count - 1].count++;
        made.order[i] = entries[i].index;
        bytes += entries[i].len;
    }
    *out = made;
    return true;
}

struct slice embeddings_first_half(struct slice text)
{
    struct slice half = {text.at, slice_prefix_len(text, text.len / 2)};

    while (half.len > 0 && strchr(" \t\r\n", half.at[half.len - 1]) != NULL)
        half.len--;
    return half.len >= EMBEDDINGS_FIRST_HALF_MIN ? half : SLICE_NONE;
}
