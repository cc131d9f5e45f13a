// SPDX-License-Identifier: MIT
/* The last complete readings of the probes, for metrics/. A probe stores its readings at its end; a
 * failed probe marks them as unknown. If several checks have the same kind, the readings are of the
 * check that was probed last; each disk has its own entry. */
#pragma once

#include "probes/postgres_store.h"
#include "probes/proc.h"
#include "probes/restarts.h"

enum { SNAPSHOT_DISKS_MAX = 16, SNAPSHOT_MOUNT_MAX = 127 };

struct snapshot_disk {
    char mount[SNAPSHOT_MOUNT_MAX + 1]; /* the target of its check */
    double size, available; /* bytes; `available`: without root's reserve; NAN: unknown */
};

/* Zeroed: nothing was probed yet. */
struct snapshot {
    bool host_known;
    struct proc_cpu cpu;
    struct proc_memory memory;
    int64_t oom_kills;                              /* -1: unknown */
    struct snapshot_disk disks[SNAPSHOT_DISKS_MAX]; /* disks beyond the maximum are omitted */
    size_t disk_count;
    bool postgres_known;
    struct postgres_stats postgres;
    struct restarts restarts; /* state of the probe of containers */
};

/* Returns the entry of a mount; adds one if there is none. NULL: there are SNAPSHOT_DISKS_MAX
 * others, or the name is too long. */
struct snapshot_disk *snapshot_find_or_add_disk(struct snapshot *snapshot, const char *mount);
