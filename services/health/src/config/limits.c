// SPDX-License-Identifier: MIT
#include "config/limits.h"

#include <math.h>

/* The default limits: kind, measure, yellow, red. NONE: no threshold. NONE twice: the measure has a
 * limit only if HEALTH_CONFIG sets one. A count that should be 0 is red from 1, so its limit is 0.
 * The thresholds of connections, cache hits, disk, CPU, memory, errors, days of certificates and
 * latencies (500 ms and 2 s of an API, 1 s of a database) are from the team's documentation. */
#define NONE NO_THRESHOLD
static const struct {
    enum check_kind kind;
    struct limit limit;
} known[] = {
    {CHECK_HTTP,       {MEASURE_latency_ms, 500, 2000}           },
    {CHECK_TCP,        {MEASURE_latency_ms, 500, 2000}           },
    {CHECK_TLS,        {MEASURE_certificate_days, 30, 7}         },
    {CHECK_TLS,        {MEASURE_latency_ms, NONE, NONE}          },
    {CHECK_DNS,        {MEASURE_latency_ms, NONE, NONE}          },
    {CHECK_POSTGRES,   {MEASURE_connections, 40, 45}             },
    {CHECK_POSTGRES,   {MEASURE_cache_hit_percent, 95, 90}       },
    {CHECK_POSTGRES,   {MEASURE_latency_ms, 500, 1000}           },
    {CHECK_POSTGRES,   {MEASURE_longest_transaction_s, 300, NONE}},
 /* Never red: guessed API keys are cache misses, so any client can lower this ratio. */
    {CHECK_REDIS,      {MEASURE_cache_hit_percent, 90, NONE}     },
    {CHECK_REDIS,      {MEASURE_memory_percent, 85, 95}          },
    {CHECK_REDIS,      {MEASURE_persistence_errors, NONE, 0}     },
    {CHECK_REDIS,      {MEASURE_latency_ms, 500, 1000}           },
    {CHECK_QDRANT,     {MEASURE_latency_ms, 500, 2000}           },
    {CHECK_DIRECTUS,   {MEASURE_latency_ms, 500, 2000}           },
    {CHECK_N8N,        {MEASURE_latency_ms, 500, 2000}           },
    {CHECK_TRAEFIK,    {MEASURE_latency_ms, 500, 2000}           },
    {CHECK_TRAEFIK,    {MEASURE_servers_down, 1, NONE}           },
    {CHECK_TRAEFIK,    {MEASURE_error_percent, 1, 5}             },
    {CHECK_TRAEFIK,    {MEASURE_certificate_days, 30, 7}         },
    {CHECK_CONTAINERS, {MEASURE_containers_down, NONE, 0}        },
    {CHECK_CONTAINERS, {MEASURE_container_restarts, 2, 4}        },
    {CHECK_CONTAINERS, {MEASURE_latency_ms, NONE, NONE}          },
    {CHECK_HOST,       {MEASURE_cpu_percent, 80, 90}             },
    {CHECK_HOST,       {MEASURE_memory_percent, 85, 95}          },
    {CHECK_HOST,       {MEASURE_oom_kills, 1, NONE}              },
    {CHECK_HOST,       {MEASURE_clock_drift_ms, 500, 5000}       },
    {CHECK_HOST,       {MEASURE_clock_unset_s, 3600, NONE}       },
    {CHECK_HOST,       {MEASURE_zone_offset_minutes, 1, NONE}    },
    {CHECK_DISK,       {MEASURE_disk_free_percent, 20, 10}       },
    {CHECK_DISK,       {MEASURE_inodes_free_percent, 20, 10}     },
    {CHECK_TELEGRAM,   {MEASURE_bots_broken, NONE, 0}            },
    {CHECK_TELEGRAM,   {MEASURE_pending_updates, 100, NONE}      },
    {CHECK_TELEGRAM,   {MEASURE_latency_ms, NONE, NONE}          },
    {CHECK_SERVICE,    {MEASURE_latency_ms, 500, 2000}           },
    {CHECK_SERVICE,    {MEASURE_log_errors, 1, 10}               },
    {CHECK_SERVICE,    {MEASURE_error_percent, 1, 5}             },
    {CHECK_SERVICE,    {MEASURE_oldest_unsent_s, 60, 300}        },
    {CHECK_SERVICE,    {MEASURE_index_lag_s, 60, 600}            },
    {CHECK_SERVICE,    {MEASURE_feed_lag_s, 60, 600}             },
 /* No defaults: HEALTH_CONFIG has a check for each figure, so each has incidents of its own. */
    {CHECK_BUSINESS,   {MEASURE_claims_waiting, NONE, NONE}      },
    {CHECK_BUSINESS,   {MEASURE_bookings_silent, NONE, NONE}     },
    {CHECK_BUSINESS,   {MEASURE_owner_unbound, NONE, NONE}       },
    {CHECK_BUSINESS,   {MEASURE_calendars_failing, NONE, NONE}   },
    {CHECK_BUSINESS,   {MEASURE_conflicts_open, NONE, NONE}      },
    {CHECK_BUSINESS,   {MEASURE_broken_rules, NONE, NONE}        },
    {CHECK_BUSINESS,   {MEASURE_trips_overdue, NONE, NONE}       },
    {CHECK_BUSINESS,   {MEASURE_sos_unanswered, NONE, NONE}      },
    {CHECK_HEARTBEAT,  {MEASURE_heartbeat_age_s, NONE, NONE}     },
    {CHECK_HEARTBEAT,  {MEASURE_heartbeat_took_s, NONE, NONE}    },
    {CHECK_HEARTBEAT,  {MEASURE_heartbeat_loss_s, NONE, NONE}    },
    {CHECK_HEARTBEAT,  {MEASURE_heartbeat_due, NONE, NONE}       },
    {CHECK_HEARTBEAT,  {MEASURE_heartbeat_oldest_s, NONE, NONE}  },
    {CHECK_PEER,       {MEASURE_latency_ms, NONE, NONE}          },
};
enum { KNOWN = ARRAY_LEN(known) };

void limits_set_defaults(struct check *check)
{
    check->limit_count = 0;
    for (size_t i = 0; i < KNOWN; i++) {
        const struct limit *limit = &known[i].limit;
        if (known[i].kind == check->kind && !(isnan(limit->yellow) && isnan(limit->red)))
            check->limits[check->limit_count++] = *limit;
    }
}

bool limits_kind_has_measure(enum check_kind kind, enum measure measure)
{
    for (size_t i = 0; i < KNOWN; i++)
        if (known[i].kind == kind && known[i].limit.measure == measure)
            return true;
    return false;
}

/* Comparisons with NONE are false, so a limit with only one threshold is ordered. */
bool limits_are_ordered(const struct limit *limit)
{
    if (measure_kinds[limit->measure].lower_is_worse)
        return !(limit->yellow < limit->red);
    return !(limit->yellow > limit->red);
}
