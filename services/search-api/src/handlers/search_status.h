// SPDX-License-Identifier: MIT
/* The members of an answer that describe a search for messages or apartments, not its results. */
#pragma once

#include <stdint.h>

#include "base/buf.h"

struct search_status {
    const char *reasons[8]; /* why the answer is degraded, as codes of openapi.yaml */
    size_t count;
    int64_t lag_seconds; /* lag behind the feed; FIELD_ABSENT: unknown */
    int64_t began_ns;    /* start of the search, now_mono_ns() */
};

/* Adds the reason if `applies`. */
void search_status_add_if(struct search_status *status, bool applies, const char *reason);
/* Appends the members, each after a comma, and the closing brace of the answer. */
void search_status_encode_and_close(const struct search_status *status, struct buf *out);
