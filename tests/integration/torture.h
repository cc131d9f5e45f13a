// SPDX-License-Identifier: MIT
/* Fault injection by statement. A use case runs once undisturbed, then once for each of its
 * database calls with the connection lost before the call and, for a Sync, after it
 * (support/failing_pq.h explains why only there); in the gate, for one call in six. After each
 * run:
 *
 *   - the answer is that of the undisturbed run, or 503 as problem+json with Retry-After;
 *   - all tables are as before or as after the undisturbed run, never between: as before if the
 *     answer was "database_unavailable", as after if it was successful;
 *   - the same request again, with the same Idempotency-Key if it is a POST, succeeds and leaves
 *     the tables as two undisturbed runs do; for a POST and a DELETE that is as one run does;
 *   - each version has one event and one row of audit, the service's self-check passes, and the
 *     lost connection is replaced.
 *
 * Tables are compared as a whole, including audit, outbox, history and stored answers; only ids,
 * times and codes are masked. */
#pragma once

#include "integration/stand.h"

enum { TORTURE_BODY = 2048 };

struct torture_case {
    const char *name;
    const char *route;  /* "POST /v1/things"; NULL for a task */
    int given;          /* the initial state, numbered by the service */
    const char *before; /* SQL that make() runs after creating the service's objects; or NULL */
    const char *then;   /* SQL that runs after make(); or NULL */
    const char *body;   /* with ' in place of ", and with the service's placeholders */
    const struct api_caller *caller; /* NULL: stand_staff */
    const char *params;              /* as in struct ask, with placeholders */
    bool keyless;                    /* a POST that may be repeated without Idempotency-Key */
    bool repeated;                   /* the request was already made with the same key */
    /* A DELETE in several transactions: after a 503 it may be done. A repeated request does the
     * rest and gets the same answer. */
    bool goes_on;
    /* A task instead of a request: status 200, or 503 with the fault's code. */
    struct answer (*task)(void);
};

struct torture_word {
    const char *name; /* NULL: the end */
    const char *value;
};

/* A service, and the functions that its use cases need. */
struct torture_service {
    const struct service_definition *(*definition)(void); /* its routes */
    void (*begin)(const char *schema); /* its fixture, in that schema; outside of fibers */
    void (*end)(void);
    /* Creates the initial state; all tables are empty. In a fiber. */
    void (*make)(const struct torture_case *row);
    /* The value of a path's first parameter, by the beginning of the path; and of the second
     * parameter. */
    const struct torture_word *subjects;
    const char *second_id; /* or NULL */
    /* The value of the placeholder at `at`, which begins with '$', and the placeholder's length.
     * NULL: there are no placeholders. */
    const char *(*word)(const char *at, int *len);
    void (*check)(void);     /* checks the tables after each round; or NULL */
    http_handler *selfcheck; /* answers {"ok":true}; or NULL */
};

/* A case; further members are given by name. */
#define CASE(name_, route_, ...)                                                                   \
    {                                                                                              \
        .name = (name_), .route = (route_), ##__VA_ARGS__                                          \
    }

/* The suite's main(): runs the use cases one after the other in schema `schema`, and prints counts.
 * For requests, each route with authentication must have a use case. With TORTURE=name in the
 * environment, only that use case runs. */
int torture_main(const struct torture_service *service, const char *schema,
                 const struct torture_case *cases, size_t count);
/* The answer of a task. */
struct answer torture_answer(bool done, const struct fault *fault);

/* Replaces placeholders, and ' by "; NULL for NULL. */
const char *torture_fill(const struct torture_service *service, const char *text,
                         char body[TORTURE_BODY]);
/* The value of the placeholder with which `at` begins, and its length; NULL: there is none. */
const char *torture_word(const struct torture_word *words, const char *at, int *len);
