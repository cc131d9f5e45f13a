// SPDX-License-Identifier: MIT
/* Requests and answers of POST /v1/embeddings (OpenAI API reference, "Create embeddings"; Ollama,
 * the server of llama.cpp, text-embeddings-inference and vLLM have the same). */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"

enum {
    EMBEDDINGS_TOKENS_MAX = 100000000, /* of a request */
    EMBEDDINGS_TEXTS_MAX = 64,         /* of a request */
    EMBEDDINGS_DIMENSIONS_MAX = 4096
};

struct embeddings_request {
    const char *model;
    const struct slice *texts; /* none of them is blank: OpenAI refuses such a request */
    size_t count;
    int64_t dimensions; /* 0: as many as the model has */
    bool base64;        /* the answer is a quarter as long; the other form is lists of numbers */
};
void embeddings_request_write(const struct embeddings_request *request, struct buf *out);

struct embeddings_vectors {
    float *values; /* `dimensions` of each text, in the order of the texts; each vector's length
                      is 1 */
    size_t dimensions;
    int64_t tokens; /* of all texts; FIELD_ABSENT: not told, or more than a request can have */
};

/* Reads either form, in any order of the indexes. `body` must live as long as the call alone. The
 * arena needs room for EMBEDDINGS_ROOM and for the body.
 * FAULT_UNREADABLE "bad_json"; "embeddings_count": not `count` vectors, each of another text;
 * "embeddings_vector": not numbers, or all of them 0, or too many; "embeddings_dimensions": vectors
 * of different length. */
enum { EMBEDDINGS_ROOM = 6 * EMBEDDINGS_TEXTS_MAX * EMBEDDINGS_DIMENSIONS_MAX * 8 };
bool embeddings_answer_read(struct slice body, size_t count, struct arena *arena,
                            struct embeddings_vectors *out, struct fault *fault) MUST_CHECK;

/* What an answer that is none says of the reason: {"error": {...}}, the same without "error", or
 * nothing that can be read, then all is absent. In the arena or borrowed from `body`. */
struct embeddings_reason {
    struct slice message;
    struct slice code;
    struct slice type;
};
void embeddings_reason_read(struct slice body, struct arena *arena, struct embeddings_reason *out);
