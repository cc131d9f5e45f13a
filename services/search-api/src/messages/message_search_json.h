// SPDX-License-Identifier: MIT
/* JSON of searches. */
#pragma once

#include "json/fields.h"

#include "messages/message_search.h"

extern const struct fields search_fields; /* of struct message_query */

/* What an answer says beside what was found. */
struct message_search_said {
    bool degraded;
    const char *reasons[8]; /* codes; ends with NULL */
    int64_t lag_seconds;    /* FIELD_ABSENT: not known */
    int64_t took_ms;
};

/* A stable text of what is asked, without cursor and limit: a cursor is good for it alone. */
bool message_search_filters(const struct message_query *asked, struct arena *arena,
                            struct slice *out, struct fault *fault) MUST_CHECK;
void message_search_encode(const struct message_results *found,
                           const struct message_search_said *said, struct slice filters,
                           struct buf *out);
