// SPDX-License-Identifier: MIT
/* Reading of a feed: a view `feed_*` that another service publishes. It shows the present state of
 * each row with its place (epoch, tx, id), which every change of the row renews; a deleted row
 * stays with `deleted`. The reader keeps the place of the last row it has dealt with, in its own
 * database, in the transaction that stores what it made of the row.
 *
 * The commit-order rule: a transaction has its number from its first write, but its rows are seen
 * when it commits, so a lower number may appear after a higher one. A feed shows only what is older
 * than every transaction that still runs: nothing can appear there later. So one that is left open,
 * in any database of the cluster, holds all readers back.
 *
 * Each state is read at least once, several changes between two readings as one. A reader drops a
 * row whose `version` is older than the one it has. In a new epoch (after a restore into another
 * cluster) all rows come once more.
 */
#pragma once

#include "api/list.h"
#include "db/query.h"

/* Zeroed: before the first row. */
struct feed_place {
    int64_t epoch;
    int64_t tx;
    struct uuid id;
};

// clang-format off
/* The SQL of a feed. Between the two stand the columns, read from FEED_COLUMNS on, then `large` as
 * in LIST_PAGE_OF, and the view under the name feed:
 *     .sql = FEED_OF "version, text, octet_length(text) AS large FROM notes.feed_notes feed" FEED_CUT
 * The place stands in SELECTs, so that no plan knows it. By the epoch, which all rows share, a plan
 * would take what is behind the place for nothing, and each page would read and sort all of it. */
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

/* At most `limit` rows behind `after`, fewer where they are large, none where there are no more. */
bool feed_read(struct db *db, const struct db_statement *feed, const struct feed_place *after,
               int64_t limit, struct db_rows *rows, struct fault *fault) MUST_CHECK;
/* The place of a row, to read on from; whether the row was deleted: its columns are NULL then. */
void feed_row(const struct db_rows *rows, int row, struct feed_place *place, bool *deleted);
