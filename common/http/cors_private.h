// SPDX-License-Identifier: MIT
/* Cross-origin answers for browsers, by a list of origins from the configuration. */
#pragma once

#include "http/reply.h"

/* `origins`: comma-separated, "" none, "*" all. Adds what belongs to every answer to this Origin;
 * for a preflight (OPTIONS) also what it asks about. `allowed` is the bit set of methods; 0: there
 * is no such path. */
void http_cors_headers(const char *origins, const struct http_request *req, unsigned allowed,
                       struct http_response *res);

/* "GET, HEAD, OPTIONS", in the arena; absent when that is full. */
struct slice http_allow_list(unsigned allowed, struct arena *arena);
