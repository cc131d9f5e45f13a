// SPDX-License-Identifier: MIT
/* The measures that probes report. A reading is a measure and its value. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

// clang-format off
/* X(name in configuration, answers and history; unit; which direction is worse) */
#define MEASURES_EACH(X)                                        \
    X(latency_ms,                   "ms",    HIGHER)            \
    X(certificate_days,             "days",  LOWER)             \
    X(connections,                  "",      HIGHER)            \
    X(longest_transaction_s,        "s",     HIGHER)            \
    X(cache_hit_percent,            "%",     LOWER)             \
    X(memory_percent,               "%",     HIGHER)            \
    X(persistence_errors,           "",      HIGHER)            \
    X(cpu_percent,                  "%",     HIGHER)            \
    X(oom_kills,                    "",      HIGHER)            \
    X(disk_free_percent,            "%",     LOWER)             \
    X(inodes_free_percent,          "%",     LOWER)             \
    X(clock_drift_ms,               "ms",    HIGHER)            \
    /* time since the clock was last synchronised */                  \
    X(clock_unset_s,                "s",     HIGHER)            \
    /* difference between Almaty's UTC offset and +05 */                   \
    X(zone_offset_minutes,          "min",   HIGHER)            \
    X(containers_down,              "",      HIGHER)            \
    X(container_restarts,           "",      HIGHER)            \
    X(servers_down,                 "",      HIGHER)            \
    X(pending_updates,              "",      HIGHER)            \
    X(bots_broken,                  "",      HIGHER)            \
    X(log_errors,                   "",      HIGHER)            \
    X(error_percent,                "%",     HIGHER)            \
    X(oldest_unsent_s,              "s",     HIGHER)            \
    X(broken_rules,                 "",      HIGHER)            \
    X(index_lag_s,                  "s",     HIGHER)            \
    X(trips_overdue,                "",      HIGHER)            \
    X(sos_unanswered,               "",      HIGHER)            \
    X(heartbeat_age_s,              "s",     HIGHER)
// clang-format on

#define MEASURE_NAME_(word, unit, worse) MEASURE_##word,
enum measure { MEASURES_EACH(MEASURE_NAME_) MEASURES };
#undef MEASURE_NAME_

struct measure_kind {
    const char *word;
    const char *unit;
    bool lower_is_worse;
};
extern const struct measure_kind measure_kinds[MEASURES];

enum { READINGS_MAX = 16 }; /* maximum of one probe */

struct reading {
    enum measure measure;
    double value;
};
