// SPDX-License-Identifier: MIT
/* Counters that decide whether a request is served or answered 503 at once. There is no queue,
 * because it would make every request late. No I/O. Private to http/. */
#pragma once

#include <stddef.h>

#include "base/fault.h"

struct http_admission {
    size_t fibers_max;               /* maximum of `running` */
    size_t connections_max;          /* while more are open, all requests are answered 503 */
    size_t connections_for_refusals; /* further connections that are accepted, only to answer 503 */
    size_t bodies_max;               /* upper bound of `bodies` */
    size_t running;                  /* handlers that run now */
    size_t connections;
    size_t bodies; /* bytes reserved now for bodies of all requests */
};

/* Counts one more running handler. FAULT_UNAVAILABLE "overloaded" if `fibers_max` already run.
 * After true, http_admission_end_handler() must be called once. */
bool http_admission_begin_handler(struct http_admission *admission, struct fault *fault) MUST_CHECK;
void http_admission_end_handler(struct http_admission *admission);

/* Reserves `bytes` of a body until http_admission_release_body(). False: `bodies_max` is reached.
 */
bool http_admission_reserve_body(struct http_admission *admission, size_t bytes) MUST_CHECK;
void http_admission_release_body(struct http_admission *admission, size_t bytes);

/* True if the server must accept no further connection. */
bool http_admission_refuses_connections(const struct http_admission *admission);
/* True while more than `connections_max` connections are open. Every request except probes is then
 * answered 503 and its connection closed. */
bool http_admission_refuses_requests(const struct http_admission *admission);
/* Sets FAULT_UNAVAILABLE "overloaded". Returns false. */
bool http_admission_set_overloaded(struct fault *fault);
