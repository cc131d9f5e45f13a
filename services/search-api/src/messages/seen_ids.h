// SPDX-License-Identifier: MIT
/* The ids of results on earlier pages of a search. The order changes between pages, as documents
 * arrive and frequencies change. Therefore the cursor lists every id that was returned, and a page
 * has the best documents that the cursor does not list: no result repeats, and no document is
 * skipped while it remains a candidate.
 *
 * A cursor is base64url of a format byte, a hash of the query and filters, and the numbers of the
 * documents. Each number is stored as its difference to the previous number, mostly in two or three
 * bytes. Pure.
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"

enum { SEEN_IDS_MAX = 500 }; /* as many as a search returns on all pages */

struct seen_ids {
    const int64_t *numbers; /* documents' numbers, from 1, ascending */
    size_t count;
};

bool seen_ids_has(const struct seen_ids *seen, int64_t number);

/* Makes a list of the seen numbers and of `count` further `numbers`, which may be in any order; at
 * most SEEN_IDS_MAX in all. The list is in the arena. False: the arena is full. */
bool seen_ids_merge(const struct seen_ids *seen, const int64_t *numbers, size_t count,
                    struct arena *arena, struct seen_ids *out, struct fault *fault) MUST_CHECK;

/* Reads the cursor of a request; without a cursor the list is empty. `request_text` is the text of
 * message_search_write_request_text() for the request. False: the cursor is invalid or of a request
 * with another text, or the arena is full. */
bool seen_ids_read_cursor(struct slice cursor, struct slice request_text, struct arena *arena,
                          struct seen_ids *out, struct fault *fault) MUST_CHECK;
/* Appends the cursor: letters, digits, - and _. */
void seen_ids_write_cursor(const struct seen_ids *seen, struct slice request_text, struct buf *out);
