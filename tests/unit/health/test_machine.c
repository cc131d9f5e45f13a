// SPDX-License-Identifier: MIT
/* Reports of a machine, of Redis and of Docker, in their own formats. */
#include <sys/timex.h>
#include <time.h>

#include "probes/containers.h"
#include "probes/probe.h"
#include "probes/proc.h"
#include "probes/redis_info.h"
#include "probes/restarts.h"
#include "probes/snapshot.h"
#include "support/scratch.h"

TEST(processors_are_read_from_stat)
{
    static const char text[] = "cpu  100 20 30 400 50 6 7 8 0 0\n"
                               "cpu0 50 10 15 200 25 3 3 4 0 0\ncpu1 50 10 15 200 25 3 4 4 0 0\n"
                               "intr 1 2 3\n";
    struct proc_cpu cpu;

    ck_assert(proc_read_stat(SLICE(text), &cpu));
    ck_assert_int_eq(cpu.all, 621);
    ck_assert_int_eq(cpu.busy, 621 - 450);
    ck_assert_int_eq(cpu.ticks[6], 7);
    ck_assert_str_eq(proc_modes[6], "softirq");
}

TEST(memory_and_kills_are_read)
{
    struct proc_memory memory;
    int64_t kills;

    ck_assert(proc_read_meminfo(SLICE("MemTotal:        4000000 kB\nMemFree: 1 kB\n"
                                      "MemAvailable:     1000000 kB\nSwapTotal: 0 kB\n"),
                                &memory));
    ck_assert_int_eq(memory.total, 4000000);
    ck_assert_int_eq(memory.available, 1000000);
    ck_assert(proc_read_oom_kills(SLICE("nr_free_pages 5\noom_kill 3\nswap_ra 0\n"), &kills));
    ck_assert_int_eq(kills, 3);
}

/* Other texts are rejected, and nothing is set. */
static const char *const broken[] = {"",
                                     "\n",
                                     "cpu",
                                     "cpu \n",
                                     "cpu  1 2 3\n",
                                     "cpu  -1 2 3 4 5 6 7 8\n",
                                     "cpu  99999999999999999999 2 3 4 5 6 7 8\n",
                                     "oom_kill\n",
                                     "oom_kill x\n",
                                     "MemTotal: x kB\n",
                                     "MemTotal: 0 kB\n",
                                     "abc\n"};

TEST_ROWS(malformed_texts_are_rejected, broken)
{
    const struct slice text = slice_of(broken[_i]);
    struct proc_cpu cpu;
    struct proc_memory memory;
    int64_t kills;

    ck_assert(!proc_read_stat(text, &cpu));
    ck_assert(!proc_read_meminfo(text, &memory));
    ck_assert(!proc_read_oom_kills(text, &kills));
}

TEST(this_machine_can_be_read)
{
    char *room = malloc(PROC_FILE_MAX + 1);
    struct slice text;
    struct proc_cpu cpu;
    struct proc_memory memory;

    ck_assert_ptr_nonnull(room);
    ck_assert(proc_read_file("/proc", "stat", room, &text));
    ck_assert(proc_read_stat(text, &cpu));
    ck_assert_int_gt(cpu.all, 0);
    ck_assert(proc_read_file("/proc", "meminfo", room, &text));
    ck_assert(proc_read_meminfo(text, &memory));
    ck_assert_int_ge(memory.total, memory.available);
    ck_assert(!proc_read_file("/proc", "no-such-file", room, &text));
    free(room);
}

/* --- files of a fake machine --- */

static double reading_of(const struct probe_result *result, enum measure measure)
{
    for (size_t i = 0; i < result->reading_count; i++)
        if (result->readings[i].measure == measure)
            return result->readings[i].value;
    return -1;
}

static struct probe_result probe_host(const char *proc, struct probe_memory *memory)
{
    static struct snapshot last;
    const struct probe_tools tools = {.proc = proc, .snapshot = &last};
    const struct check check = {.kind = CHECK_HOST};
    struct probe_result result;

    probe_run(&tools, &check, memory, &result);
    return result;
}

static double kills_of(const char *proc, struct probe_memory *memory)
{
    const struct probe_result result = probe_host(proc, memory);

    ck_assert_str_eq(result.detail, "");
    return reading_of(&result, MEASURE_oom_kills);
}

/* A check is bad after several bad probes, so one probe that reports a kill would not suffice. */
TEST(oom_kill_is_reported_by_many_probes)
{
    char folder[] = "/tmp/tapbot-proc-XXXXXX";
    struct probe_memory memory = {0};

    ck_assert_ptr_nonnull(mkdtemp(folder));
    file_write(textf("%s/stat", folder),
               "cpu  100 20 30 400 50 6 7 8 0 0\ncpu0 50 10 15 200 25 3 3 4 0 0\n");
    file_write(textf("%s/meminfo", folder),
               "MemTotal: 4000 kB\nMemAvailable: 1000 kB\nSwapTotal: 0 kB\n");
    file_write(textf("%s/vmstat", folder), "oom_kill 3\n");
    ck_assert_double_eq(kills_of(folder, &memory), 0);
    file_write(textf("%s/vmstat", folder), "oom_kill 4\n");
    for (int i = 0; i < 10; i++)
        ck_assert_double_eq(kills_of(folder, &memory), 1);
    ck_assert_int_eq(system(textf("rm -r %s", folder)), 0);
}

static double zone_offset_of(const char *zone)
{
    struct probe_memory memory = {0};

    time_zone(zone);
    const struct probe_result result = probe_host("/proc", &memory);
    return reading_of(&result, MEASURE_zone_offset_minutes);
}

TEST(almaty_is_five_hours_ahead)
{
    ck_assert_double_eq(zone_offset_of("Asia/Almaty"), 0);
    ck_assert_double_eq(zone_offset_of("Asia/Tashkent"), -1);
}

static int clock_status;

/* Replaces the kernel's. */
int adjtimex(struct timex *out)
{
    out->status = clock_status;
    out->esterror = 2000;
    return 0;
}

TEST(unsynchronised_clock_is_reported_with_duration)
{
    struct probe_memory memory = {0};

    static const struct {
        int status;
        double unset_s, drift_ms;
    } probes[] = {
        {0,          0,   2 },
        {STA_UNSYNC, 0,   -1},
        {STA_UNSYNC, 100, -1},
        {0,          0,   2 },
        {STA_UNSYNC, 0,   -1},
    };

    now_freeze(now_wall_us(), now_mono_ns());
    for (size_t i = 0; i < ARRAY_LEN(probes); i++) {
        clock_status = probes[i].status;
        const struct probe_result result = probe_host("/proc", &memory);
        ck_assert_double_eq(reading_of(&result, MEASURE_clock_unset_s), probes[i].unset_s);
        ck_assert_double_eq(reading_of(&result, MEASURE_clock_drift_ms), probes[i].drift_ms);
        now_advance_us(100 * US_PER_S);
    }
    now_thaw();
}

TEST(redis_info_is_read)
{
    struct redis_info info;

    ck_assert(redis_info_read(SLICE("# Server\r\nredis_version:7.0.15\r\nloading:0\r\n"
                                    "used_memory:1048576\r\nmaxmemory:117440512\r\n"
                                    "keyspace_hits:90\r\nkeyspace_misses:10\r\n"
                                    "aof_last_write_status:err\r\nrdb_last_bgsave_status:ok\r\n"),
                              &info));
    ck_assert_int_eq(info.used_memory, 1048576);
    ck_assert_int_eq(info.max_memory, 117440512);
    ck_assert_int_eq(info.hits, 90);
    ck_assert_int_eq(info.misses, 10);
    ck_assert_int_eq(info.broken_writes, 1);
    ck_assert(!info.loading);
    ck_assert(!redis_info_read(SLICE("PONG"), &info));
    ck_assert(!redis_info_read(SLICE(""), &info));
}

// clang-format off
static const struct {
    const char *json;
    bool read;
    size_t down, kept;
    const char *names;
} lists[] = {
    {"[]", true, 0, 0, ""},
    {"[{\"Names\":[\"/a-1\"],\"Created\":1700000000,\"State\":\"running\",\"Status\":\"Up 2 hours\"}]", true, 0, 1, ""},
    {"[{\"Names\":[\"/a-1\"],\"Created\":1700000000,\"State\":\"running\",\"Status\":\"Up 2 hours (unhealthy)\"},"
     "{\"Names\":[\"/b-1\"],\"State\":\"exited\",\"Status\":\"Exited (0) 3 days ago\"},"
     "{\"Names\":[\"/c-1\"],\"State\":\"exited\",\"Status\":\"Exited (137) 1 hour ago\"},"
     "{\"Names\":[\"/d-1\"],\"State\":\"restarting\",\"Status\":\"Restarting (1) 2 seconds ago\"}]", true, 3, 1, "a-1, c-1, d-1"},
    {"{\"message\":\"forbidden\"}", false, 0, 0, ""},
    {"[", false, 0, 0, ""},
};
// clang-format on

TEST_ROWS(containers_that_are_down_are_named, lists)
{
    struct container_list seen = {0};

    ck_assert_int_eq(containers_read(slice_of(row->json), &seen, &scratch, &arena, &fault),
                     row->read);
    ck_assert_uint_eq(seen.down, row->down);
    if (seen.count > 0) {
        ck_assert_str_eq(seen.items[0].name, "a-1");
        ck_assert_int_eq(seen.items[0].made_s, 1700000000);
    }
    ck_assert_uint_eq(seen.count, row->kept);
    ck_assert_str_eq(scratch_text(), row->names);
}

static const struct {
    const char *status;
    int64_t up_max_s;
} ups[] = {
    {"Up Less than a second",           1                },
    {"Up 1 second (health: starting)",  2                },
    {"Up 59 seconds",                   60               },
    {"Up About a minute (unhealthy)",   120              },
    {"Up 2 minutes",                    180              },
    {"Up About an hour",                CONTAINER_UP_LONG},
    {"Up 2 hours (healthy)",            CONTAINER_UP_LONG},
    {"Up 3 weeks",                      CONTAINER_UP_LONG},
    {"Up 99999999999999999999 seconds", CONTAINER_UP_LONG},
    {"Up ",                             CONTAINER_UP_LONG},
    {"",                                CONTAINER_UP_LONG},
};

TEST_ROWS(container_uptime_is_read, ups)
{
    struct container_list seen;

    ck_ok(containers_read(
        slice_of(
            textf("[{\"Names\":[\"/a-1\"],\"State\":\"running\",\"Status\":\"%s\"}]", row->status)),
        &seen, &scratch, &arena, &fault));
    ck_assert_int_eq(seen.items[0].up_max_s, row->up_max_s);
}

/* Every 10 s: the uptime of a container, or 0 if it was recreated. The expected number of
 * restarts. */
static const struct {
    const char *why;
    int64_t up_max_s[8];
    int64_t made_s;
    size_t restarts;
} lives[] = {
    {"it keeps running",                    {5, 15, 25, 35, 45, 55, 120, 120},               1, 0},
    {"it was started before the last list", {11, 21, 31, 41, 51, 120, 120, 120},             1, 0},
    {"it runs for hours",
     {CONTAINER_UP_LONG, CONTAINER_UP_LONG, CONTAINER_UP_LONG, CONTAINER_UP_LONG, CONTAINER_UP_LONG,
      CONTAINER_UP_LONG, CONTAINER_UP_LONG, CONTAINER_UP_LONG},
     1,                                                                                         0},
    {"one restart",                         {CONTAINER_UP_LONG, 4, 14, 24, 34, 44, 54, 120}, 1, 1},
    {"several restarts",                    {3, 3, 3, 3, 3, 3, 3, 3},                        1, 7},
    {"a new container each time",           {3, 3, 3, 3, 3, 3, 3, 3},                        0, 0},
};

TEST_ROWS_WHY(container_restarts_are_counted, lives)
{
    static struct restarts restarts;
    struct container_list seen = {
        .count = 2, .items = {{.name = "other", .up_max_s = CONTAINER_UP_LONG}, {.name = "a-1"}}
    };
    const char *worst = NULL;
    size_t most = 0;

    memset(&restarts, 0, sizeof restarts);
    for (int i = 0; i < 8; i++) {
        seen.items[1].up_max_s = row->up_max_s[i];
        seen.items[1].made_s = row->made_s != 0 ? row->made_s : 100 + i;
        most = restarts_add_list_and_find_most(&restarts, &seen, (100 + 10 * i) * NS_PER_S,
                                               600 * NS_PER_S, &worst);
    }
    ck_assert_uint_eq(most, row->restarts);
    ck_assert_ptr_eq(worst, most > 0 ? seen.items[1].name : NULL);
    seen.items[1].up_max_s = CONTAINER_UP_LONG;
    most =
        restarts_add_list_and_find_most(&restarts, &seen, 800 * NS_PER_S, 600 * NS_PER_S, &worst);
    ck_assert_msg(most == 0, "ten minutes later: %zu", most);
}

/* More containers than slots appear and disappear. */
TEST(removed_containers_free_their_slots)
{
    static struct restarts restarts;
    struct container_list seen = {.count = 1};
    const char *worst;

    for (int i = 0; i < 3 * CONTAINERS_MAX; i++) {
        seen.items[0] = (struct container_info){.made_s = i, .up_max_s = 3};
        snprintf(seen.items[0].name, sizeof seen.items[0].name, "c-%d", i);
        ck_assert_uint_eq(restarts_add_list_and_find_most(&restarts, &seen, (1 + 20 * i) * NS_PER_S,
                                                          600 * NS_PER_S, &worst),
                          0);
        ck_assert_uint_eq(restarts_add_list_and_find_most(
                              &restarts, &seen, (11 + 20 * i) * NS_PER_S, 600 * NS_PER_S, &worst),
                          1);
        ck_assert_str_eq(worst, seen.items[0].name);
    }
}
