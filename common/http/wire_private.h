// SPDX-License-Identifier: MIT
/* libmicrohttpd before 1.0 accepts malformed headers silently: bare LF and bare CR end lines, a
 * folded line is appended to the *name* before it, a line that begins with a colon ends the header,
 * spaces around the target are removed. With each of these, two parsers of one stream may disagree
 * (request smuggling: RFC 9112, 11.2). The parts of the request are still in the library's buffer:
 * in a well-formed request exactly one line end is between two of them. So their addresses are
 * checked.
 *
 * From 1.0 on the library refuses these shapes itself; the check then accepts everything. Private
 * to http/. */
#pragma once

#include <stdint.h>

#include "base/fault.h"
#include "base/slice.h"

struct http_wire {
    uintptr_t begin; /* of the request line */
    uintptr_t next;  /* where the next header's name must begin; 0: a part was misplaced */
};

/* `url` is libmicrohttpd's target, cut at '?'; `target_len` is the length of the whole target. */
void http_wire_begin(struct http_wire *wire, const char *method, const char *url, size_t target_len,
                     const char *version);
/* One call per header, in order. */
void http_wire_header(struct http_wire *wire, struct slice name, struct slice value);
/* `size` is MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE. */
bool http_wire_end(const struct http_wire *wire, size_t size) MUST_CHECK;
