// SPDX-License-Identifier: MIT
/* Headers for browsers (CORS), by a list of origins from the configuration. Private to http/. */
#pragma once

#include "http/reply.h"

/* Adds the CORS headers for the request's Origin; in the answer to a preflight (OPTIONS with
 * Access-Control-Request-Method) also the methods and headers that a page may send. `origins`:
 * comma-separated, "" none, "*" all. `allowed`: bits of the path's methods; 0: no such path. */
void http_cors_add_headers(const char *origins, const struct http_request *req, unsigned allowed,
                           struct http_response *res);

/* Names of the methods in `allowed`, "GET, HEAD, OPTIONS", in the arena; absent if the arena is
 * full. */
struct slice http_allow_list(unsigned allowed, struct arena *arena);
