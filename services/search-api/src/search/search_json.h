// SPDX-License-Identifier: MIT
/* JSON of searches. */
#pragma once

#include "json/fields.h"

#include "search/search.h"

extern const struct fields search_fields; /* of struct search */

/* What an answer says beside what was found. */
struct search_said {
    bool degraded;
    const char *reasons[8]; /* codes; ends with NULL */
    int64_t lag_seconds;    /* FIELD_ABSENT: not known */
    int64_t took_ms;
};

/* A stable text of what is asked, without cursor and limit: a cursor is good for it alone. */
bool search_filters(const struct search *asked, struct arena *arena, struct slice *out,
                    struct fault *fault) MUST_CHECK;
void search_encode(const struct search_found *found, const struct search_said *said,
                   struct slice filters, struct buf *out);
