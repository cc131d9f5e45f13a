// SPDX-License-Identifier: MIT
/* The list of containers, as Docker's Engine API has it (GET /containers/json?all=1). */
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
    char name[CONTAINER_NAME_MAX + 1]; /* without the '/' before it; clipped */
    int64_t made_s;                    /* when it was created */
    int64_t up_max_s; /* it was started less than so long ago; CONTAINER_UP_LONG: not known */
};

struct container_list {
    size_t running;
    struct container_info items[CONTAINERS_MAX]; /* those that run, be they healthy or not */
    size_t count;
    size_t down; /* not running, restarting or unhealthy; who has ended with 0 is done, not down */
};

/* `names` of those that are down, with a comma between; what does not fit is left out. */
bool containers_read(struct slice json, struct container_list *out, struct buf *names,
                     struct arena *arena, struct fault *fault) MUST_CHECK;
