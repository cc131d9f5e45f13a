// SPDX-License-Identifier: MIT
/* Reads the list of containers from Docker's Engine API (GET /containers/json?all=1). */
#pragma once

#include "base/arena.h"
#include "base/buf.h"

enum {
    CONTAINERS_MAX = 128,
    CONTAINERS_BYTES_MAX = 512 * 1024,
    CONTAINER_NAME_MAX = 63,
    CONTAINER_UP_LONG = 3600 /* seconds; up_max_s of an uptime not shown in seconds or minutes */
};

struct container_info {
    char name[CONTAINER_NAME_MAX + 1]; /* without the leading '/'; truncated */
    int64_t made_s;                    /* when it was created */
    int64_t up_max_s;                  /* upper bound of its uptime, or CONTAINER_UP_LONG */
};

struct container_list {
    struct container_info items[CONTAINERS_MAX]; /* the running ones, healthy or not */
    size_t count;
    /* Number of containers that are stopped, restarting or unhealthy. A container that has exited
     * with status 0 is not counted. */
    size_t down;
};

/* Parses the list. Appends to `down_names` the names of the containers counted in `down`,
 * comma-separated, as many as fit. */
bool containers_read(struct slice json, struct container_list *out, struct buf *down_names,
                     struct arena *arena, struct fault *fault) MUST_CHECK;
