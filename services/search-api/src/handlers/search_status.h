// SPDX-License-Identifier: MIT
/* The members of an answer that describe a search of either kind instead of its results. */
#pragma once

#include <stdint.h>

#include "base/buf.h"

struct search_status {
    const char *reasons[8]; /* codes of what is degraded */
    size_t count;
    int64_t lag_seconds; /* FIELD_ABSENT: unknown */
    int64_t began_ns;
};

/* Adds a reason if it applies. */
void search_status_add(struct search_status *status, bool applies, const char *reason);
/* Appends the members, each after a comma, and the end of the answer. */
void search_status_encode(const struct search_status *status, struct buf *out);
