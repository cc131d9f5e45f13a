// SPDX-License-Identifier: MIT
/* Asks an OpenAI-compatible endpoint (POST /v1/embeddings) for the vectors of texts.
 *
 * It learns what the endpoint takes and remembers it while it lives: base64 or lists of numbers,
 * whether a model may be asked for dimensions, how many texts go into one request. A request that
 * is refused for one of its texts is made again in halves, until that text stands alone; a text
 * that is too long is cut in half until it is not, and marked.
 *
 * Busy answers (408, 429, 502, 503, 504) and lost connections are tried again with jitter, not
 * before Retry-After. After a used-up quota nothing is asked for ten minutes, after a refused key
 * or model for one, after a Retry-After that is too long to wait for as long as it says. The
 * circuit breaker is that of http/client.h. search_embeddings_calls_total counts by outcome. Bodies
 * are never logged, and no text of the endpoint is. */
#pragma once

#include "base/arena.h"
#include "base/fault.h"
#include "http/client.h"
#include "loop/work.h"

#include "embeddings/embeddings_json.h"

enum {
    EMBEDDINGS_CALLS_MAX = 8, /* under way at once */
    EMBEDDINGS_AT_ONCE = 32,  /* texts in a request at first: what TEI takes by default */
    EMBEDDINGS_BYTES_MAX = 64 * 1024,
    EMBEDDINGS_TRIES = 3
};

/* Borrowed for the client's life. */
struct embeddings_options {
    struct loop *loop;
    struct work *work;
    struct http_client *http;
    const char *url; /* "https://host/v1", without a '/' at its end */
    const char *key; /* "": none is sent */
};

struct embeddings_client;
/* Returns new. */
struct embeddings_client *embeddings_client_create(const struct embeddings_options *options,
                                                   struct fault *fault) MUST_CHECK;
void embeddings_client_destroy(struct embeddings_client *client); /* takes NULL; no call is on */

struct embeddings_ask {
    const char *model;
    int64_t dimensions;        /* 0: the model's own */
    struct slice prefix;       /* before each text: e5 wants "query: " or "passage: " */
    const struct slice *texts; /* not blank */
    size_t count;
    int64_t timeout_ms; /* of one try of a request; all of it ends with the fiber's deadline */
    unsigned tries;     /* 1 to EMBEDDINGS_TRIES */
    bool no_pause;      /* a refusal concerns this ask alone: for a model that may be gone */
};

struct embedding {
    const float *vector; /* its length is 1; NULL: not made */
    bool truncated;      /* it is of the beginning of the text */
    bool refused;        /* the endpoint takes every other text of the request, or none */
};

struct embeddings {
    struct embedding *list; /* of each text; in the arena */
    size_t dimensions;      /* 0: none was made */
    int64_t tokens;         /* that the endpoint told of */
    size_t made;
};

/* In a fiber. True: each text has a vector or is refused. False: `out` has what was made before,
 * and nothing is said of the others. FAULT_UNAVAILABLE: codes of embeddings_policies, those of
 * http_client_call(), "overloaded" (EMBEDDINGS_CALLS_MAX), "out_of_memory", and what
 * embeddings_answer_read() found wrong; FAULT_TIMEOUT. */
bool embeddings_make(struct embeddings_client *client, const struct embeddings_ask *ask,
                     struct arena *arena, struct embeddings *out, struct fault *fault) MUST_CHECK;

/* How many texts go into one request. */
size_t embeddings_at_once(const struct embeddings_client *client);
