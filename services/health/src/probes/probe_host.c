// SPDX-License-Identifier: MIT
/* This machine: processors, memory, load, processes killed for memory, the clock. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/timex.h>

#include "base/auto.h"
#include "base/now.h"

#include "probes/counter_rate.h"
#include "probes/probe_private.h"
#include "probes/proc.h"
#include "probes/snapshot.h"
#include "probes/time_zone.h"

/* A kill counts for this long, because several probes must agree before a check fails. */
#define KILLS_SPAN (600 * NS_PER_S)

/* Counters of the last probe. */
struct memory {
    struct proc_cpu cpu;
    struct counter_rate oom_kills;
    int64_t unset_ns; /* when the clock was first seen unsynchronised; 0: it is synchronised */
    bool any;
};

static void add_cpu(const struct proc_cpu *cpu, struct memory *counters,
                    struct probe_result *result)
{
    const int64_t all = cpu->all - counters->cpu.all;
    if (counters->any && all > 0)
        probe_add(result, MEASURE_cpu_percent,
                  100.0 * (double)(cpu->busy - counters->cpu.busy) / (double)all);
    counters->cpu = *cpu;
}

static void add_memory(const struct proc_memory *memory, struct probe_result *result)
{
    probe_add(result, MEASURE_memory_percent,
              100.0 * (1 - (double)memory->available / (double)memory->total));
    if (memory->swap_total > 0)
        probe_add(result, MEASURE_swap_percent,
                  100.0 * (1 - (double)memory->swap_free / (double)memory->swap_total));
}

/* The estimated error of the clock, from the program that synchronises it (adjtimex(2)). `*unset`:
 * nothing synchronises it, so the estimate is meaningless. NAN: unknown. */
static double clock_error_s(bool *unset)
{
    struct timex timex = {0};
    const bool known = adjtimex(&timex) >= 0;
    *unset = known && (timex.status & STA_UNSYNC) != 0;
    return known && !*unset ? fabs((double)timex.esterror) / US_PER_S : (double)NAN;
}

static void add_clock(double error_s, bool unset, struct memory *counters,
                      struct probe_result *result)
{
    const int64_t now_ns = now_mono_ns();
    probe_add(result, MEASURE_clock_drift_ms, error_s * 1000);
    if (!unset || counters->unset_ns == 0)
        counters->unset_ns = unset ? now_ns : 0;
    probe_add(result, MEASURE_clock_unset_s,
              unset            ? (double)(now_ns - counters->unset_ns) / (double)NS_PER_S
              : isnan(error_s) ? error_s
                               : 0);
}

static void add_zone(struct probe_result *result)
{
    int minutes;
    if (time_zone_offset("Asia/Almaty", &minutes))
        probe_add(result, MEASURE_zone_offset_minutes, abs(minutes - TIME_ZONE_ALMATY_MINUTES));
}

/* Reads the files of `proc`. False: a required file is `missing`. */
static bool read_host(const char *proc, char *room, struct proc_cpu *cpu, struct snapshot_host *out,
                      bool *unset, const char **missing)
{
    struct slice text;
    *missing = "stat";
    if (!proc_file(proc, "stat", room, &text) || !proc_read_stat(text, cpu))
        return false;
    out->core_count = proc_read_cores(text, out->cores);
    out->booted_s = out->oom_kills = -1;
    (void)proc_read_count(text, "btime", &out->booted_s);
    *missing = "meminfo";
    if (!proc_file(proc, "meminfo", room, &text) || !proc_read_meminfo(text, &out->memory))
        return false;
    if (!proc_file(proc, "loadavg", room, &text) || !proc_read_loadavg(text, out->loads))
        out->loads[0] = out->loads[1] = out->loads[2] = (double)NAN;
    if (proc_file(proc, "vmstat", room, &text))
        (void)proc_read_count(text, "oom_kill", &out->oom_kills);
    out->clock_error_s = clock_error_s(unset);
    return true;
}

void probe_host(const struct probe_tools *tools, const struct check *check, void *memory,
                struct probe_result *result)
{
    struct snapshot_host *host = &tools->snapshot->host;
    struct memory *counters = memory;
    struct proc_cpu cpu;
    struct fault fault;
    double killed, none;
    const char *missing = "memory";
    bool unset = false;
    _Static_assert(sizeof *counters <= PROBE_MEMORY, "it fits");
    (void)check;
    auto_free char *room = fault_calloc(PROC_FILE_MAX + 1, "/proc", &fault);
    tools->snapshot->host_known =
        room != NULL && read_host(tools->proc, room, &cpu, host, &unset, &missing);
    if (!tools->snapshot->host_known) {
        probe_fail(result, TROUBLE_LOCAL, "%s", missing);
        return;
    }
    add_cpu(&cpu, counters, result);
    add_memory(&host->memory, result);
    if (cpu.cores > 0)
        probe_add(result, MEASURE_load_per_core, host->loads[0] / cpu.cores);
    if (host->oom_kills >= 0) {
        counter_rate_add(&counters->oom_kills, now_mono_ns(), KILLS_SPAN, (double)host->oom_kills,
                         0, &killed, &none);
        probe_add(result, MEASURE_oom_kills, killed);
    }
    counters->any = true;
    add_clock(host->clock_error_s, unset, counters, result);
    add_zone(result);
}
