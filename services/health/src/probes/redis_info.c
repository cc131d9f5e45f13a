// SPDX-License-Identifier: MIT
#include "probes/redis_info.h"

#include "base/parse.h"

static const struct {
    const char *name;
    size_t offset;
} numbers[] = {
    {"used_memory",     offsetof(struct redis_info, used_memory)},
    {"maxmemory",       offsetof(struct redis_info, max_memory) },
    {"keyspace_hits",   offsetof(struct redis_info, hits)       },
    {"keyspace_misses", offsetof(struct redis_info, misses)     },
};
/* Names whose value is "ok" unless the last write failed. */
static const char *const writes[] = {"aof_last_write_status", "aof_last_bgrewrite_status",
                                     "rdb_last_bgsave_status"};

static void store_field(struct slice name, struct slice value, struct redis_info *out)
{
    int64_t number;

    for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
        if (slice_is(name, numbers[i].name) && parse_i64(value, 0, INT64_MAX, &number))
            memcpy((char *)out + numbers[i].offset, &number, sizeof number);
    if (SLICE_IS_IN(name, writes))
        out->broken_writes += !slice_is(value, "ok");
    if (slice_is(name, "loading"))
        out->loading = !slice_is(value, "0");
}

bool redis_info_read(struct slice text, struct redis_info *out)
{
    bool any = false;

    *out = (struct redis_info){0};
    while (text.len > 0) {
        struct slice value = slice_cut(&text, '\n');
        if (value.len > 0 && value.at[value.len - 1] == '\r')
            value.len--;
        if (value.len == 0 || value.at[0] == '#')
            continue;
        const struct slice name = slice_cut(&value, ':');
        store_field(name, value, out);
        any = any || slice_is(name, "redis_version");
    }
    return any;
}
