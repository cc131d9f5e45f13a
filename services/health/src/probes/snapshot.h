// SPDX-License-Identifier: MIT
/* What the probes have read last, whole, for metrics/. Each probe that reads such things leaves
 * them here at its end; one that fails says that they are not known. With several checks of one
 * kind the last one counts, but of disks there is one for each. */
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
    double loads[PROC_LOADS];    /* NAN: not known */
    int64_t oom_kills, booted_s; /* -1: not known */
    double clock_error_s;        /* NAN: nobody sets the clock */
};

struct snapshot_disk {
    char mount[SNAPSHOT_MOUNT_MAX + 1]; /* the target of its check */
    double size, free, available; /* bytes; `available` to all, `free` to root; NAN: not known */
    double files, files_free;
};

/* Zeroed: nothing was looked at. */
struct snapshot {
    bool host_known;
    struct snapshot_host host;
    struct snapshot_disk disks[SNAPSHOT_DISKS_MAX]; /* those beyond are left out */
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

/* The place of a mount, made where there is none. NULL: there are too many, or its name is too
 * long. */
struct snapshot_disk *snapshot_disk(struct snapshot *snapshot, const char *mount);
