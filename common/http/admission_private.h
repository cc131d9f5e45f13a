// SPDX-License-Identifier: MIT
/* How much at once, else 503 at once: a queue would only make everybody late. Counting, no I/O. */
#pragma once

#include <stddef.h>

#include "base/fault.h"

enum { HTTP_UPLOADS_MAX = 32 * 1024 * 1024 }; /* bytes of bodies held for all requests together */

struct http_admission {
    size_t fibers_max;
    size_t connections_max;   /* beyond it every request is shed */
    size_t connections_spare; /* so many more are accepted, to say so */
    size_t running;
    size_t connections;
    size_t uploads; /* bytes of bodies in memory */
};

/* FAULT_UNAVAILABLE "overloaded" when as many handlers run as may. Else http_admission_leave(). */
bool http_admission_enter(struct http_admission *admission, struct fault *fault) MUST_CHECK;
void http_admission_leave(struct http_admission *admission);

/* Room for `bytes` more of some body; given back with http_admission_forget(). */
bool http_admission_hold(struct http_admission *admission, size_t bytes) MUST_CHECK;
void http_admission_forget(struct http_admission *admission, size_t bytes);

/* No connection may be accepted. */
bool http_admission_is_full(const struct http_admission *admission);
/* Only the spare ones are left: answer 503 and close. */
bool http_admission_is_beyond(const struct http_admission *admission);
bool http_admission_fault(struct fault *fault); /* returns false */
