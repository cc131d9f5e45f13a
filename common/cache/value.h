// SPDX-License-Identifier: MIT
/* One cached answer, as cache/entry.h gives it and takes it. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"

struct cache_value {
    bool found; /* false: a negative entry, which says that nothing is there */
    int64_t version;
    /* In the caller's arena, or borrowed from the near entries until the fiber next parks or ends;
     * copy what must live longer. A near entry that is dropped is freed at the end of the turn. */
    struct slice data;
};
