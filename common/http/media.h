// SPDX-License-Identifier: MIT
/* Checks Content-Type and Accept for JSON, Accept-Encoding for gzip (RFC 9110, 8.3, 12.5). Pure. */
#pragma once

#include "base/slice.h"

/* True for application/json and application/<something>+json; parameters are ignored. */
bool http_media_is_json(struct slice content_type);

/* Whether `content_type` is `type`; parameters are ignored. */
bool http_media_is(struct slice content_type, struct slice type);

/* Whether JSON is acceptable. An absent or empty header accepts everything. A range with q=0
 * excludes what it covers; the most specific range decides. */
bool http_media_accepts_json(struct slice accept);

/* Whether gzip is acceptable. An absent header accepts every coding; an empty one accepts none, so
 * the answer is sent uncompressed. */
bool http_media_accepts_gzip(struct slice accept_encoding);
