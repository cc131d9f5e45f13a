// SPDX-License-Identifier: MIT
/* JSON of searches for apartments. */
#pragma once

#include "json/fields.h"

#include "apartments/apartment_search.h"

extern const struct fields apartment_search_fields; /* of struct criteria_request */

/* The members of an answer that describe the search instead of its results. */
struct apartment_search_status {
    bool degraded;
    const char *reasons[8]; /* codes; ends with NULL */
    int64_t lag_seconds;    /* FIELD_ABSENT: unknown */
    int64_t took_ms;
};

void apartment_search_encode(const struct apartment_results *results,
                             const struct apartment_search_status *status, struct buf *out);
