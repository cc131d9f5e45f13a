// SPDX-License-Identifier: MIT
#include "embeddings/embeddings_read.h"

#include <stdlib.h>

#include "jobs/job.h"

struct embeddings_read {
    struct arena arena; /* the body and what is read from it */
    struct slice body;
    size_t count;
    struct embeddings_vectors vectors;
    struct fault fault;
    bool failed;
};

void embeddings_read_destroy(struct embeddings_read *read)
{
    if (read == NULL)
        return;
    arena_finish(&read->arena);
    free(read);
}

static void drop(void *data)
{
    embeddings_read_destroy(data);
}

static void run(void *data)
{
    struct embeddings_read *read = data;

    read->failed = !embeddings_answer_read(read->body, read->count, &read->arena, &read->vectors,
                                           &read->fault);
}

struct embeddings_read *embeddings_read_answer(struct work *work, struct slice body, size_t count,
                                               struct fault *fault)
{
    struct embeddings_read *read = fault_calloc(sizeof *read, "vectors", fault);

    if (read == NULL)
        return NULL;
    arena_init(&read->arena, EMBEDDINGS_ROOM + 2 * body.len + ARENA_FIRST_BLOCK);
    read->count = count;
    read->body = arena_copy(&read->arena, body);
    if (read->body.at == NULL) {
        embeddings_read_destroy(read);
        arena_fault(fault);
        return NULL;
    }
    if (!job_run(work, run, read, drop, fault))
        return NULL;
    if (!read->failed)
        return read;
    *fault = read->fault;
    fault->kind = FAULT_UNAVAILABLE;
    embeddings_read_destroy(read);
    return NULL;
}

const struct embeddings_vectors *embeddings_read_vectors(const struct embeddings_read *read)
{
    return &read->vectors;
}
