// SPDX-License-Identifier: MIT
/* Entity tags of the form "<version>.<hash of the body>", and the lists clients send back. Pure. */
#pragma once

#include <stdint.h>

#include "base/slice.h"

enum { HTTP_ETAG_MAX = 48 }; /* longest tag we make, with NUL */

/* With its quotes; returns the length. */
size_t http_etag_format(int64_t version, uint64_t hash, char out[HTTP_ETAG_MAX]);

/* "*" and lists are honoured, a weak mark is ignored: an edge that compresses adds it. */
bool http_etag_names(struct slice list, struct slice tag);        /* whole, for If-None-Match */
bool http_etag_names_version(struct slice list, int64_t version); /* before the dot, If-Match */
