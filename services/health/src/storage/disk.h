// SPDX-License-Identifier: MIT
/* The file of the history, and the thread that alone uses it.
 *
 * SQLite has two databases here. `main` is in memory: incidents, alerts, silences and heartbeats
 * live there, changes are made there, and what is due is read there. `disk` is the file: it keeps
 * what `main` has, for the next start and for ever, and the samples. So a disk that is full or
 * broken changes nothing but what is remembered: changes go on, and are saved when it is back. A
 * file that is damaged is set aside, and `main` is saved to a new one.
 *
 * A job may outlive the fiber that asked for it: its data is on the heap, and belongs to the job.
 */
#pragma once

#include "loop/loop.h"

#include "config/plan.h"
#include "storage/sqlite.h"

struct disk;

/* Returns new; a file that cannot be used now is tried again at every disk_write(). `plan` and
 * `path` are borrowed. Not called in a fiber: it may block for as long as the file takes to open.
 */
struct disk *disk_create(struct loop *loop, const char *path, const struct plan *plan,
                         struct fault *fault);
/* Ends the thread: jobs are run by the caller from now on. Takes NULL. */
void disk_stop(struct disk *disk);
void disk_destroy(struct disk *disk);             /* takes NULL */
size_t disk_check_count(const struct disk *disk); /* the plan's */
/* Whether a check of the plan is shown outside. */
bool disk_check_is_outside(const struct disk *disk, size_t check);
/* When the disk went away; 0: it is there. */
int64_t disk_away_since(const struct disk *disk);
/* The thread has shown no sign of life for DISK_TIMEOUT_MS, though it has been asked: a disk does
 * not answer. Calls fail at once until it does. */
bool disk_is_stuck(const struct disk *disk);
enum { DISK_TIMEOUT_MS = 10 * 1000 };
/* For tests. */
void disk_set_timeout(struct disk *disk, int64_t ms);

/* `run` of sqlite_transaction(). */
typedef bool disk_part_fn(struct sqlite *sqlite, void *data, struct fault *fault);
typedef bool disk_job_fn(struct disk *disk, void *data, struct fault *fault);
/* Runs `job` in the thread and parks the fiber until it is done. `data` is heap memory. True: it is
 * the caller's again. False: `drop` (NULL: free) is called with it, now or when the thread is done
 * with it. FAULT_UNAVAILABLE "history_away" where the disk is stuck: the job may be done later. */
bool disk_run(struct disk *disk, disk_job_fn *job, void *data, void (*drop)(void *data),
              struct fault *fault) MUST_CHECK;

/* For short calls: `change` in the thread by disk_change(), on a copy of `size` bytes at `arg`,
 * which comes back as `change` left it. */
bool disk_run_change(struct disk *disk, disk_part_fn *change, void *arg, size_t size,
                     struct fault *fault) MUST_CHECK;

/* A list that one statement gives: ?1 is `at`, ?2 the room. */
struct disk_query {
    const char *sql;
    int64_t at;
    size_t size; /* of an item of `out` */
    void (*read)(sqlite3_stmt *row, void *item);
    bool of_disk; /* by disk_read(); else of `main` */
};
bool disk_run_query(struct disk *disk, const struct disk_query *query, void *out,
                    size_t *count /* in: room */, struct fault *fault) MUST_CHECK;

/* --- for jobs, in the thread --- */

struct sqlite *disk_sqlite(struct disk *disk);
/* The wall clock when the job was asked for. */
int64_t disk_now_us(const struct disk *disk);
/* The number of a check of the plan in the file that is attached; one that is gone from the plan
 * keeps its own. */
const int64_t *disk_check_ids(const struct disk *disk);

/* A change of `main`, all or nothing, and saves it, where the disk is there. That the disk is away
 * is no failure of the change. */
bool disk_change(struct disk *disk, disk_part_fn *change, void *data,
                 struct fault *fault) MUST_CHECK;
/* Reads `disk`. FAULT_UNAVAILABLE "history_away". */
bool disk_read(struct disk *disk, disk_part_fn *read, void *data, struct fault *fault) MUST_CHECK;
/* Saves what is not saved, and runs `part` (or NULL) in the same transaction of the disk. A file
 * that is away is tried again. */
bool disk_write(struct disk *disk, disk_part_fn *part, void *data, struct fault *fault) MUST_CHECK;
/* All that `main` has is on the disk. */
bool disk_is_saved(const struct disk *disk);

/* How a table of `main` goes to the disk and comes back. Statements without values. */
struct mirror {
    const char *load;         /* at start */
    const char *reconcile;    /* a file that comes later, or again: what `main` does not know */
    const char *save;         /* rows of `main` that are not stored */
    const char *mark_saved;   /* they are */
    const char *mark_unsaved; /* it is another file */
    const char *trim;         /* rows that `main` needs no longer */
};
