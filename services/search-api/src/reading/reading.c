// SPDX-License-Identifier: MIT
#include "reading/reading.h"

#include <assert.h>
#include <stdlib.h>

#include "jobs/job.h"

enum { ROOM = 72 * READING_BYTES_MAX + READING_TEXTS_MAX * 128 };

struct entry {
    struct slice text;
    struct words words;
};

struct reading {
    struct arena arena; /* texts and words */
    struct fault fault;
    bool failed;
    size_t count;
    struct entry entries[];
};

void reading_destroy(struct reading *reading)
{
    if (reading == NULL)
        return;
    arena_finish(&reading->arena);
    free(reading);
}

struct reading *reading_create(const struct slice *texts, size_t count, struct fault *fault)
{
    assert(count <= READING_TEXTS_MAX);
    struct reading *reading =
        fault_calloc(sizeof *reading + count * sizeof reading->entries[0], "texts", fault);

    if (reading == NULL)
        return NULL;
    arena_init(&reading->arena, ROOM);
    reading->count = count;
    for (size_t i = 0; i < count; i++) {
        reading->entries[i].text = arena_copy(&reading->arena, texts[i]);
        if (reading->entries[i].text.at == NULL) {
            reading_destroy(reading);
            arena_fault(fault);
            return NULL;
        }
    }
    return reading;
}

static void run(void *data)
{
    struct reading *reading = data;
    struct word_reader *reader = word_reader_create(&reading->fault);

    reading->failed = reader == NULL;
    for (size_t i = 0; !reading->failed && i < reading->count; i++) {
        struct entry *entry = &reading->entries[i];
        reading->failed =
            !words_read(reader, entry->text, &reading->arena, &entry->words, &reading->fault);
    }
    word_reader_destroy(reader);
}

static void drop(void *data)
{
    reading_destroy(data);
}

bool reading_run(struct reading *reading, struct work *work, struct fault *fault)
{
    if (!job_run(work, run, reading, drop, fault))
        return false;
    if (!reading->failed)
        return true;
    *fault = reading->fault;
    reading_destroy(reading);
    return false;
}

const struct words *reading_words(const struct reading *reading, size_t index)
{
    assert(index < reading->count);
    return &reading->entries[index].words;
}
