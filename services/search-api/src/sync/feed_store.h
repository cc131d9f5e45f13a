// SPDX-License-Identifier: MIT
/* SQL of bot-gateway's feed, and of the cursor of any feed. */
#pragma once

#include "api/feed.h"

#include "documents/document.h"

/* A feed of another service. */
struct feed_source {
    const char *name; /* of its cursor */
    const char *view; /* with its schema */
};
extern const struct feed_source feed_messages;

struct feed_progress {
    struct feed_cursor cursor; /* zeroed: nothing was read */
    int64_t read_at;           /* when the feed had been read to its end; FIELD_ABSENT: never */
    bool exists;               /* the view exists in this database */
};

bool feed_store_read_progress(struct db *db, const struct feed_source *source,
                              struct feed_progress *out, struct fault *fault) MUST_CHECK;
/* Locks the row of the feed's cursor, which is inserted if it is missing. FAULT_CONFLICT
 * "feed_moved": another instance has moved the cursor from `before`. */
bool feed_store_lock_cursor(struct db *tx, const struct feed_source *source,
                            const struct feed_cursor *before, struct fault *fault) MUST_CHECK;
bool feed_store_move_cursor(struct db *tx, const struct feed_source *source,
                            const struct feed_progress *to, struct fault *fault) MUST_CHECK;

/* The statement with which feed_read() reads the feed of messages. */
extern const struct db_statement feed_messages_statement;
/* Reads the current rows of bot-gateway's feed with these ids; fewer than `count` if they are
 * large. */
bool feed_store_list_rows(struct db *db, const struct db_value *ids, size_t count,
                          struct db_rows *rows, struct fault *fault) MUST_CHECK;
/* Reads, for each pair of tenant and id, whether bot-gateway's feed has a row of the message,
 * deleted or not (feed_store_is_known()), and whether the message exists (feed_store_is_live()). A
 * NULL id is unknown to the feed. */
bool feed_store_list_known(struct db *db, const struct db_value *tenants,
                           const struct db_value *ids, size_t count, struct db_rows *rows,
                           struct fault *fault) MUST_CHECK;
bool feed_store_is_known(const struct db_rows *rows, int row);
bool feed_store_is_live(const struct db_rows *rows, int row);
/* The id of the message from which a document was made; NULL if the document's id cannot be that of
 * a message. */
struct db_value feed_store_message_id(struct slice document_id);

/* Makes a document of a row of bot-gateway's feed. Its text is borrowed from `rows`; of a deleted
 * row, only tenant and id are set. */
bool feed_store_read_document(const struct db_rows *rows, int row, struct arena *arena,
                              struct document *out, struct fault *fault) MUST_CHECK;
