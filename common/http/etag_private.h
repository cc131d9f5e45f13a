// SPDX-License-Identifier: MIT
/* Entity tags of the form "<version>.<hash of the body>", and the lists that clients send back (RFC
 * 9110, 8.8.3, 13.1). Pure. Private to http/. */
#pragma once

#include <stdint.h>

#include "base/slice.h"

enum { HTTP_ETAG_MAX = 48 }; /* longest generated tag, with NUL */

/* Writes the tag with its quotes; returns its length. */
size_t http_etag_format(int64_t version, struct slice body, char out[HTTP_ETAG_MAX]);

/* Whether the value of If-None-Match contains the whole tag, or is "*". The prefix W/ is ignored,
 * because a proxy that compresses adds it. */
bool http_etag_list_has(struct slice list, struct slice tag);
/* Whether the value of If-Match contains a tag with this version before its dot, or is "*". */
bool http_etag_list_has_version(struct slice list, int64_t version);
