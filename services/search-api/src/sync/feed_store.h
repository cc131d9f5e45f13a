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

bool feed_store_progress(struct db *db, const struct feed_source *source, struct feed_progress *out,
                         struct fault *fault) MUST_CHECK;
/* Locks the row of the cursor, which is inserted if it is missing. FAULT_CONFLICT "feed_moved":
 * another instance has moved the cursor from `before`. */
bool feed_store_lock(struct db *tx, const struct feed_source *source,
                     const struct feed_cursor *before, struct fault *fault) MUST_CHECK;
bool feed_store_move(struct db *tx, const struct feed_source *source,
                     const struct feed_progress *to, struct fault *fault) MUST_CHECK;

/* The statement for feed_read(). */
extern const struct db_statement feed_messages_statement;
/* The current rows of the given ids; fewer than `count` if they are large. */
bool feed_store_rows(struct db *db, const struct db_value *ids, size_t count, struct db_rows *rows,
                     struct fault *fault) MUST_CHECK;
/* For each (tenant, id), whether the feed has a row of it, deleted or not, and whether the message
 * exists. A NULL id is unknown. */
bool feed_store_known(struct db *db, const struct db_value *tenants, const struct db_value *ids,
                      size_t count, struct db_rows *rows, struct fault *fault) MUST_CHECK;
bool feed_store_is_known(const struct db_rows *rows, int row);
bool feed_store_is_live(const struct db_rows *rows, int row);
/* The id of the document's message; NULL if it cannot be one. */
struct db_value feed_store_id(struct slice document_id);

/* Text is borrowed from `rows`; a deleted row has only tenant and id. */
bool feed_store_document(const struct db_rows *rows, int row, struct arena *arena,
                         struct document *out, struct fault *fault) MUST_CHECK;
