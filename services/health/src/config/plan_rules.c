// SPDX-License-Identifier: MIT
#include "config/plan_rules.h"

#include <math.h>

#include "base/parse.h"

/* --- targets --- */

enum { DNS_NAME_MAX = 253, PORT_MAX = 65535 };

static const enum target_form forms[CHECK_KINDS] = {
    [CHECK_HTTP] = TARGET_URL,       [CHECK_TCP] = TARGET_ADDRESS,    [CHECK_TLS] = TARGET_ADDRESS,
    [CHECK_DNS] = TARGET_NAME,       [CHECK_POSTGRES] = TARGET_NONE,  [CHECK_REDIS] = TARGET_NONE,
    [CHECK_QDRANT] = TARGET_URL,     [CHECK_DIRECTUS] = TARGET_URL,   [CHECK_N8N] = TARGET_URL,
    [CHECK_TRAEFIK] = TARGET_URL,    [CHECK_CONTAINERS] = TARGET_URL, [CHECK_HOST] = TARGET_NONE,
    [CHECK_DISK] = TARGET_PATH,      [CHECK_TELEGRAM] = TARGET_URL,   [CHECK_SERVICE] = TARGET_URL,
    [CHECK_HEARTBEAT] = TARGET_NONE, [CHECK_PEER] = TARGET_URL};

const char *const target_forms[] = {
    [TARGET_NONE] = "left out",
    [TARGET_URL] = "a URL like https://host:port/path, without user and password",
    [TARGET_ADDRESS] = "host:port, an IPv6 address in brackets",
    [TARGET_NAME] = "a name of DNS",
    [TARGET_PATH] = "an absolute path",
};

enum target_form target_form(enum check_kind kind)
{
    return forms[kind];
}

static bool is_letter_or_digit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool is_of(struct slice text, const char *others)
{
    for (size_t i = 0; i < text.len; i++)
        if (!is_letter_or_digit(text.at[i]) &&
            (text.at[i] == '\0' || strchr(others, text.at[i]) == NULL))
            return false;
    return text.len > 0;
}

/* Labels of 1 to 63 bytes; a dot at the end is allowed. */
static bool is_dns_name(struct slice name)
{
    if (name.len > 0 && name.at[name.len - 1] == '.')
        name.len--;
    if (name.len > DNS_NAME_MAX || !is_of(name, "-_."))
        return false;
    while (name.at != NULL) {
        const struct slice label = slice_cut(&name, '.');
        if (label.len == 0 || label.len > 63)
            return false;
    }
    return true;
}

/* Takes a host off the front, with its brackets. */
static bool take_host(struct slice *rest)
{
    size_t len = 0;

    if (rest->len > 0 && rest->at[0] == '[') {
        const char *end = memchr(rest->at, ']', rest->len);
        if (end == NULL)
            return false;
        const struct slice inside = {rest->at + 1, (size_t)(end - rest->at) - 1};
        *rest = slice_from(*rest, inside.len + 2);
        return is_of(inside, ":.") && memchr(inside.at, ':', inside.len) != NULL;
    }
    while (len < rest->len && strchr(":/?#", rest->at[len]) == NULL)
        len++;
    const struct slice name = {rest->at, len};
    *rest = slice_from(*rest, len);
    return is_dns_name(name);
}

static bool is_port(struct slice text)
{
    int64_t port;

    return parse_i64(text, 1, PORT_MAX, &port) && text.at[0] != '0';
}

static bool is_address(struct slice text)
{
    return take_host(&text) && text.len > 1 && text.at[0] == ':' && is_port(slice_from(text, 1));
}

static bool is_url(struct slice text)
{
    const struct slice plain = SLICE("http://"), secure = SLICE("https://");

    if (!slice_starts(text, plain) && !slice_starts(text, secure))
        return false;
    text = slice_from(text, slice_starts(text, plain) ? plain.len : secure.len);
    if (!take_host(&text))
        return false;
    if (text.len > 0 && text.at[0] == ':') {
        size_t len = 1;
        while (len < text.len && strchr("/?#", text.at[len]) == NULL)
            len++;
        if (!is_port((struct slice){text.at + 1, len - 1}))
            return false;
        text = slice_from(text, len);
    }
    return text.len == 0 || is_of(text, "-._~:/?@!$&'()*+,;=%[]");
}

bool target_fits(enum target_form form, struct slice target)
{
    switch (form) {
    case TARGET_NONE:
        return target.len == 0;
    case TARGET_URL:
        return is_url(target);
    case TARGET_ADDRESS:
        return is_address(target);
    case TARGET_NAME:
        return is_dns_name(target);
    case TARGET_PATH:
        return target.len > 0 && target.at[0] == '/';
    }
    return false;
}

/* --- times and limits --- */

int64_t limits_default_timeout_ms(int64_t interval_ms)
{
    const int64_t usual_ms = 3000;

    return interval_ms > usual_ms ? usual_ms : interval_ms / 2;
}

/* kind, measure, yellow, red (NONE: no border; both: measured, and judged where the file says so).
 * The team's documentation promises: connections, cache hits, disk, CPU, memory, errors, days of
 * certificates; 500 ms and 2 s of an API, 1 s of a database. What should never be is red from the
 * first on. */
#define NONE NO_THRESHOLD
static const struct {
    enum check_kind kind;
    struct limit limit;
} known[] = {
    {CHECK_HTTP,       {MEASURE_latency_ms, 500, 2000}            },
    {CHECK_HTTP,       {MEASURE_certificate_days, NONE, NONE}     },
    {CHECK_TCP,        {MEASURE_latency_ms, 500, 2000}            },
    {CHECK_TLS,        {MEASURE_certificate_days, 30, 7}          },
    {CHECK_TLS,        {MEASURE_latency_ms, NONE, NONE}           },
    {CHECK_DNS,        {MEASURE_latency_ms, NONE, NONE}           },
    {CHECK_POSTGRES,   {MEASURE_connections, 40, 45}              },
    {CHECK_POSTGRES,   {MEASURE_cache_hit_percent, 95, 90}        },
    {CHECK_POSTGRES,   {MEASURE_latency_ms, 500, 1000}            },
    {CHECK_POSTGRES,   {MEASURE_longest_transaction_s, 300, NONE} },
    {CHECK_POSTGRES,   {MEASURE_dead_tuples_percent, NONE, NONE}  },
    {CHECK_POSTGRES,   {MEASURE_database_bytes, NONE, NONE}       },
    {CHECK_POSTGRES,   {MEASURE_wal_bytes, NONE, NONE}            },
    {CHECK_POSTGRES,   {MEASURE_replication_lag_bytes, NONE, NONE}},
 /* Guessed API keys are misses, so a stranger can spoil it: never red. */
    {CHECK_REDIS,      {MEASURE_cache_hit_percent, 90, NONE}      },
    {CHECK_REDIS,      {MEASURE_memory_percent, 85, 95}           },
    {CHECK_REDIS,      {MEASURE_persistence_errors, NONE, 0}      },
    {CHECK_REDIS,      {MEASURE_latency_ms, 500, 1000}            },
    {CHECK_REDIS,      {MEASURE_connections, NONE, NONE}          },
    {CHECK_REDIS,      {MEASURE_evictions, NONE, NONE}            },
    {CHECK_QDRANT,     {MEASURE_latency_ms, 500, 2000}            },
    {CHECK_DIRECTUS,   {MEASURE_latency_ms, 500, 2000}            },
    {CHECK_N8N,        {MEASURE_latency_ms, 500, 2000}            },
    {CHECK_TRAEFIK,    {MEASURE_latency_ms, 500, 2000}            },
    {CHECK_TRAEFIK,    {MEASURE_servers_down, 1, NONE}            },
    {CHECK_TRAEFIK,    {MEASURE_error_percent, 1, 5}              },
    {CHECK_TRAEFIK,    {MEASURE_certificate_days, 30, 7}          },
    {CHECK_TRAEFIK,    {MEASURE_connections, NONE, NONE}          },
    {CHECK_CONTAINERS, {MEASURE_containers_down, NONE, 0}         },
    {CHECK_CONTAINERS, {MEASURE_container_restarts, 2, 4}         },
    {CHECK_CONTAINERS, {MEASURE_latency_ms, NONE, NONE}           },
    {CHECK_HOST,       {MEASURE_cpu_percent, 80, 90}              },
    {CHECK_HOST,       {MEASURE_memory_percent, 85, 95}           },
    {CHECK_HOST,       {MEASURE_oom_kills, 1, NONE}               },
    {CHECK_HOST,       {MEASURE_clock_drift_ms, 500, 5000}        },
    {CHECK_HOST,       {MEASURE_clock_unset_s, 3600, NONE}        },
    {CHECK_HOST,       {MEASURE_zone_offset_minutes, 1, NONE}     },
    {CHECK_HOST,       {MEASURE_swap_percent, NONE, NONE}         },
    {CHECK_HOST,       {MEASURE_load_per_core, NONE, NONE}        },
    {CHECK_DISK,       {MEASURE_disk_free_percent, 20, 10}        },
    {CHECK_DISK,       {MEASURE_inodes_free_percent, 20, 10}      },
    {CHECK_TELEGRAM,   {MEASURE_bots_broken, NONE, 0}             },
    {CHECK_TELEGRAM,   {MEASURE_pending_updates, 100, NONE}       },
    {CHECK_TELEGRAM,   {MEASURE_latency_ms, NONE, NONE}           },
    {CHECK_SERVICE,    {MEASURE_latency_ms, 500, 2000}            },
    {CHECK_SERVICE,    {MEASURE_log_errors, 1, 10}                },
    {CHECK_SERVICE,    {MEASURE_error_percent, 1, 5}              },
    {CHECK_SERVICE,    {MEASURE_cache_hit_percent, 95, 90}        },
    {CHECK_SERVICE,    {MEASURE_oldest_unsent_s, 60, 300}         },
    {CHECK_SERVICE,    {MEASURE_broken_rules, NONE, 0}            },
    {CHECK_SERVICE,    {MEASURE_index_lag_s, 60, 600}             },
    {CHECK_SERVICE,    {MEASURE_trips_overdue, 0, 5}              },
    {CHECK_SERVICE,    {MEASURE_sos_unanswered, NONE, 0}          },
    {CHECK_SERVICE,    {MEASURE_connections, NONE, NONE}          },
    {CHECK_SERVICE,    {MEASURE_memory_percent, NONE, NONE}       },
    {CHECK_HEARTBEAT,  {MEASURE_heartbeat_age_s, NONE, NONE}      },
    {CHECK_PEER,       {MEASURE_latency_ms, NONE, NONE}           },
};
enum { KNOWN = sizeof known / sizeof known[0] };

void limits_default(struct check *check)
{
    check->limit_count = 0;
    for (size_t i = 0; i < KNOWN; i++) {
        const struct limit *limit = &known[i].limit;
        if (known[i].kind == check->kind && !(isnan(limit->yellow) && isnan(limit->red)))
            check->limits[check->limit_count++] = *limit;
    }
}

bool limits_have_measure(enum check_kind kind, enum measure measure)
{
    for (size_t i = 0; i < KNOWN; i++)
        if (known[i].kind == kind && known[i].limit.measure == measure)
            return true;
    return false;
}

/* Comparisons with NONE are false. */
bool limits_are_ordered(const struct limit *limit)
{
    if (measure_kinds[limit->measure].lower_is_worse)
        return !(limit->yellow < limit->red);
    return !(limit->yellow > limit->red);
}
