// SPDX-License-Identifier: MIT
/* The list of containers from Docker's Engine API (GET /containers/json?all=1). */
#pragma once

#include "base/arena.h"
#include "base/buf.h"

enum {
    CONTAINERS_MAX = 128,
    CONTAINERS_BYTES_MAX = 512 * 1024,
    CONTAINER_NAME_MAX = 63,
    CONTAINER_UP_LONG = 3600
};

struct container_info {
    char name[CONTAINER_NAME_MAX + 1]; /* without the leading '/'; truncated */
    int64_t made_s;                    /* when it was created */
    int64_t up_max_s;                  /* upper bound of its uptime; CONTAINER_UP_LONG: unknown */
};

struct container_list {
    struct container_info items[CONTAINERS_MAX]; /* that run, healthy or not */
    size_t count;
    size_t down; /* not running, restarting or unhealthy; one that has exited with 0 is done, not
                  * down */
};

/* `names` of those that are down, comma-separated, as many as fit. */
bool containers_read(struct slice json, struct container_list *out, struct buf *names,
                     struct arena *arena, struct fault *fault) MUST_CHECK;
