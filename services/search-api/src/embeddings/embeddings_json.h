// SPDX-License-Identifier: MIT
/* Requests and answers of POST /v1/embeddings (OpenAI API reference, "Create embeddings"), which
 * Ollama, llama.cpp's server, text-embeddings-inference and vLLM also serve. */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"

enum {
    EMBEDDINGS_TOKENS_MAX = 100000000, /* tokens of a request */
    EMBEDDINGS_TEXTS_MAX = 64,         /* texts of a request */
    EMBEDDINGS_DIMENSIONS_MAX = 4096
};

struct embeddings_request {
    const char *model;
    const struct slice *texts; /* not blank: OpenAI refuses blank texts */
    size_t count;
    int64_t dimensions; /* requested dimensions; 0: none, so the model decides */
    bool base64;        /* four times shorter answers; false: lists of numbers */
};
void embeddings_request_write(const struct embeddings_request *request, struct buf *out);

struct embeddings_vectors {
    float *values; /* `dimensions` per text, in the order of the texts; each vector has length 1 */
    size_t dimensions;
    int64_t tokens; /* used by all texts; FIELD_ABSENT: not reported, or impossibly many */
};

enum { EMBEDDINGS_ROOM = 6 * EMBEDDINGS_TEXTS_MAX * EMBEDDINGS_DIMENSIONS_MAX * 8 };
/* Reads an answer with vectors as base64 or as lists of numbers, with indexes in any order. `body`
 * is borrowed during the call. The arena needs EMBEDDINGS_ROOM bytes and space for the body.
 * FAULT_UNREADABLE "bad_json"; "embeddings_count": not `count` vectors of distinct texts;
 * "embeddings_vector": a vector has no numbers, only 0, or too many numbers;
 * "embeddings_dimensions": the vectors have different lengths. */
bool embeddings_answer_read(struct slice body, size_t count, struct arena *arena,
                            struct embeddings_vectors *out, struct fault *fault) MUST_CHECK;

/* The reason in an unsuccessful answer: {"error": {...}}, or the members of "error" alone. If the
 * answer has neither form, all members are absent. In the arena. */
struct embeddings_reason {
    struct slice message;
    struct slice code;
    struct slice type;
};
void embeddings_error_reason_read(struct slice body, struct arena *arena,
                                  struct embeddings_reason *out);
