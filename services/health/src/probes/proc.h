// SPDX-License-Identifier: MIT
/* Parses files of /proc (proc(5)). */
#pragma once

#include <stdint.h>

#include "base/fault.h"
#include "base/slice.h"

enum { PROC_FILE_MAX = 64 * 1024, PROC_CORES_MAX = 64, PROC_MODES = 8, PROC_LOADS = 3 };

struct proc_cpu {
    int64_t busy, all; /* ticks since boot; iowait counts as idle, steal as busy */
    int cores;
};
/* Times of one processor since boot. */
struct proc_core {
    int number;
    int64_t ticks[PROC_MODES]; /* in the order of proc_modes */
};
extern const char *const proc_modes[PROC_MODES]; /* "user", "nice" and so on, as in stat */

struct proc_memory {
    int64_t total, available, free, buffers, cached, swap_total, swap_free; /* KiB */
};

bool proc_read_stat(struct slice text, struct proc_cpu *out);
bool proc_read_meminfo(struct slice text, struct proc_memory *out);
/* The number of processors in `out`; those beyond PROC_CORES_MAX are omitted. */
size_t proc_read_cores(struct slice text /* stat */, struct proc_core out[PROC_CORES_MAX]);
/* Means of 1, 5 and 15 minutes. */
bool proc_read_loadavg(struct slice text, double out[PROC_LOADS]);
/* The number of the line that begins with `name`: in vmstat "oom_kill", processes killed for lack
 * of memory since boot; in stat "btime", the boot time. */
bool proc_read_count(struct slice text, const char *name, int64_t *out);

/* Reads a file of `proc` into `room`, at most PROC_FILE_MAX bytes, NUL-terminated. */
bool proc_file(const char *proc, const char *name, char room[PROC_FILE_MAX + 1],
               struct slice *out) MUST_CHECK;
