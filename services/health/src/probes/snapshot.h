// SPDX-License-Identifier: MIT
/* The last complete readings of the probes, for metrics/. A probe stores them at its end; if it
 * fails, it marks them as unknown. If several checks have one kind, the last probe counts; disks
 * have an entry each. */
#pragma once

#include "probes/containers.h"
#include "probes/postgres_store.h"
#include "probes/proc.h"
#include "probes/redis_info.h"
#include "probes/restarts.h"

enum { SNAPSHOT_DISKS_MAX = 16, SNAPSHOT_MOUNT_MAX = 127 };

struct snapshot_host {
    struct proc_core cores[PROC_CORES_MAX];
    size_t core_count;
    struct proc_memory memory;
    double loads[PROC_LOADS];    /* NAN: unknown */
    int64_t oom_kills, booted_s; /* -1: unknown */
    double clock_error_s;        /* NAN: the clock is not synchronised */
};

struct snapshot_disk {
    char mount[SNAPSHOT_MOUNT_MAX + 1]; /* the target of its check */
    double size, free, available;       /* bytes; `available` to all users, `free` to root; NAN:
                                         * unknown */
    double files, files_free;
};

/* Zeroed: nothing was probed. */
struct snapshot {
    bool host_known;
    struct snapshot_host host;
    struct snapshot_disk disks[SNAPSHOT_DISKS_MAX]; /* others are omitted */
    size_t disk_count;
    bool postgres_probed, postgres_up, databases_known;
    struct postgres_stats postgres;
    struct postgres_databases databases;
    bool redis_probed, redis_up;
    struct redis_info redis;
    bool containers_known;
    struct container_list containers;
    int64_t containers_at_us;
    struct restarts restarts; /* of the containers, for their probe */
};

/* The entry of a mount, new if there is none. NULL: there are too many, or the name is too long. */
struct snapshot_disk *snapshot_disk(struct snapshot *snapshot, const char *mount);
