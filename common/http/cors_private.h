// SPDX-License-Identifier: MIT
/* Headers for browsers (CORS), by a list of origins from the configuration. Private to http/. */
#pragma once

#include "http/reply.h"

/* Adds the CORS headers for the request's Origin. The answer to a preflight (OPTIONS with
 * Access-Control-Request-Method) also lists the methods and headers that a page may send. `origins`
 * is comma-separated; "" allows no origin, "*" every origin. `allowed` has a bit for each method of
 * the path; 0: there is no such path. */
void http_cors_add_headers(const char *origins, const struct http_request *req, unsigned allowed,
                           struct http_response *res);

/* Names of the methods in `allowed`, "GET, HEAD, OPTIONS", in the arena; absent if the arena is
 * full. */
struct slice http_allow_list(unsigned allowed, struct arena *arena);
