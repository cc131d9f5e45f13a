// SPDX-License-Identifier: MIT
/* Outbound HTTP on curl multi, one call looking like a function: the fiber parks inside.
 *
 * Each call has a total deadline, a ceiling for the answer, and a policy. Names are resolved in the
 * work pool and pinned; private addresses are refused after resolving unless the policy allows
 * them; no redirects unless asked; as many tries as the caller says are harmless, 3 at most; per
 * origin a retry budget (at most 10 % of calls beyond the first try) and a circuit breaker (opens
 * after consecutive failures, then one call at a time finds out). Connection faults and the
 * statuses named by the call count as failures. An answer 429 concerns one caller and does not
 * count unless the call says so; it is repeated like a failure. Between tries Retry-After is
 * honoured within the deadline.
 */
#pragma once

#include "base/arena.h"
#include "base/fault.h"
#include "base/slice.h"
#include "loop/loop.h"
#include "loop/work.h"

struct http_client;

/* 0 and NULL: the default in the comment. */
struct http_client_options {
    size_t connections_max;      /* in all: 64 */
    size_t connections_per_host; /* 8 */
    int64_t breaker_open_ms;     /* 5000 */
    unsigned breaker_failures;   /* consecutive: 5 */
    const char *user_agent;      /* "tapbot"; borrowed, as the next */
    const char *ca_file;         /* the system's */
};

struct http_client *http_client_create(struct loop *loop, struct work *work,
                                       const struct http_client_options *options,
                                       struct fault *fault);
void http_client_destroy(struct http_client *client); /* takes NULL; calls in flight fail */

struct http_call {
    const char *method;         /* "GET" */
    const char *url;            /* http or https */
    const char *const *headers; /* "Name: value", NULL-terminated, or NULL */
    struct slice body;
    int64_t timeout_ms;     /* total, required; the fiber's deadline still rules */
    size_t answer_max;      /* bytes, required */
    unsigned redirects_max; /* 0 */
    unsigned tries;         /* 1-3; more than one only when repeating is harmless */
    bool allow_private;     /* for our own peers on internal networks */
    bool allow_plain;       /* http:// */
    /* Whether an answer of this status is a failure of the origin; NULL: 5xx except 501. */
    bool (*is_failure)(long status);
};

struct http_answer {
    long status;
    struct slice body; /* in the arena */
    struct slice content_type;
    struct slice retry_after; /* raw header, or absent */
    int64_t took_ms;
    bool sent; /* on failure too: true once the first byte of the request left */
};

/* In a fiber. True when any HTTP answer came, a 5xx or a redirect not followed included. False:
 * FAULT_TIMEOUT "upstream_timeout", FAULT_UNAVAILABLE "upstream_unreachable" | "circuit_open" |
 * "answer_too_large" | "address_refused" | "overloaded" | "out_of_memory" | "cancelled",
 * FAULT_INVALID "bad_url", FAULT_INTERNAL "bad_call" (the method is not of capital letters, a
 * header has a line break, or there are more than 64 headers); `answer->sent` and `took_ms` are set
 * even then, the rest is untouched.
 *
 * Redirects are checked like the first address; to another origin only harmless headers go along.
 * curl's own repeating over a fresh connection, when a kept one turns out dead, is left on only for
 * methods that are idempotent and calls with more than one try. */
bool http_client_call(struct http_client *client, const struct http_call *call, struct arena *arena,
                      struct http_answer *answer, struct fault *fault) MUST_CHECK;
