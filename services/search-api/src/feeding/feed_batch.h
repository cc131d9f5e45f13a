// SPDX-License-Identifier: MIT
/* Rows of the feed on their way into the tables: what is said there is written, what is gone there
 * is deleted. What was read before an erasure is not written after it. */
#pragma once

#include "documents/document_store.h"
#include "feeding/feed_store.h"

struct feed_batch {
    struct arena *arena;
    int64_t erasures; /* when it began */
    struct document *written;
    size_t written_count;
    struct document_gone *gone;
    size_t gone_count;
    struct feed_place last; /* of the rows */
};

/* Before the feed is read. */
bool feed_batch_begin(struct db *db, struct arena *arena, struct feed_batch *out,
                      struct fault *fault) MUST_CHECK;
/* At most DOCUMENTS_MAX rows, with READING_BYTES_MAX of text; of one page, so that each id stands
 * once. Text is borrowed from them. In a fiber. */
bool feed_batch_read(struct feed_batch *batch, struct work *work, const struct db_rows *rows,
                     struct fault *fault) MUST_CHECK;
/* `written` is how many documents are new or another now. False with FAULT_CONFLICT "feed_moved":
 * somebody was erased since it began, so the feed is to be read again. */
bool feed_batch_write(struct db *tx, const struct feed_batch *batch, int64_t *written,
                      struct fault *fault) MUST_CHECK;
