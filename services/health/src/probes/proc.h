// SPDX-License-Identifier: MIT
/* What /proc tells of the machine (proc(5)). Readers of texts, and of the files. */
#pragma once

#include <stdint.h>

#include "base/fault.h"
#include "base/slice.h"

enum { PROC_FILE_MAX = 64 * 1024 };

struct proc_cpu {
    int64_t busy,
        all; /* ticks since boot; waiting for the disk counts as idle, stolen time as busy */
    int cores;
};
struct proc_memory {
    int64_t total, available, swap_total, swap_free; /* KiB */
};

bool proc_read_stat(struct slice text, struct proc_cpu *out);
bool proc_read_meminfo(struct slice text, struct proc_memory *out);
bool proc_read_loadavg(struct slice text, double *out);
/* How many processes the kernel has ended for lack of memory, since boot. */
bool proc_read_oom_kills(struct slice text /* vmstat */, int64_t *out);

/* A file of `proc`, at most PROC_FILE_MAX bytes, and a NUL; into `room`. */
bool proc_file(const char *proc, const char *name, char room[PROC_FILE_MAX + 1],
               struct slice *out) MUST_CHECK;
