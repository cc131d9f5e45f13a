// SPDX-License-Identifier: MIT
/* What the client remembers of each origin it calls: a circuit breaker and a budget for retries.
 * Pure: time is handed in. Inside of client.c. */
#pragma once

#include <stdint.h>

#include "base/fault.h"
#include "base/slice.h"

enum {
    HTTP_ORIGINS_MAX = 256,
    HTTP_ORIGIN_NAME_MAX = 320, /* "https://host:port" */
    HTTP_RETRY_SHARE = 10,      /* one retry is earned by so many calls */
    HTTP_RETRY_SAVED = 5        /* and so many are kept at most; a new origin begins with one */
};

struct http_origin {
    char name[HTTP_ORIGIN_NAME_MAX + 1];
    unsigned failures;     /* consecutive */
    int64_t open_until_ns; /* 0: closed */
    bool probing;          /* the call that finds out for all is under way */
    unsigned saved;        /* retries, in parts of HTTP_RETRY_SHARE */
    size_t users;          /* calls that hold a pointer */
    uint64_t used;         /* order of use */
};

struct http_origins {
    struct http_origin *table[HTTP_ORIGINS_MAX];
    size_t count;
    uint64_t uses;
    unsigned failures_max;
    int64_t open_ns;
};

void http_origins_finish(struct http_origins *origins);

/* The origin's entry, made when new (then the one unused for longest goes); held until
 * http_origin_release(). FAULT_UNAVAILABLE "overloaded" when all are in use. */
bool http_origin_hold(struct http_origins *origins, struct slice name, struct http_origin **out,
                      struct fault *fault) MUST_CHECK;
void http_origin_release(struct http_origin *origin);

/* Whether a call may go out. FAULT_UNAVAILABLE "circuit_open" with retry_after_s. When true, one of
 * the two below must follow with the same `probe`: true for the one call that finds out whether an
 * open circuit may close. While the circuit is open, other calls report nothing. */
bool http_origin_admit(struct http_origin *origin, int64_t now_ns, bool *probe,
                       struct fault *fault) MUST_CHECK;
void http_origin_report(struct http_origins *origins, struct http_origin *origin, bool probe,
                        bool good, int64_t now_ns);
/* The call ended for a reason of our own, which says nothing about the origin. */
void http_origin_excuse(struct http_origin *origin, bool probe);

void http_origin_earn(struct http_origin *origin);
/* True: one retry was paid for. */
bool http_origin_spend(struct http_origin *origin);
