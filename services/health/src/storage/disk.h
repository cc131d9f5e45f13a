// SPDX-License-Identifier: MIT
/* The file of the history, and the only thread that uses it.
 *
 * If the file is full, broken or missing, disk_save() fails and tries again at its next call. A
 * damaged file is quarantined (renamed) and a new one created. */
#pragma once

#include <sys/queue.h>

#include "loop/loop.h"

#include "storage/sqlite.h"

struct disk;
struct history;

/* Returns new. The path is borrowed; the first disk_save() opens the file. */
struct disk *disk_create(struct loop *loop, const char *path, struct fault *fault);
/* Ends the thread. Afterwards only disk_save_blocking() and disk_destroy() may be called. */
void disk_stop_thread(struct disk *disk);
void disk_destroy(struct disk *disk);
/* When the disk became unavailable, wall clock; 0: the disk is available. */
int64_t disk_away_since_us(const struct disk *disk);
/* Whether jobs are pending, but the thread has ended no job for DISK_TIMEOUT_MS. While this is
 * true, all calls fail at once. */
bool disk_is_stuck(const struct disk *disk);
enum { DISK_TIMEOUT_MS = 10 * 1000 };
/* Replaces DISK_TIMEOUT_MS, for tests. */
void disk_set_timeout(struct disk *disk, int64_t timeout_ms);

/* Runs `run` in a transaction of the file, in the disk's thread. `run` works on a copy of the
 * `size` bytes at `arg`, which is copied back. Parks the fiber until the transaction has ended.
 * Fails with FAULT_UNAVAILABLE "history_away". */
bool disk_run_in_transaction(struct disk *disk, sqlite_part_fn *run, void *arg, size_t size,
                             struct fault *fault) MUST_CHECK;

/* A job that writes an image of memory (tables.h) to the file. */
struct disk_save {
    struct sqlite_image memory;
    int64_t sample;            /* number of the newest sample in `memory` */
    struct sqlite_image found; /* out: `memory`, and the needed rows of an opened file */
    bool quarantined;          /* out: a damaged file was replaced */
    /* Used by the caller's `finish` only. */
    struct history *history;
    LIST_ENTRY(disk_save) of_saves;
    int64_t version, missed;
};
/* Called in the loop's thread when the job has ended, which may be after disk_save() has returned.
 * Must free `save`. */
typedef void disk_finish_fn(void *save, bool saved);
bool disk_save(struct disk *disk, struct disk_save *save, disk_finish_fn *finish,
               struct fault *fault) MUST_CHECK;
/* Like disk_save(), but blocks in the calling thread. The disk's thread must have no jobs. */
bool disk_save_blocking(struct disk *disk, struct disk_save *save, disk_finish_fn *finish,
                        struct fault *fault) MUST_CHECK;
