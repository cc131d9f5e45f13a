// SPDX-License-Identifier: MIT
/* SQL of the kept lexicon: the tables `lexicon_snapshot` and `lexicon_piece`. */
#pragma once

#include "lexicon/lexicon_state.h"

enum {
    SNAPSHOT_PAUSE_S = 600,        /* between the beginnings of two, of all copies */
    SNAPSHOT_RENEWED_S = 86400,    /* an older one is written anew although little has changed */
    SNAPSHOT_KEPT_S = 3 * 86400,   /* an older one is not read */
    SNAPSHOT_DOCUMENTS = 20 * 1000 /* one that is behind by so many is written anew */
};

struct snapshot_head {
    int64_t number;
    struct lexicon_cursor place;
    struct lexicon_cursor deleted;
    int64_t erasures;
    int64_t changed;
    struct lexicon_sums sums;
    int64_t terms;
    int64_t pieces;
};

/* The newest whole one that is good here and now, of so many erasures. `number` 0: there is none.
 */
bool snapshot_store_latest(struct db *db, int64_t erasures, struct snapshot_head *out,
                           struct fault *fault) MUST_CHECK;
/* None: the snapshot is gone, or it is broken. */
bool snapshot_store_chunk(struct db *db, int64_t snapshot, int64_t number, struct db_rows *rows,
                          struct fault *fault) MUST_CHECK;

/* Begins one and sets its number, in a transaction. 0: there is one that is nearly as good, another
 * was begun a short while ago, or somebody was erased since its count began. */
bool snapshot_store_begin(struct db *tx, struct snapshot_head *head,
                          struct fault *fault) MUST_CHECK;
/* FAULT_CONFLICT "snapshot_gone": a newer one is whole already. */
bool snapshot_store_put(struct db *tx, int64_t snapshot, int64_t number, struct slice piece,
                        struct fault *fault) MUST_CHECK;
/* It is whole; older ones are deleted. */
bool snapshot_store_end(struct db *tx, const struct snapshot_head *head,
                        struct fault *fault) MUST_CHECK;
/* Deletes those that may have words of people who were erased since: of other numbers of erasures.
 */
bool snapshot_store_delete_erased(struct db *tx, int64_t erasures, struct fault *fault) MUST_CHECK;
bool snapshot_store_delete(struct db *tx, int64_t snapshot, struct fault *fault) MUST_CHECK;
