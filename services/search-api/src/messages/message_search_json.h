// SPDX-License-Identifier: MIT
/* JSON of searches for messages. */
#pragma once

#include "json/fields.h"

#include "messages/message_search.h"

extern const struct fields message_search_fields; /* of struct message_query */

/* The members of an answer that describe the search instead of its results. */
struct message_search_status {
    bool degraded;
    const char *reasons[8]; /* codes; ends with NULL */
    int64_t lag_seconds;    /* FIELD_ABSENT: unknown */
    int64_t took_ms;
};

/* Makes a text of all members of a request but cursor and limit. A cursor is valid only for
 * requests with the same text. */
bool message_search_write_filters(const struct message_query *request, struct arena *arena,
                                  struct slice *out, struct fault *fault) MUST_CHECK;
void message_search_encode(const struct message_results *results,
                           const struct message_search_status *status, struct slice filters,
                           struct buf *out);
