// SPDX-License-Identifier: MIT
/* Probes this machine: processors, memory, processes killed for lack of memory, the clock. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timex.h>
#include <time.h>

#include "base/auto.h"
#include "base/env.h"
#include "base/now.h"

#include "probes/counter_rate.h"
#include "probes/probe_private.h"
#include "probes/proc.h"
#include "probes/snapshot.h"

/* Time for which a kill counts. It covers several probes, because a single bad probe fails no
 * check. */
#define KILLS_SPAN (600 * NS_PER_S)
enum { ALMATY_MINUTES = 5 * 60 };

/* Counters of the previous probe. */
struct memory {
    struct proc_cpu cpu;
    struct counter_rate oom_kills;
    int64_t unset_ns; /* when the clock was first seen unsynchronised; 0: it is synchronised */
    bool any;
};

static void add_cpu_reading(const struct proc_cpu *cpu, struct memory *counters,
                            struct probe_result *result)
{
    const int64_t all = cpu->all - counters->cpu.all;

    if (counters->any && all > 0)
        probe_add_reading(result, MEASURE_cpu_percent,
                          100.0 * (double)(cpu->busy - counters->cpu.busy) / (double)all);
    counters->cpu = *cpu;
}

/* Adds the clock's error, as estimated by the program that synchronises it (adjtimex(2)). While no
 * program synchronises the clock, the estimate is meaningless, so only the time without
 * synchronisation is added. */
static void add_clock_readings(struct memory *counters, struct probe_result *result)
{
    const int64_t now_ns = now_mono_ns();
    struct timex timex = {0};

    if (adjtimex(&timex) < 0)
        return;
    const bool unset = (timex.status & STA_UNSYNC) != 0;
    if (!unset)
        probe_add_reading(result, MEASURE_clock_drift_ms, fabs((double)timex.esterror) / US_PER_MS);
    if (!unset || counters->unset_ns == 0)
        counters->unset_ns = unset ? now_ns : 0;
    probe_add_reading(result, MEASURE_clock_unset_s,
                      unset ? (double)(now_ns - counters->unset_ns) / (double)NS_PER_S : 0);
}

/* If times are shown in Asia/Almaty (TZ), adds the difference between this time zone and +05. Time
 * zone tables from before March 2024 still have +06. */
static void add_zone_offset_reading(struct probe_result *result)
{
    const char *zone = env_get("TZ");
    const time_t now = now_wall_us() / US_PER_S;
    struct tm local;

    if (zone != NULL && strcmp(zone, "Asia/Almaty") == 0 && localtime_r(&now, &local) != NULL)
        probe_add_reading(result, MEASURE_zone_offset_minutes,
                          (double)labs(local.tm_gmtoff / 60 - ALMATY_MINUTES));
}

/* Reads the files of /proc. False: the required file `missing` cannot be read. */
static bool read_proc_files(const char *proc_path, char *room, struct snapshot *out,
                            const char **missing)
{
    struct slice text;

    *missing = "stat";
    if (!proc_read_file(proc_path, "stat", room, &text) || !proc_read_stat(text, &out->cpu))
        return false;
    *missing = "meminfo";
    if (!proc_read_file(proc_path, "meminfo", room, &text) ||
        !proc_read_meminfo(text, &out->memory))
        return false;
    if (!proc_read_file(proc_path, "vmstat", room, &text) ||
        !proc_read_oom_kills(text, &out->oom_kills))
        out->oom_kills = -1;
    return true;
}

void probe_host(const struct probe_tools *tools, const struct check *check, void *memory,
                struct probe_result *result)
{
    struct snapshot *last = tools->snapshot;
    struct memory *counters = memory;
    struct fault fault;
    double killed, none;
    const char *missing = "memory";
    _Static_assert(sizeof *counters <= PROBE_MEMORY, "it fits");

    (void)check;
    auto_free char *room = fault_calloc(PROC_FILE_MAX + 1, "/proc", &fault);
    last->host_known = room != NULL && read_proc_files(tools->proc, room, last, &missing);
    if (!last->host_known) {
        probe_fail(result, TROUBLE_LOCAL, "%s", missing);
        return;
    }
    add_cpu_reading(&last->cpu, counters, result);
    probe_add_reading(result, MEASURE_memory_percent,
                      100.0 * (1 - (double)last->memory.available / (double)last->memory.total));
    if (last->oom_kills >= 0) {
        counter_rate_add_sample(&counters->oom_kills, now_mono_ns(), KILLS_SPAN,
                                (double)last->oom_kills, 0, &killed, &none);
        probe_add_reading(result, MEASURE_oom_kills, killed);
    }
    counters->any = true;
    add_clock_readings(counters, result);
    add_zone_offset_reading(result);
}
