// SPDX-License-Identifier: MIT
/* Parses the answer of Redis' INFO: lines of `name:value`, sections of `# Name`. */
#pragma once

#include <stdint.h>

#include "base/slice.h"

struct redis_info {
    int64_t used_memory, max_memory; /* bytes; max_memory 0: no limit */
    int64_t hits, misses;
    int broken_writes; /* how many of these failed last time: AOF write, AOF rewrite, RDB save */
    bool loading;
};

/* Parses an answer of INFO. False: the text is not an answer of INFO. Missing numbers are 0. */
bool redis_info_read(struct slice text, struct redis_info *out);
