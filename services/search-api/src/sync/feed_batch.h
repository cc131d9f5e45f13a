// SPDX-License-Identifier: MIT
/* Writes a batch of rows of bot-gateway's feed: sent messages become documents, deleted ones are
 * deleted. A person may be erased between the read and the write, so a message that the feed no
 * longer has at the write is not written. */
#pragma once

#include "documents/document_store.h"
#include "sync/feed_store.h"

struct feed_batch {
    struct document *written; /* sent messages */
    size_t written_count;
    struct document *gone; /* deleted messages: only tenant and id are set */
    size_t gone_count;
    struct feed_cursor last; /* cursor of the last row */
};

/* Makes a batch of the rows of a page: at most DOCUMENTS_MAX rows with distinct ids and at most
 * WORDS_BATCH_BYTES_MAX of text. Text is borrowed from the rows and the arena. Must run in a fiber.
 */
bool feed_batch_read(struct work *work, const struct db_rows *rows, struct arena *arena,
                     struct feed_batch *out, struct fault *fault) MUST_CHECK;
/* Writes the batch, without messages that the feed no longer has or already shows as deleted. */
bool feed_batch_write(struct db *tx, struct feed_batch *batch, struct fault *fault) MUST_CHECK;
