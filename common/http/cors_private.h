// SPDX-License-Identifier: MIT
/* Headers for browsers (CORS), by a list of origins from the configuration. Private to http/. */
#pragma once

#include "http/reply.h"

/* Adds the CORS headers for the request's Origin. The answer to a preflight (OPTIONS with
 * Access-Control-Request-Method) also lists the methods and headers that a page may send.
 * `allowed_origins` is comma-separated; "" allows no origin, "*" every origin. `method_bits` has a
 * bit for each method of the path; 0: there is no such path. */
void http_cors_add_headers(const char *allowed_origins, const struct http_request *req,
                           unsigned method_bits, struct http_response *res);

/* Names of the methods in `method_bits`, "GET, HEAD, OPTIONS", in the arena; absent if the arena is
 * full. */
struct slice http_format_methods(unsigned method_bits, struct arena *arena);
