// SPDX-License-Identifier: MIT
/* Entity tags of the form "<version>.<hash of the body>", and the lists that clients send back (RFC
 * 9110, 8.8.3, 13.1). Pure. Private to http/. */
#pragma once

#include <stdint.h>

#include "base/slice.h"

enum { HTTP_ETAG_MAX = 48 }; /* longest generated tag, with NUL */

/* With its quotes; returns the length. */
size_t http_etag_format(int64_t version, struct slice body, char out[HTTP_ETAG_MAX]);

/* True when the list of If-None-Match has the whole tag. "*" and lists are understood. The prefix
 * W/ is ignored, because a proxy that compresses adds it. */
bool http_etag_names(struct slice list, struct slice tag);
/* The same for If-Match: compares only the number before the dot. */
bool http_etag_names_version(struct slice list, int64_t version);
