// SPDX-License-Identifier: MIT
/* Reads the list of containers from Docker's Engine API (GET /containers/json?all=1). */
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
    struct container_info items[CONTAINERS_MAX]; /* the running ones, healthy or not */
    size_t count;
    /* Number of containers that are not running, restarting or unhealthy; one that has
     * exited with 0 is not counted. */
    size_t down;
};

/* Parses the list. `names` gets the names of containers that are down, comma-separated, as many as
 * fit. */
bool containers_read(struct slice json, struct container_list *out, struct buf *names,
                     struct arena *arena, struct fault *fault) MUST_CHECK;
