// SPDX-License-Identifier: MIT
/* The last complete readings of the probes, for metrics/. A probe stores them at its end; if it
 * fails, it marks them as unknown. If several checks have one kind, the last probe counts; disks
 * have an entry each. */
#pragma once

#include "probes/postgres_store.h"
#include "probes/proc.h"
#include "probes/restarts.h"

enum { SNAPSHOT_DISKS_MAX = 16, SNAPSHOT_MOUNT_MAX = 127 };

struct snapshot_disk {
    char mount[SNAPSHOT_MOUNT_MAX + 1]; /* the target of its check */
    double size, available;             /* bytes; `available` to all users; NAN: unknown */
};

/* Zeroed: nothing was probed. */
struct snapshot {
    bool host_known;
    struct proc_cpu cpu;
    struct proc_memory memory;
    int64_t oom_kills;                              /* -1: unknown */
    struct snapshot_disk disks[SNAPSHOT_DISKS_MAX]; /* others are omitted */
    size_t disk_count;
    bool postgres_known;
    struct postgres_stats postgres;
    struct restarts restarts; /* of the containers, for their probe */
};

/* The entry of a mount, new if there is none. NULL: there are too many, or the name is too long. */
struct snapshot_disk *snapshot_disk(struct snapshot *snapshot, const char *mount);
