// SPDX-License-Identifier: MIT
/* What Content-Type and Accept say about JSON: RFC 9110, 8.3 and 12.5.1. Pure. */
#pragma once

#include "base/slice.h"

/* application/json, or application/<something>+json; parameters are ignored. */
bool http_media_is_json(struct slice content_type);

/* Absent and empty accept everything; q=0 excludes; the most specific range decides. */
bool http_media_accepts_json(struct slice accept);
