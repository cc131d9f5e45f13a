// SPDX-License-Identifier: MIT
/* A cached value; see cache/entry.h. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"

struct cache_value {
    bool found; /* false: a negative entry */
    int64_t version;
    /* In the caller's arena, or borrowed from the near entries until the fiber next parks or ends;
     * copy what must live longer. A near entry that is dropped is freed at the end of the
     * iteration. */
    struct slice data;
};
