// SPDX-License-Identifier: MIT
/* Torture by statement: a use case runs once whole, then once for each of its database calls with
 * the connection lost before it and, for a Sync, after it (support/failing_pq.h says why only
 * there); in the gate, for one call in three. Each time:
 *
 *   - the answer is the one of the undisturbed run, or 503 as problem+json with Retry-After;
 *   - all tables are as they were before, or as the undisturbed run left them: never between;
 *     "database_unavailable" means as before, success means as after;
 *   - the same request again, by its Idempotency-Key if it is a POST, succeeds and leaves the
 * tables as two undisturbed runs do; for a POST and a DELETE these are as one run does;
 *   - versions have one event and audit each, what the service checks holds, and the lost
 * connection comes back.
 *
 * Tables are compared as a whole, rows of audit, outbox, history and stored answers among them;
 * only ids, times and codes are taken out. */
#pragma once

#include "integration/stand.h"

enum { TORTURE_BODY = 2048 };

struct torture_case {
    const char *name;
    const char *route;  /* "POST /v1/things"; NULL for a task */
    int given;          /* what is there when the use case begins, in the service's own numbers */
    const char *before; /* SQL that make() runs once there are the service's things; or NULL */
    const char *then;   /* SQL when all is made; or NULL */
    const char *body;   /* with ' for ", and the service's words */
    const struct api_caller *caller; /* NULL: stand_staff */
    const char *query[2][2];
    bool keyless;  /* a POST that may be sent again without Idempotency-Key */
    bool repeated; /* it was done once by the same key */
    /* A DELETE that is several transactions: behind a 503 it may have taken place. The same again
     * does what is left, and is answered alike. */
    bool goes_on;
    /* A task instead of a request: 200, or 503 with the fault's code. */
    struct answer (*task)(void);
};

struct torture_word {
    const char *name; /* NULL: the end */
    const char *value;
};

/* A service, and what its use cases need. */
struct torture_service {
    const struct service_definition *(*definition)(void); /* its routes */
    void (*begin)(const char *schema); /* its stand, in that schema; outside of fibers */
    void (*end)(void);
    /* Makes what is there when the use case begins; all tables are empty. In a fiber. */
    void (*make)(const struct torture_case *row);
    /* What stands for a path's first parameter, by how the path begins; and for its second one. */
    const struct torture_word *subjects;
    const char *second_id; /* or NULL */
    /* The value of the word of a body or query at `at`, which begins with '$', and its length.
     * NULL: they have none. */
    const char *(*word)(const char *at, int *len);
    void (*check)(void);     /* what must hold of the tables after each round; or NULL */
    http_handler *selfcheck; /* answers {"ok":true}; or NULL */
};

/* A case, with its further members by their names. */
#define CASE(name_, route_, ...)                                                                   \
    {                                                                                              \
        .name = (name_), .route = (route_), ##__VA_ARGS__                                          \
    }

/* The suite's main(): use cases one after the other, in schema `schema`, and what was done is
 * printed; where they are requests, each route that is not open must have one. TORTURE=name in the
 * environment: only the one of that name. */
int torture_main(const struct torture_service *service, const char *schema,
                 const struct torture_case *cases, size_t count);
/* What a task answers. */
struct answer torture_answer(bool done, const struct fault *fault);

/* A text with its words replaced and " for '; NULL for NULL. */
const char *torture_fill(const struct torture_service *service, const char *text,
                         char body[TORTURE_BODY]);
/* The value of the word that `at` begins with, and its length; NULL: none does. */
const char *torture_word(const struct torture_word *words, const char *at, int *len);
