// SPDX-License-Identifier: MIT
/* Rows of the feed on their way into the tables: what is said there is written, what is gone there
 * is deleted. A person may be erased between the read and the write; a message that the feed no
 * longer has by then is not written. */
#pragma once

#include "documents/document_store.h"
#include "sync/feed_store.h"

struct feed_batch {
    struct arena *arena;
    struct document *written;
    size_t written_count;
    struct document_gone *gone;
    size_t gone_count;
    struct feed_place last; /* of the rows */
};

/* At most DOCUMENTS_MAX rows, with WORDS_BATCH_BYTES_MAX of text; of one page, so that each id
 * stands once. Text is borrowed from them and from the arena. In a fiber. */
bool feed_batch_read(struct work *work, const struct db_rows *rows, struct arena *arena,
                     struct feed_batch *out, struct fault *fault) MUST_CHECK;
/* `written` is how many documents are new or changed. Messages that the feed no longer has are
 * removed from the batch: their deletion is read later. */
bool feed_batch_write(struct db *tx, struct feed_batch *batch, int64_t *written,
                      struct fault *fault) MUST_CHECK;
