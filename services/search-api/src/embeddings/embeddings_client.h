// SPDX-License-Identifier: MIT
/* A client of an OpenAI-compatible endpoint (POST /v1/embeddings).
 *
 * The client detects what the endpoint supports and remembers it until its end: base64 or lists of
 * numbers, whether a model accepts `dimensions`, and how many texts a request may have. A
 * request refused because of one text is repeated in halves until that text is alone; a text that
 * is too long is halved until it fits, and its vector is marked as truncated. In a job with a probe
 * any failure may be due to one text, and a late answer also to the number of texts: the request is
 * divided too, and further requests have fewer texts until answers are in time again.
 *
 * Busy answers (408, 429, 502, 503, 504) and lost connections are retried with jitter, not before
 * Retry-After. Requests pause for ten minutes after an exhausted quota, for one minute after a
 * refused key or model, and for the whole Retry-After if a call cannot wait so long. The circuit
 * breaker is that of http/client.h. search_embeddings_calls_total counts outcomes. Neither bodies
 * nor messages of the endpoint are logged.
 */
#pragma once

#include "config.h"

enum {
    EMBEDDINGS_CALLS_MAX = 8,      /* concurrent calls */
    EMBEDDINGS_REQUEST_TEXTS = 32, /* texts of a request unless refused; TEI's default limit */
    EMBEDDINGS_TRIES = 3
};

struct embeddings_client;
/* Makes a client in the caller's memory. `service` and `config` are borrowed until
 * embeddings_client_finish(). */
void embeddings_client_init(struct embeddings_client *client, const struct service *service,
                            const struct search_config *config);
void embeddings_client_finish(struct embeddings_client *client); /* no call may be running */

struct embeddings_job {
    const char *model;
    int64_t dimensions;        /* requested dimensions; 0: none, so the model decides */
    struct slice prefix;       /* put before each text: e5 needs "query: " or "passage: " */
    const struct slice *texts; /* not blank */
    size_t count;
    int64_t timeout_ms; /* limit of one attempt; the call ends with the fiber's deadline */
    unsigned tries;     /* 1 to EMBEDDINGS_TRIES */
    int64_t until_ns;   /* no attempt ends later; 0: there is no such limit */
    bool no_pause;      /* a refusal does not pause other calls: it may concern the model or text */
    bool with_probe;    /* the first text is a probe, which the endpoint accepts if it works. A text
                         * that fails alone while the probe succeeds is refused. Late answers are
                         * expected, so the circuit breaker, which queries use, is bypassed */
};

struct embedding {
    const float *vector; /* has length 1; NULL: not made */
    bool truncated;      /* only the beginning of the text was used */
    bool refused;        /* the endpoint refuses the text, also alone */
};

struct embeddings {
    struct embedding *list; /* one per text; in the arena */
    size_t dimensions;      /* numbers in a vector; 0: no vector was made */
    int64_t tokens;         /* reported by the endpoint */
    size_t made;            /* number of vectors */
};

/* Requests the vectors of a job. Must run in a fiber. True: each text has a vector or is refused.
 * False: `out` has the vectors made before the fault, and the other texts have no result.
 * FAULT_UNAVAILABLE: codes of embeddings_policies, those of http_client_call(), "overloaded"
 * (EMBEDDINGS_CALLS_MAX), "out_of_memory", and those of embeddings_answer_read(); FAULT_TIMEOUT. */
bool embeddings_embed_texts(struct embeddings_client *client, const struct embeddings_job *job,
                            struct arena *arena, struct embeddings *out,
                            struct fault *fault) MUST_CHECK;

/* How many texts the client sends in one request, at most; lower once the endpoint has refused so
 * many, or while it does not answer so many in time. */
size_t embeddings_client_request_texts_max(const struct embeddings_client *client);
