// SPDX-License-Identifier: MIT
/* Shared by the files of storage/. */
#pragma once

#include <sys/queue.h>

#include "storage/history.h"
#include "storage/sqlite.h"

struct disk;

struct history {
    const struct plan *plan;
    struct disk *disk;
    struct sqlite *memory;        /* see tables.h; used by the loop's thread only */
    int64_t version;              /* number of changes of `memory`, without samples */
    int64_t changes;              /* sqlite_total_changes() when the transaction began */
    LIST_HEAD(, disk_save) saves; /* pending calls of disk_save(), the newest first */
    int64_t newest;               /* number of the newest sample */
    int64_t waiting;              /* samples in memory */
    int64_t saving;               /* number of the newest sample in a pending save; 0: none */
    int64_t in_save;              /* samples in memory up to that one */
    struct missed missing;        /* the dropped samples that are not yet recorded on the disk */
    int64_t alerts_waiting, alerts_given_up;
};

/* Begins a transaction of `memory`, which is returned. history_commit() must end it. */
struct sqlite *history_begin(struct history *history);
/* Ends the transaction: rolls back if not `ok`. If rows were changed, saves them and parks the
 * fiber until they are on the disk. An unavailable disk is no failure. */
bool history_commit(struct history *history, bool ok, struct fault *fault) MUST_CHECK;
/* Runs one statement in a transaction of `memory`. */
bool history_exec(struct history *history, const char *sql, const struct sqlite_value *values,
                  size_t count, struct fault *fault) MUST_CHECK;

/* A statement that returns a list. ?1 is `at`, ?2 the capacity. */
struct history_query {
    const char *sql;
    int64_t at;
    size_t size; /* bytes of an item of the list */
    void (*read)(sqlite3_stmt *row, void *item);
};
/* Reads a list from `memory` into `out`. */
bool history_query(struct history *history, const struct history_query *query, void *out,
                   size_t *count /* in: capacity */, struct fault *fault) MUST_CHECK;
