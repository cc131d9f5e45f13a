// SPDX-License-Identifier: MIT
/* The answer of Redis' INFO: lines of `name:value`, sections of `# Name`. */
#pragma once

#include <stdint.h>

#include "base/slice.h"

struct redis_info {
    int64_t used_memory, max_memory; /* bytes; max 0: no limit */
    int64_t evicted_keys;
    int64_t hits, misses;
    int64_t used_memory_rss;
    int64_t clients, blocked_clients, refused_clients;
    int64_t commands, expired_keys, bytes_in, bytes_out;
    int64_t uptime_s, replicas;
    int64_t aof_write_ok, aof_rewrite_ok, rdb_save_ok; /* 1: the last one went well */
    int broken_writes; /* how many of AOF write, AOF rewrite and RDB save went wrong last time */
    bool loading;
};

/* False: it is no such answer. Names that are not there read as 0. */
bool redis_info_read(struct slice text, struct redis_info *out);
