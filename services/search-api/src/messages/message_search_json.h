// SPDX-License-Identifier: MIT
/* JSON of searches for messages. */
#pragma once

#include "json/fields.h"

#include "messages/message_search.h"

extern const struct fields message_search_fields; /* the fields of struct message_query */

/* Writes all members of a request except cursor and limit as a text. A cursor is valid only for
 * requests with an equal text. */
bool message_search_write_request_text(const struct message_query *request, struct arena *arena,
                                       struct slice *out, struct fault *fault) MUST_CHECK;
/* Appends an answer without its last members, which search_status_encode_and_close() appends. */
void message_search_encode_unclosed(const struct message_results *results,
                                    struct slice request_text, struct buf *out);
