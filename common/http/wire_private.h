// SPDX-License-Identifier: MIT
/* Detects malformed headers that libmicrohttpd before 1.0 accepts silently: bare LF and bare CR end
 * lines, a folded line is appended to the *name* before it, a line that begins with a colon ends
 * the header, spaces around the target are removed. With each of these, two parsers of one stream
 * may disagree (request smuggling: RFC 9112, 11.2). The parts of the request are still in the
 * library's buffer, where a well-formed request has exactly one line end between two parts. So the
 * addresses of the parts are checked.
 *
 * From 1.0 on the library itself refuses such headers; the check then accepts everything. Private
 * to http/. */
#pragma once

#include <stdint.h>

#include "base/fault.h"
#include "base/slice.h"

struct http_wire {
    uintptr_t begin; /* address of the request line */
    uintptr_t next;  /* where the next header's name must begin; 0: a part was at a wrong address */
};

/* `url` is the target, which libmicrohttpd has cut at '?'; `target_len` is its whole length. */
void http_wire_check_begin(struct http_wire *wire, const char *method, const char *url,
                           size_t target_len, const char *version);
/* Call it once per header, in order. */
void http_wire_check_header(struct http_wire *wire, struct slice name, struct slice value);
/* Ends the check. False if the headers are malformed. `size` is
 * MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE. */
bool http_wire_check_end(const struct http_wire *wire, size_t size) MUST_CHECK;
