// SPDX-License-Identifier: MIT
/* Parses files of /proc (proc(5)). */
#pragma once

#include <stdint.h>

#include "base/fault.h"
#include "base/slice.h"

enum { PROC_FILE_MAX = 64 * 1024, PROC_MODES = 8 };

/* Times of all processors since boot, in ticks. */
struct proc_cpu {
    int64_t ticks[PROC_MODES]; /* in the order of proc_modes */
    int64_t busy, all;         /* sums of `ticks`; `busy`: without idle and iowait, with steal */
};
extern const char *const proc_modes[PROC_MODES]; /* "user", "nice" and so on, as in /proc/stat */

struct proc_memory {
    int64_t total, available; /* KiB */
};

/* Parse the text of a file. False: it is malformed or incomplete, and `out` is unchanged. */
bool proc_read_stat(struct slice text, struct proc_cpu *out);
bool proc_read_meminfo(struct slice text, struct proc_memory *out);
/* Reads from vmstat how many processes were killed for lack of memory since boot. */
bool proc_read_oom_kills(struct slice text, int64_t *out);

/* Reads the file `name` in the folder `proc_path` into `room`: at most PROC_FILE_MAX bytes and NUL.
 * `out`: the text in `room`. */
bool proc_read_file(const char *proc_path, const char *name, char room[PROC_FILE_MAX + 1],
                    struct slice *out) MUST_CHECK;
