// SPDX-License-Identifier: MIT
/* JSON of silences, and of maintenance, which is a silence of all checks. */
#pragma once

#include "base/buf.h"
#include "http/request.h"

#include "storage/history.h"

enum { SILENCE_DAYS_MAX = 30 }; /* maximum duration */
/* Decode a body into `out`, except `id` and `who`. Fail with FAULT_INVALID and every problem, such
 * as "in_the_past", "too_late" (SILENCE_DAYS_MAX), or "unknown_check": `match` matches no check. */
bool silence_decode(const struct http_request *req, const struct plan *plan, struct silence *out,
                    struct fault *fault) MUST_CHECK;
bool maintenance_decode(const struct http_request *req, struct silence *out,
                        struct fault *fault) MUST_CHECK;
void silence_encode(const struct silence *silence, struct buf *out);
