// SPDX-License-Identifier: MIT
/* A circuit breaker and a retry budget for each origin that the client calls. Pure: the caller
 * passes the time. Private to client_call.c. */
#pragma once

#include <stdint.h>

#include "base/fault.h"
#include "base/slice.h"

enum {
    HTTP_ORIGINS_MAX = 256,
    HTTP_ORIGIN_NAME_MAX = 320, /* "https://host:port" */
    HTTP_RETRY_SHARE = 10,      /* calls per allowed retry */
    HTTP_RETRY_SAVED = 5        /* maximum of saved retries; a new origin begins with one */
};

struct http_origin {
    char name[HTTP_ORIGIN_NAME_MAX + 1];
    unsigned failures;     /* consecutive failures */
    int64_t open_until_ns; /* the circuit is open until then; 0: it is closed */
    bool probing;          /* a call probes the open circuit */
    unsigned saved;        /* retries saved, in units of 1/HTTP_RETRY_SHARE */
    size_t users;          /* calls that hold a pointer to the origin */
    uint64_t used;         /* value of http_origins.uses at the last use */
};

struct http_origins {
    struct http_origin *table[HTTP_ORIGINS_MAX];
    size_t count;
    uint64_t uses;
    unsigned failures_max;
    int64_t open_ns;
};

void http_origins_finish(struct http_origins *origins);

/* Returns the origin's entry, valid until http_origin_release(). If the table is full, a new entry
 * replaces the least recently used one. FAULT_UNAVAILABLE "overloaded" if all entries are held. */
bool http_origin_acquire(struct http_origins *origins, struct slice name, struct http_origin **out,
                         struct fault *fault) MUST_CHECK;
void http_origin_release(struct http_origin *origin);

/* Whether a call may be sent. Otherwise FAULT_UNAVAILABLE "circuit_open" with retry_after_s.
 * `is_probe` is set to true for the one call that tests whether an open circuit may close. After
 * true, http_origin_report() or http_origin_ignore_call() must be called with the same `is_probe`.
 * While the circuit is open, reports of calls that are not the probe are ignored. */
bool http_origin_admit(struct http_origin *origin, int64_t now_ns, bool *is_probe,
                       struct fault *fault) MUST_CHECK;
void http_origin_report(struct http_origins *origins, struct http_origin *origin, bool is_probe,
                        bool succeeded, int64_t now_ns);
/* Reports that the call ended for a reason in this process; the breaker ignores this call. */
void http_origin_ignore_call(struct http_origin *origin, bool is_probe);

/* Counts a call: every HTTP_RETRY_SHARE calls allow one retry. */
void http_origin_add_retry_credit(struct http_origin *origin);
/* Takes one saved retry; false if there is none. */
bool http_origin_take_retry(struct http_origin *origin);
