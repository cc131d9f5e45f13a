// SPDX-License-Identifier: MIT
/* An OpenAI-compatible /v1/embeddings on the loopback with a scripted answer for each request. Its
 * vectors depend only on the text and the seed. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* The answer to a request; zeroed: vectors in the requested form. */
struct embeddings_says {
    int status;          /* 0: 200 with vectors */
    const char *body;    /* for another status, or instead of vectors */
    const char *headers; /* each with its line end */
    int ms;              /* delay of the answer */
    int dimensions;      /* 0: the requested ones, or EMBEDDINGS_SERVER_DIMENSIONS */
    int seed;            /* another seed is another model */
    int texts_max;       /* of a request; more get 422 */
    size_t bytes_max;    /* of a text; a longer one gets 500, as in llama.cpp */
    size_t body_max;     /* bytes of all texts; more get 413, as from a proxy */
    size_t late_above;   /* bytes of all texts; more get 504, as from a proxy */
    const char *cuts;    /* a request with this in a text gets no answer; "": every request */
    const char *knows;   /* the only model; another one gets 404 */
    const char *refuses; /* a text with this gets 400 */
    const char *forbids; /* likewise 403, as from a firewall */
    const char *fails;   /* likewise 424, as from TEI if its backend fails */
    const char *breaks;  /* likewise 500, without a message */
    bool lists;          /* numbers, whatever was requested */
    bool shuffled;       /* the last text first */
    bool fewer;          /* one vector less */
    bool nan;            /* in the first vector */
    bool no_base64;      /* a request for it gets 400 */
    bool no_dimensions;  /* likewise */
};

enum { EMBEDDINGS_SERVER_DIMENSIONS = 8, EMBEDDINGS_SAYS_MAX = 16 };

void embeddings_server_start(void);
void embeddings_server_stop(void); /* closes the port */
/* Sets the answers; the last one repeats. Resets the counts. */
void embeddings_server_says(const struct embeddings_says *says, size_t count);
const char *embeddings_server_url(void);

int embeddings_server_requests(void);
int embeddings_server_most(void);               /* texts in one request */
int embeddings_server_texts(void);              /* with a vector */
bool embeddings_server_heard(const char *text); /* in one of the requests, head or body */
/* Of length 1; room for EMBEDDINGS_SERVER_DIMENSIONS. */
void embeddings_server_vector(const char *text, int seed, float *out);
