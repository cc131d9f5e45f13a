// SPDX-License-Identifier: MIT
/* libmicrohttpd before 1.0 reads leniently and tells nobody: bare LF and bare CR end lines, a
 * folded line is glued to the *name* before it, a line that begins with a colon ends the header,
 * spaces around the target vanish. Each of these lets two readers of one stream disagree (RFC
 * 9112, 11.2). What it cannot hide is where the pieces lie in its buffer: in a request that came as
 * we expect it there is exactly one line end between them. So the places are checked.
 *
 * From 1.0 on the library refuses these shapes itself; there the check says yes to everything. */
#pragma once

#include <stdint.h>

#include "base/fault.h"
#include "base/slice.h"

struct http_wire {
    uintptr_t begin; /* of the request line */
    uintptr_t next;  /* where the next header's name must begin; 0: something was out of place */
};

/* `url` is the target as libmicrohttpd holds it (cut at '?'), `target_len` the length of all of it.
 */
void http_wire_begin(struct http_wire *wire, const char *method, const char *url, size_t target_len,
                     const char *version);
/* One call per header, in order. */
void http_wire_header(struct http_wire *wire, struct slice name, struct slice value);
/* `size` is MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE. */
bool http_wire_end(const struct http_wire *wire, size_t size) MUST_CHECK;
