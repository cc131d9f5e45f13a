// SPDX-License-Identifier: MIT
/* An OpenAI-compatible /v1/embeddings on loopback with scripted answers. Its vectors follow from
 * the text and the seed alone. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* How a request ends; zeroed: its vectors in the form that was asked for. */
struct embeddings_says {
    int status;          /* 0: 200 with vectors */
    const char *body;    /* of another status, or in place of vectors */
    const char *headers; /* each with its line end */
    int ms;              /* the answer is so late */
    int dimensions;      /* 0: those that are asked for, else EMBEDDINGS_SERVER_DIMENSIONS */
    int seed;            /* another one is another model */
    int texts_max;       /* of a request; more are 422 */
    size_t bytes_max;    /* of a text; a longer one is 500, as llama.cpp says it */
    const char *cuts;    /* a request with this in a text has no answer, "" every one */
    const char *knows;   /* the one model; another one is 404 */
    const char *refuses; /* a text with this in it is 400 */
    const char *breaks;  /* likewise 500, and says no more */
    bool lists;          /* numbers, whatever is asked for */
    bool shuffled;       /* the last text first */
    bool fewer;          /* but one */
    bool nan;            /* in the first vector */
    bool zero;           /* so is the first vector */
    bool no_base64;      /* asked for it: 400 */
    bool no_dimensions;  /* likewise */
};

enum { EMBEDDINGS_SERVER_DIMENSIONS = 8, EMBEDDINGS_SAYS_MAX = 16 };

void embeddings_server_start(void);
void embeddings_server_stop(void); /* closes the listener */
/* The last one is repeated. Resets the counts. */
void embeddings_server_says(const struct embeddings_says *says, size_t count);
const char *embeddings_server_url(void);

int embeddings_server_requests(void);
int embeddings_server_most(void);               /* texts in one request */
int embeddings_server_texts(void);              /* that have got a vector */
bool embeddings_server_heard(const char *text); /* in one of the requests, head or body */
/* Of length 1; room for EMBEDDINGS_SERVER_DIMENSIONS. */
void embeddings_server_vector(const char *text, int seed, float *out);
