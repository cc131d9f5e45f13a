// SPDX-License-Identifier: MIT
/* Headers for browsers (CORS), by a list of origins from the configuration. Private to http/. */
#pragma once

#include "http/reply.h"

/* `origins`: comma-separated, "" none, "*" all. Adds the headers for an answer to this Origin; to a
 * preflight (OPTIONS with Access-Control-Request-Method) also the methods and headers that a page
 * may send. `allowed` is the bit set of the path's methods; 0: there is no such path. */
void http_cors_headers(const char *origins, const struct http_request *req, unsigned allowed,
                       struct http_response *res);

/* "GET, HEAD, OPTIONS", in the arena; absent if the arena is full. */
struct slice http_allow_list(unsigned allowed, struct arena *arena);
