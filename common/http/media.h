// SPDX-License-Identifier: MIT
/* Checks Content-Type and Accept for JSON, and Accept-Encoding for gzip (RFC 9110, 8.3, 12.5.1,
 * 12.5.3). Pure. */
#pragma once

#include "base/slice.h"

/* application/json, or application/<something>+json; parameters are ignored. */
bool http_media_is_json(struct slice content_type);

/* True for this type; parameters are ignored. */
bool http_media_is(struct slice content_type, struct slice type);

/* Absent and empty accept everything; q=0 excludes; the most specific range decides. */
bool http_media_accepts_json(struct slice accept);

/* Absent accepts every coding; empty accepts none, so the answer is sent uncompressed. */
bool http_media_accepts_gzip(struct slice accept_encoding);
