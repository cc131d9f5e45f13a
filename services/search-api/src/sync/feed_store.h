// SPDX-License-Identifier: MIT
/* SQL of bot-gateway's feed as it is read here, and of the place in any feed. */
#pragma once

#include "api/feed.h"

#include "documents/document.h"

/* A feed of another service. */
struct feed_source {
    const char *name; /* of the place in it */
    const char *view; /* with its schema */
};
extern const struct feed_source feed_messages;

struct feed_progress {
    struct feed_place place; /* zeroed: nothing was read */
    int64_t read_at;         /* when all had been read; FIELD_ABSENT: never */
    bool there;              /* the view is in this database */
};

bool feed_store_progress(struct db *db, const struct feed_source *source, struct feed_progress *out,
                         struct fault *fault) MUST_CHECK;
/* Locks the row, which is made if there is none. False with FAULT_CONFLICT "feed_moved": somebody
 * has read on from `before`. */
bool feed_store_lock(struct db *tx, const struct feed_source *source,
                     const struct feed_place *before, struct fault *fault) MUST_CHECK;
bool feed_store_move(struct db *tx, const struct feed_source *source,
                     const struct feed_progress *to, struct fault *fault) MUST_CHECK;

/* What feed_read() asks. */
extern const struct db_statement feed_messages_statement;
/* The same rows by their ids, as they are now: at most `count`, fewer where they are large. */
bool feed_store_rows(struct db *db, const struct db_value *ids, size_t count, struct db_rows *rows,
                     struct fault *fault) MUST_CHECK;
/* For each (tenant, id) whether the feed has a row of it, deleted or not, and whether it tells the
 * message; nothing of an id that is NULL. */
bool feed_store_known(struct db *db, const struct db_value *tenants, const struct db_value *ids,
                      size_t count, struct db_rows *rows, struct fault *fault) MUST_CHECK;
bool feed_store_is_known(const struct db_rows *rows, int row);
bool feed_store_is_told(const struct db_rows *rows, int row);
/* The id of the message that a document is, NULL where it can be none. */
struct db_value feed_store_id(struct slice document_id);

/* Text is borrowed from `rows`; of a deleted row only tenant and id. */
bool feed_store_document(const struct db_rows *rows, int row, struct arena *arena,
                         struct document *out, struct fault *fault) MUST_CHECK;
