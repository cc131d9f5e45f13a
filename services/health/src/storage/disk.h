// SPDX-License-Identifier: MIT
/* The file of the history, and the only thread that uses it.
 *
 * SQLite has two databases here. `main` is in memory: incidents, alerts, silences and heartbeats
 * are changed and read there. `disk` is the file: it stores the rows of `main` for the next
 * start and for archive, and the samples. If the disk is full or broken, changes continue in
 * `main` and are saved when the disk is back. A damaged file is quarantined, and `main` is saved
 * to a new one.
 *
 * A job may outlive the fiber that submitted it, so its data is on the heap and belongs to the
 * job. */
#pragma once

#include "loop/loop.h"

#include "config/plan.h"
#include "storage/sqlite.h"

struct disk;

/* How a table of `main` is copied to and from the disk. Statements without values. */
struct mirror {
    const char *load;         /* at start */
    const char *reconcile;    /* when a file is attached later: handles rows that `main` does not
                               * have */
    const char *save;         /* copies rows of `main` that are not stored */
    const char *mark_saved;   /* marks them as stored */
    const char *mark_unsaved; /* marks all as not stored, for another file */
    const char *trim;         /* deletes rows that `main` no longer needs */
};

/* Returns new. If the file cannot be used now, every disk_write() tries again. `path` and `plan`
 * are borrowed. Blocks while the file is opened: not for fibers. */
struct disk *disk_create(struct loop *loop, const char *path, const struct plan *plan,
                         const struct mirror *const *mirrors, struct fault *fault);
/* Ends the thread; later jobs run in the caller. Takes NULL. */
void disk_stop(struct disk *disk);
void disk_destroy(struct disk *disk);             /* takes NULL */
size_t disk_check_count(const struct disk *disk); /* of the plan */
/* Whether a check of the plan is public. */
bool disk_check_is_outside(const struct disk *disk, size_t check);
/* Since when the disk is unavailable; 0: it is available. */
int64_t disk_away_since(const struct disk *disk);
/* Whether the thread has ended no job for DISK_TIMEOUT_MS although jobs are pending. Then calls
 * fail at once until it does. */
bool disk_is_stuck(const struct disk *disk);
enum { DISK_TIMEOUT_MS = 10 * 1000 };
/* For tests. */
void disk_set_timeout(struct disk *disk, int64_t ms);

/* `run` of sqlite_transaction(). */
typedef bool disk_part_fn(struct sqlite *sqlite, void *data, struct fault *fault);
typedef bool disk_job_fn(struct disk *disk, void *data, struct fault *fault);
/* Runs `job` in the thread and parks the fiber until it ends. `data` is on the heap. True: the
 * caller owns `data` again. False: `drop` (NULL: free) is called with it, now or when the thread
 * has ended the job. FAULT_UNAVAILABLE "history_away" if the disk is stuck; the job may still run
 * later. */
bool disk_run(struct disk *disk, disk_job_fn *job, void *data, void (*drop)(void *data),
              struct fault *fault) MUST_CHECK;

/* Runs `change` by disk_change() in the thread, on a copy of `size` bytes at `arg`, which is copied
 * back. */
bool disk_run_change(struct disk *disk, disk_part_fn *change, void *arg, size_t size,
                     struct fault *fault) MUST_CHECK;

/* A list that one statement returns. ?1 is `at`, ?2 the capacity. */
struct disk_query {
    const char *sql;
    int64_t at;
    size_t size; /* of an item of `out` */
    void (*read)(sqlite3_stmt *row, void *item);
    bool of_disk; /* uses disk_read(); else reads `main` */
};
bool disk_run_query(struct disk *disk, const struct disk_query *query, void *out,
                    size_t *count /* in: capacity */, struct fault *fault) MUST_CHECK;

/* --- for jobs, in the thread --- */

struct sqlite *disk_sqlite(struct disk *disk);
/* The wall clock when the job was submitted. */
int64_t disk_now_us(const struct disk *disk);
/* The ids of the plan's checks in the attached file. A check that left the plan keeps its id. */
const int64_t *disk_check_ids(const struct disk *disk);

/* Changes `main` in a transaction and saves it if the disk is available. An unavailable disk is no
 * failure. */
bool disk_change(struct disk *disk, disk_part_fn *change, void *data,
                 struct fault *fault) MUST_CHECK;
/* Reads `disk`. FAULT_UNAVAILABLE "history_away". */
bool disk_read(struct disk *disk, disk_part_fn *read, void *data, struct fault *fault) MUST_CHECK;
/* Saves unsaved rows and runs `part` (or NULL) in the same transaction. Tries to open a file that
 * is not attached. */
bool disk_write(struct disk *disk, disk_part_fn *part, void *data, struct fault *fault) MUST_CHECK;
/* Whether all rows of `main` are on the disk. */
bool disk_is_saved(const struct disk *disk);
