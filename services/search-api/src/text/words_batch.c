// SPDX-License-Identifier: MIT
#include "text/words_batch.h"

#include <assert.h>
#include <stdlib.h>

#include "jobs/job.h"

enum { ROOM = 72 * WORDS_BATCH_BYTES_MAX + WORDS_BATCH_TEXTS_MAX * 128 };

struct entry {
    struct slice text;
    struct words words;
};

struct words_batch {
    struct arena arena; /* texts and words */
    struct fault fault;
    bool failed;
    size_t count;
    struct entry entries[];
};

void words_batch_destroy(struct words_batch *words_batch)
{
    if (words_batch == NULL)
        return;
    arena_finish(&words_batch->arena);
    free(words_batch);
}

struct words_batch *words_batch_create(const struct slice *texts, size_t count, struct fault *fault)
{
    assert(count <= WORDS_BATCH_TEXTS_MAX);
    struct words_batch *words_batch =
        fault_calloc(sizeof *words_batch + count * sizeof words_batch->entries[0], "texts", fault);

    if (words_batch == NULL)
        return NULL;
    arena_init(&words_batch->arena, ROOM);
    words_batch->count = count;
    for (size_t i = 0; i < count; i++) {
        words_batch->entries[i].text = arena_copy(&words_batch->arena, texts[i]);
        if (words_batch->entries[i].text.at == NULL) {
            words_batch_destroy(words_batch);
            arena_fault(fault);
            return NULL;
        }
    }
    return words_batch;
}

static void run(void *data)
{
    struct words_batch *words_batch = data;
    struct word_reader *reader = word_reader_create(&words_batch->fault);

    words_batch->failed = reader == NULL;
    for (size_t i = 0; !words_batch->failed && i < words_batch->count; i++) {
        struct entry *entry = &words_batch->entries[i];
        words_batch->failed = !words_read(reader, entry->text, &words_batch->arena, &entry->words,
                                          &words_batch->fault);
    }
    word_reader_destroy(reader);
}

static void drop(void *data)
{
    words_batch_destroy(data);
}

bool words_batch_run(struct words_batch *words_batch, struct work *work, struct fault *fault)
{
    if (!job_run(work, run, words_batch, drop, fault))
        return false;
    if (!words_batch->failed)
        return true;
    *fault = words_batch->fault;
    words_batch_destroy(words_batch);
    return false;
}

const struct words *words_batch_words(const struct words_batch *words_batch, size_t index)
{
    assert(index < words_batch->count);
    return &words_batch->entries[index].words;
}
