// SPDX-License-Identifier: MIT
#include "embeddings/embeddings_batch.h"

#include <stdlib.h>

#include "base/text.h"

struct entry {
    size_t len;
    size_t place;
};

static int by_length(const void *a, const void *b)
{
    const struct entry *one = a, *other = b;

    if (one->len != other->len)
        return one->len < other->len ? -1 : 1;
    return one->place < other->place ? -1 : one->place > other->place;
}

bool embeddings_plan_make(const struct slice *texts, size_t count,
                          const struct embeddings_limits *limits, struct arena *arena,
                          struct embeddings_plan *out, struct fault *fault)
{
    struct entry *entries = arena_alloc(arena, (count + 1) * sizeof *entries);
    struct embeddings_plan made = {
        .order = arena_alloc(arena, (count + 1) * sizeof *made.order),
        .parts = arena_alloc(arena, (count + 1) * sizeof *made.parts),
    };
    size_t bytes = 0;

    if (entries == NULL || made.order == NULL || made.parts == NULL)
        return arena_fault(fault);
    for (size_t i = 0; i < count; i++)
        entries[i] = (struct entry){texts[i].len, i};
    qsort(entries, count, sizeof *entries, by_length);
    for (size_t i = 0; i < count; i++) {
        const struct embeddings_part *last = made.count > 0 ? &made.parts[made.count - 1] : NULL;
        if (last == NULL || last->count >= limits->texts ||
            bytes + entries[i].len > limits->bytes) {
            made.parts[made.count++] = (struct embeddings_part){.first = i};
            bytes = 0;
        }
        made.parts[made.count - 1].count++;
        made.order[i] = entries[i].place;
        bytes += entries[i].len;
    }
    *out = made;
    return true;
}

struct slice embeddings_half(struct slice text)
{
    struct slice half = {text.at, text_cut(text, text.len / 2)};

    while (half.len > 0 && strchr(" \t\r\n", half.at[half.len - 1]) != NULL)
        half.len--;
    return half.len >= EMBEDDINGS_HALF_MIN ? half : (struct slice){NULL, 0};
}
