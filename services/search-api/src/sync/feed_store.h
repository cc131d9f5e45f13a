// SPDX-License-Identifier: MIT
/* SQL of bot-gateway's feed, and of the cursor of any feed. */
#pragma once

#include "api/feed.h"

#include "documents/document.h"

/* A feed of another service. */
struct feed_source {
    const char *name; /* name of the feed's row in the table `feed_place` */
    const char *view; /* view of the other service, with its schema */
};
extern const struct feed_source feed_messages;

struct feed_progress {
    struct feed_cursor cursor; /* zeroed: nothing was read */
    int64_t read_at;           /* when the feed was last read to its end; FIELD_ABSENT: never */
    bool exists;               /* the view exists in this database */
    int64_t oldest_open;       /* the oldest open transaction; next_tx: none */
    int64_t next_tx;           /* the number that the next transaction gets */
};

/* A time, and the transaction that was the next one then. Zeroed: none. */
struct feed_mark {
    int64_t tx;
    int64_t at;
};

/* Whole seconds since a `read_at` of struct feed_progress; FIELD_ABSENT if it is absent. */
int64_t feed_store_lag_seconds(int64_t read_at_us);

/* Returns the new `read_at` of a consumer that has just read the feed to its end; `read_at` is its
 * last one. Because open transactions hide rows, it is the time of `mark` once all transactions of
 * that time have ended. Without a mark, at the first end after a start, it is `now_us`: the stored
 * `read_at` may be hours old only because there were no rows. `progress` and `now_us` are from
 * before the read. */
int64_t feed_store_end_read(struct feed_mark *mark, const struct feed_progress *progress,
                            int64_t read_at, int64_t now_us);

bool feed_store_read_progress(struct db *db, const struct feed_source *source,
                              struct feed_progress *out, struct fault *fault) MUST_CHECK;
/* Moves the feed's cursor from `before` to `to`, and locks it until the end of the transaction.
 * Must be called before the batch is written. FAULT_CONFLICT "feed_moved": the cursor is not
 * `before`, because another instance has moved it. */
bool feed_store_move_cursor(struct db *tx, const struct feed_source *source,
                            const struct feed_cursor *before, const struct feed_progress *to,
                            struct fault *fault) MUST_CHECK;

/* The statement with which feed_read() reads the feed of messages. */
extern const struct db_statement feed_messages_statement;
/* Reads the current rows of bot-gateway's feed with these ids; fewer than `count` if their texts
 * are large. */
bool feed_store_list_rows(struct db *db, const struct db_value *ids, size_t count,
                          struct db_rows *rows, struct fault *fault) MUST_CHECK;
/* SQL of the id of the message from which a document with the column `id` was made; NULL if the
 * document's id cannot be that of a message. */
#define FEED_MESSAGE_ID                                                                            \
    "CASE WHEN id ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN id::uuid END"
/* SQL of a CTE `known`: the rows of bot-gateway's feed, deleted messages included, with an id in
 * the CTE `page`. Selects by an array of ids, because for an array PostgreSQL uses the indexes of
 * the tables below the view's UNION. */
#define FEED_KNOWN                                                                                 \
    "known AS MATERIALIZED (SELECT feed.id, feed.tenant_id, feed.deleted"                          \
    "  FROM bot.feed_messages feed WHERE feed.id = ANY (ARRAY(SELECT id FROM page)))"
/* Removes documents from the list whose messages bot-gateway has deleted. `count` is updated. */
bool feed_store_remove_deleted_from_list(struct db *db, struct document *list, size_t *count,
                                         struct fault *fault) MUST_CHECK;

/* Makes a document of a row of bot-gateway's feed, which has the id `id`. Its text is borrowed from
 * `rows`; of a deleted row, only tenant and id are set. */
bool feed_store_read_document(const struct db_rows *rows, int row, const struct uuid *id,
                              struct arena *arena, struct document *out,
                              struct fault *fault) MUST_CHECK;
