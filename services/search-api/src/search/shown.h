// SPDX-License-Identifier: MIT
/* What earlier pages of a search have shown. The order of a search changes while somebody leafs:
 * documents come, and words become more common. So the cursor names every document that was shown,
 * and a page has the best of the others: none comes twice, and none is passed over that is among
 * the candidates each time.
 *
 * A cursor is base64url of a hash of what is asked and of the numbers, each as its distance from
 * the one before it: two or three bytes each, as documents go. Pure. */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"

enum { SHOWN_MAX = 500 }; /* as many as a search finds; then it ends */

struct shown {
    const int64_t *numbers; /* of documents, from 1, ascending */
    size_t count;
};

bool shown_has(const struct shown *shown, int64_t number);

/* With `count` more, in any order, that are not among them; SHOWN_MAX in all. In the arena. False:
 * it is full. */
bool shown_add(const struct shown *shown, const int64_t *numbers, size_t count, struct arena *arena,
               struct shown *out, struct fault *fault) MUST_CHECK;

/* Of what a client sends; without a cursor nothing was shown. The fault names the field "cursor".
 */
bool shown_read(struct slice cursor, struct slice filters, struct arena *arena, struct shown *out,
                struct fault *fault) MUST_CHECK;
/* Letters, digits, - and _. */
void shown_encode(const struct shown *shown, struct slice filters, struct buf *out);
