// SPDX-License-Identifier: MIT
/* Counters that decide whether a request is served or answered 503 at once. There is no queue: it
 * would make every request late. No I/O. Private to http/. */
#pragma once

#include <stddef.h>

#include "base/fault.h"

struct http_admission {
    size_t fibers_max;
    size_t connections_max;          /* while more are open, requests are answered 503 */
    size_t connections_for_refusals; /* further connections, accepted only for a 503 */
    size_t bodies_max;               /* bytes of bodies of all requests */
    size_t running;                  /* handlers */
    size_t connections;
    size_t bodies; /* bytes reserved now */
};

/* Counts one more handler. FAULT_UNAVAILABLE "overloaded" if `fibers_max` already run. After true
 * http_admission_leave() must follow. */
bool http_admission_enter(struct http_admission *admission, struct fault *fault) MUST_CHECK;
void http_admission_leave(struct http_admission *admission);

/* Reserves `bytes` of a body, within `bodies_max`, until http_admission_release(). */
bool http_admission_reserve(struct http_admission *admission, size_t bytes) MUST_CHECK;
void http_admission_release(struct http_admission *admission, size_t bytes);

/* True if no connection may be accepted. */
bool http_admission_is_full(const struct http_admission *admission);
/* True while more than `connections_max` are open: only connections for refusals are left. Every
 * request except probes is then answered 503 and its connection closed. */
bool http_admission_is_refusing(const struct http_admission *admission);
bool http_admission_fault(struct fault *fault); /* returns false */
