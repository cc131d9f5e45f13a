// SPDX-License-Identifier: MIT
/* What earlier pages of a message_query have seen_ids. The order of a message_query changes while
 * somebody leafs: documents come, and words become more common. So the cursor names every document
 * that was seen_ids, and a page has the best of the others: none comes twice, and none is passed
 * over that is among the candidates each time.
 *
 * A cursor is base64url of a hash of what is asked and of the numbers, each as its distance from
 * the one before it: two or three bytes each, as documents go. Pure. */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"

enum { SEEN_IDS_MAX = 500 }; /* as many as a message_query finds; then it ends */

struct seen_ids {
    const int64_t *numbers; /* of documents, from 1, ascending */
    size_t count;
};

bool seen_ids_has(const struct seen_ids *seen_ids, int64_t number);

/* With `count` more, in any order, that are not among them; SEEN_IDS_MAX in all. In the arena.
 * False: it is full. */
bool seen_ids_add(const struct seen_ids *seen_ids, const int64_t *numbers, size_t count,
                  struct arena *arena, struct seen_ids *out, struct fault *fault) MUST_CHECK;

/* Of what a client sends; without a cursor nothing was seen_ids. The fault names the field
 * "cursor".
 */
bool seen_ids_read(struct slice cursor, struct slice filters, struct arena *arena,
                   struct seen_ids *out, struct fault *fault) MUST_CHECK;
/* Letters, digits, - and _. */
void seen_ids_encode(const struct seen_ids *seen_ids, struct slice filters, struct buf *out);
