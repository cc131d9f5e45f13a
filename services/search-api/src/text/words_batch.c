// SPDX-License-Identifier: MIT
#include "text/words_batch.h"

#include <assert.h>
#include <stdlib.h>

#include "jobs/job.h"

/* Bytes of the arena of a batch. */
enum { ROOM = 72 * WORDS_BATCH_BYTES_MAX + WORDS_BATCH_TEXTS_MAX * 128 };

struct entry {
    struct slice text;
    struct words words;
};

struct words_batch {
    struct arena arena; /* texts and words */
    bool full;          /* a text did not fit into the arena */
    size_t count;
    struct entry entries[];
};

void words_batch_destroy(struct words_batch *batch)
{
    if (batch == NULL)
        return;
    arena_finish(&batch->arena);
    free(batch);
}

struct words_batch *words_batch_create(size_t texts_max, struct fault *fault)
{
    assert(texts_max <= WORDS_BATCH_TEXTS_MAX);
    struct words_batch *batch =
        fault_calloc(sizeof *batch + texts_max * sizeof batch->entries[0], "texts", fault);

    if (batch != NULL)
        arena_init(&batch->arena, ROOM);
    return batch;
}

void words_batch_add(struct words_batch *batch, struct slice text)
{
    const struct slice copy = arena_copy(&batch->arena, text);

    batch->entries[batch->count++].text = copy;
    batch->full |= copy.at == NULL;
}

static bool read_words_of_batch(void *data, struct fault *fault)
{
    struct words_batch *batch = data;
    struct word_reader *reader = word_reader_create(fault);
    bool ok = reader != NULL && (!batch->full || arena_fault(fault));

    for (size_t i = 0; ok && i < batch->count; i++) {
        struct entry *entry = &batch->entries[i];
        ok = words_read(reader, entry->text, &batch->arena, &entry->words, fault);
    }
    word_reader_destroy(reader);
    return ok;
}

static void drop_batch(void *data)
{
    words_batch_destroy(data);
}

bool words_batch_read_in_thread(struct words_batch *batch, struct work *work, struct fault *fault)
{
    return job_run(work, read_words_of_batch, batch, drop_batch, fault);
}

const struct words *words_batch_words_of(const struct words_batch *batch, size_t index)
{
    assert(index < batch->count);
    return &batch->entries[index].words;
}
