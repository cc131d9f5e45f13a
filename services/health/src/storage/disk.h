// SPDX-License-Identifier: MIT
/* The file of the history, and the only thread that uses it.
 *
 * If the file is full, broken or missing, disk_save() fails and tries again at its next call. A
 * damaged file is quarantined and a new one created. */
#pragma once

#include "loop/loop.h"

#include "storage/sqlite.h"

struct disk;
struct history;

/* Returns new. The file `path`, borrowed, is opened by the first disk_save(). */
struct disk *disk_create(struct loop *loop, const char *path, struct fault *fault);
/* Ends the thread. Then only disk_save_now() may be called. */
void disk_stop(struct disk *disk);
void disk_destroy(struct disk *disk);
/* Since when the disk is unavailable; 0: it is available. */
int64_t disk_away_since(const struct disk *disk);
/* Whether the thread has ended no job for DISK_TIMEOUT_MS although jobs are pending. Then calls
 * fail at once until it does. */
bool disk_is_stuck(const struct disk *disk);
enum { DISK_TIMEOUT_MS = 10 * 1000 };
/* For tests. */
void disk_set_timeout(struct disk *disk, int64_t ms);

/* Runs `run` in a transaction of the file, in the thread, on a copy of `size` bytes at `arg`, which
 * is copied back. Parks the fiber until it ends. FAULT_UNAVAILABLE "history_away". */
bool disk_run(struct disk *disk, sqlite_part_fn *run, void *arg, size_t size,
              struct fault *fault) MUST_CHECK;

/* An image of memory (tables.h), whose rows are written to the file. */
struct disk_save {
    struct sqlite_image memory;
    int64_t sample;            /* number of the newest sample in it */
    struct sqlite_image found; /* out: if a file was opened, `memory` with the rows of the file */
    bool quarantined;          /* out: a damaged file was replaced */
    /* The caller's. */
    struct history *history;
    int64_t version, missed;
};
/* Called in the loop's thread when the job has ended, which may be after the call. Frees `save`. */
typedef void disk_finish_fn(void *save, bool saved);
bool disk_save(struct disk *disk, struct disk_save *save, disk_finish_fn *finish,
               struct fault *fault) MUST_CHECK;
/* The same, in the caller. Blocks; not while the thread has jobs. */
bool disk_save_now(struct disk *disk, struct disk_save *save, disk_finish_fn *finish,
                   struct fault *fault) MUST_CHECK;
