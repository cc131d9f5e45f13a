// SPDX-License-Identifier: MIT
/* SQL of snapshots of the lexicon: the tables `lexicon_snapshot` and `lexicon_piece`. */
#pragma once

#include "db/transaction.h"

#include "lexicon/lexicon.h"
#include "lexicon/lexicon_store.h"

enum {
    SNAPSHOT_PAUSE_S = 600,     /* the shortest time between the starts of two snapshots, whichever
                                 * instances start them */
    SNAPSHOT_RENEWED_S = 86400, /* an older snapshot is renewed even after few changes */
    SNAPSHOT_VALID_S = 3 * 86400,  /* an older snapshot is not read */
    SNAPSHOT_DOCUMENTS = 20 * 1000 /* a snapshot that lacks this many documents is renewed */
};

/* A snapshot without its chunks. */
struct snapshot_head {
    int64_t number;
    struct lexicon_state state; /* the table lacks `lexicon`, `base` and `settled` */
    struct lexicon_sums sums;
    int64_t terms;  /* lexicon_number_of_terms() */
    int64_t chunks; /* number of chunks */
};

/* Reads the newest complete snapshot that is valid in this database and has this number of
 * erasures. `out->number` is 0 if there is none. */
bool snapshot_store_find_latest(struct db *db, int64_t erasures, struct snapshot_head *out,
                                struct fault *fault) MUST_CHECK;
/* Reads a chunk of a snapshot. No rows: the snapshot was deleted, or the chunk is missing. */
bool snapshot_store_read_chunk(struct db *db, int64_t snapshot, int64_t chunk_number,
                               struct db_rows *rows, struct fault *fault) MUST_CHECK;

/* Starts a snapshot and sets `head->number`; 0: none is started, because a nearly equal snapshot
 * exists, another was started recently, or a person was erased since the counting of the documents
 * in the lexicon began. */
bool snapshot_store_begin_if_due(struct db *tx, struct snapshot_head *head,
                                 struct fault *fault) MUST_CHECK;
/* Stores a chunk of a started snapshot. Has a transaction of its own, as
 * snapshot_store_complete_and_delete_older() and snapshot_store_delete() have. FAULT_CONFLICT
 * "snapshot_gone": the snapshot was deleted, because a newer one is complete. */
bool snapshot_store_insert_chunk(struct db_pool *pool, int64_t snapshot, int64_t chunk_number,
                                 struct slice chunk, struct fault *fault) MUST_CHECK;
/* Completes the snapshot and deletes older ones. */
bool snapshot_store_complete_and_delete_older(struct db_pool *pool,
                                              const struct snapshot_head *head,
                                              struct fault *fault) MUST_CHECK;
/* Deletes snapshots with another number of erasures, which may contain words of erased people. */
bool snapshot_store_delete_before_erasure(struct db *tx, int64_t erasures,
                                          struct fault *fault) MUST_CHECK;
bool snapshot_store_delete(struct db_pool *pool, int64_t snapshot, struct fault *fault) MUST_CHECK;
