// SPDX-License-Identifier: MIT
/* Reads a feed: a view `feed_*` that another service publishes. It shows the present state of each
 * row with its position (epoch, tx, id), which every change of the row updates; a deleted row stays
 * with `deleted`. The consumer stores the position of the last processed row in its own database,
 * in the transaction that stores the result.
 *
 * The commit-order rule: a transaction gets its number at its first write, but its rows become
 * visible at its commit, so a lower number may appear after a higher one. A feed shows only rows
 * older than every running transaction, so nothing can appear there later. A transaction that stays
 * open, in any database of the cluster, delays all consumers.
 *
 * Each state is read at least once; several changes between two reads appear as one. A consumer
 * drops a row whose `version` is older than its own. In a new epoch (after a restore into another
 * cluster) all rows appear once more.
 */
#pragma once

#include "api/list.h"
#include "db/query.h"

/* Position of the last processed row. Zeroed: before the first row. */
struct feed_cursor {
    int64_t epoch;
    int64_t tx;
    struct uuid id;
};

// clang-format off
/* SQL of a feed. Between FEED_OF and FEED_CUT stand the columns, which are read from number
 * FEED_COLUMNS on, then `large` as in LIST_PAGE_OF, and the view with the alias feed:
 *     .sql = FEED_OF "version, text, octet_length(text) AS large FROM notes.feed_notes feed" FEED_CUT
 * The position is in scalar SELECTs, so that the planner does not know its value. If it did, it
 * would estimate by the epoch, which all rows share, that no rows follow; each page would then read
 * and sort all rows. */
#define FEED_OF                                                                                    \
    LIST_PAGE_OF                                                                                   \
    "SELECT feed.epoch::bigint AS place_epoch, feed.tx::text::bigint AS place_tx,"                 \
    "  feed.id AS place_id, feed.deleted, "
#define FEED_CUT                                                                                   \
    " WHERE (feed.epoch, feed.tx, feed.id) >"                                                      \
    "     ((SELECT $1::integer), (SELECT $2::text::xid8), (SELECT $3::text::uuid))"                \
    "   AND feed.tx < pg_snapshot_xmin(pg_current_snapshot())"                                     \
    " ORDER BY feed.epoch, feed.tx, feed.id LIMIT $4::bigint"                                      \
    LIST_PAGE_CUT
// clang-format on
enum { FEED_COLUMNS = 4 };

/* Reads at most `rows_max` rows after `after`, fewer if they are large. At the end of the feed
 * there are no rows. */
bool feed_read(struct db *db, const struct db_statement *feed, const struct feed_cursor *after,
               int64_t rows_max, struct db_rows *rows, struct fault *fault) MUST_CHECK;
/* Reads the position of a row, and whether the row is deleted; if it is, the view's columns are
 * NULL. */
void feed_read_row(const struct db_rows *rows, int row, struct feed_cursor *cursor, bool *deleted);
