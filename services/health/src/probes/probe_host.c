// SPDX-License-Identifier: MIT
/* This machine: processors, memory, load, processes killed for memory, the clock. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/timex.h>

#include "base/auto.h"
#include "base/now.h"

#include "probes/growth.h"
#include "probes/probe_parts.h"
#include "probes/proc.h"
#include "probes/zone.h"

/* A kill is told for so long: one look would be over before enough others say the same. */
#define KILLS_SPAN (600 * NS_PER_S)

/* Counters at the last look. */
struct seen {
    struct proc_cpu cpu;
    struct growth oom_kills;
    bool any;
};

static void add_cpu(const struct proc_cpu *cpu, struct seen *seen, struct probe_result *result)
{
    const int64_t all = cpu->all - seen->cpu.all;
    if (seen->any && all > 0)
        probe_add(result, MEASURE_cpu_percent,
                  100.0 * (double)(cpu->busy - seen->cpu.busy) / (double)all);
    seen->cpu = *cpu;
}

static void add_memory(const struct proc_memory *memory, struct probe_result *result)
{
    probe_add(result, MEASURE_memory_percent,
              100.0 * (1 - (double)memory->available / (double)memory->total));
    if (memory->swap_total > 0)
        probe_add(result, MEASURE_swap_percent,
                  100.0 * (1 - (double)memory->swap_free / (double)memory->swap_total));
}

/* How far the clock may be off, as the kernel has it of the program that sets it (adjtimex(2)); of
 * a clock that nobody sets it says nothing. */
static void add_clock(struct probe_result *result)
{
    struct timex timex = {0};
    if (adjtimex(&timex) >= 0 && (timex.status & STA_UNSYNC) == 0)
        probe_add(result, MEASURE_clock_drift_ms, fabs((double)timex.esterror) / 1000.0);
}

static void add_zone(struct probe_result *result)
{
    int minutes;
    if (zone_offset("Asia/Almaty", &minutes))
        probe_add(result, MEASURE_zone_offset_minutes, abs(minutes - ZONE_ALMATY_MINUTES));
}

void probe_host(const struct probe_tools *tools, const struct check *check, void *memory,
                struct probe_result *result)
{
    struct seen *seen = memory;
    struct proc_cpu cpu;
    struct proc_memory ram;
    struct slice text;
    struct fault fault;
    double load;
    int64_t kills;
    double killed, none;
    _Static_assert(sizeof *seen <= PROBE_MEMORY, "it fits");
    (void)check;
    auto_free char *room = fault_calloc(PROC_FILE_MAX + 1, "/proc", &fault);
    if (room == NULL || !proc_file(tools->proc, "stat", room, &text) ||
        !proc_read_stat(text, &cpu)) {
        probe_fail(result, TROUBLE_LOCAL, "stat");
        return;
    }
    add_cpu(&cpu, seen, result);
    if (!proc_file(tools->proc, "meminfo", room, &text) || !proc_read_meminfo(text, &ram)) {
        probe_fail(result, TROUBLE_LOCAL, "meminfo");
        return;
    }
    add_memory(&ram, result);
    if (proc_file(tools->proc, "loadavg", room, &text) && proc_read_loadavg(text, &load) &&
        cpu.cores > 0)
        probe_add(result, MEASURE_load_per_core, load / cpu.cores);
    if (proc_file(tools->proc, "vmstat", room, &text) && proc_read_oom_kills(text, &kills)) {
        growth_look(&seen->oom_kills, now_mono_ns(), KILLS_SPAN, (double)kills, 0, &killed, &none);
        probe_add(result, MEASURE_oom_kills, killed);
    }
    seen->any = true;
    add_clock(result);
    add_zone(result);
}
