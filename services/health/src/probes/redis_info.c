// SPDX-License-Identifier: MIT
#include "probes/redis_info.h"

#include "base/parse.h"

/* name, member */
static const struct number {
    const char *name;
    size_t offset;
} numbers[] = {
    {"used_memory",              offsetof(struct redis_info, used_memory)    },
    {"used_memory_rss",          offsetof(struct redis_info, used_memory_rss)},
    {"maxmemory",                offsetof(struct redis_info, max_memory)     },
    {"connected_clients",        offsetof(struct redis_info, clients)        },
    {"blocked_clients",          offsetof(struct redis_info, blocked_clients)},
    {"rejected_connections",     offsetof(struct redis_info, refused_clients)},
    {"total_commands_processed", offsetof(struct redis_info, commands)       },
    {"evicted_keys",             offsetof(struct redis_info, evicted_keys)   },
    {"expired_keys",             offsetof(struct redis_info, expired_keys)   },
    {"keyspace_hits",            offsetof(struct redis_info, hits)           },
    {"keyspace_misses",          offsetof(struct redis_info, misses)         },
    {"total_net_input_bytes",    offsetof(struct redis_info, bytes_in)       },
    {"total_net_output_bytes",   offsetof(struct redis_info, bytes_out)      },
    {"uptime_in_seconds",        offsetof(struct redis_info, uptime_s)       },
    {"connected_slaves",         offsetof(struct redis_info, replicas)       },
};
/* name of a value that is "ok" or not, member */
static const struct number writes[] = {
    {"aof_last_write_status",     offsetof(struct redis_info, aof_write_ok)  },
    {"aof_last_bgrewrite_status", offsetof(struct redis_info, aof_rewrite_ok)},
    {"rdb_last_bgsave_status",    offsetof(struct redis_info, rdb_save_ok)   },
};

static void put(struct redis_info *out, size_t offset, int64_t number)
{
    memcpy((char *)out + offset, &number, sizeof number);
}

static void take(struct slice name, struct slice value, struct redis_info *out)
{
    int64_t number;
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
        if (slice_is(name, numbers[i].name) && parse_i64(value, 0, INT64_MAX, &number))
            put(out, numbers[i].offset, number);
    for (size_t i = 0; i < ARRAY_LEN(writes); i++) {
        if (!slice_is(name, writes[i].name))
            continue;
        put(out, writes[i].offset, slice_is(value, "ok"));
        out->broken_writes += !slice_is(value, "ok");
    }
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
        take(name, value, out);
        any = any || slice_is(name, "redis_version");
    }
    return any;
}
