// SPDX-License-Identifier: MIT
/* The list of containers, as Docker's Engine API has it (GET /containers/json?all=1). */
#pragma once

#include "base/arena.h"
#include "base/buf.h"

enum { CONTAINERS_MAX = 128, CONTAINERS_BYTES_MAX = 512 * 1024 };

struct containers_seen {
    size_t running;
    size_t down; /* not running, restarting or unhealthy; who has ended with 0 is done, not down */
};

/* `names` of those that are down, with a comma between; what does not fit is left out. */
bool containers_read(struct slice json, struct containers_seen *out, struct buf *names,
                     struct arena *arena, struct fault *fault) MUST_CHECK;
