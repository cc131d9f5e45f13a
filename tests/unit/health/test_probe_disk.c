// SPDX-License-Identifier: MIT
/* Mounts: their readings, and one that hangs. */
#include <sys/statvfs.h>

#include "loop/fiber.h"

#include "probe_fixture.h"

TEST_CASE("all", .setup = probe_fixture_begin, .teardown = probe_fixture_end);

static atomic_bool hangs;
static atomic_int asked;

/* The name of statvfs() with 64-bit offsets. */
int __real_statvfs64(const char *path, struct statvfs *out);
int __wrap_statvfs64(const char *path, struct statvfs *out);

int __wrap_statvfs64(const char *path, struct statvfs *out)
{
    atomic_fetch_add(&asked, 1);
    while (atomic_load(&hangs))
        usleep(1000);
    return __real_statvfs64(path, out);
}

static struct check disk_of(const char *path)
{
    struct check check = check_of(CHECK_DISK, path);

    check.timeout_ms = 100;
    return check;
}

TEST(mount_reports_free_space)
{
    struct check check = disk_of("/");

    check.timeout_ms = 20000;
    const struct probe_result result = probe_once(&check);
    const double free = reading_of(&result, MEASURE_disk_free_percent);
    expect_trouble(result, TROUBLE_NONE, "");
    ck_assert(free >= 0 && free <= 100);
}

TEST(missing_mount_is_reported)
{
    struct check check = disk_of("/nowhere");

    check.timeout_ms = 20000;
    expect_trouble(probe_once(&check), TROUBLE_LOCAL, "ENOENT");
}

static void sleep_and_stop(void *data)
{
    ck_ok(fiber_sleep(10 * NS_PER_MS, &fault));
    loop_stop(probe_fixture_loop);
}

/* It blocks one thread for its duration, and is probed again when it is back. */
TEST(hanging_mount_blocks_nothing_else)
{
    const struct check check = disk_of("/");
    static struct probe_run probe;

    probe = (struct probe_run){.check = &check};
    atomic_store(&asked, 0);
    atomic_store(&hangs, true);
    for (int i = 0; i < 20; i++) {
        repeat_probe(&probe);
        expect_trouble(probe.result, TROUBLE_TIMEOUT, "");
    }
    ck_assert_int_le(atomic_load(&asked), 1);
    atomic_store(&hangs, false);
    for (int i = 0; i < 1000 && probe.result.trouble != TROUBLE_NONE; i++) {
        /* An event-loop iteration reports threads that have ended. */
        ck_ok(fiber_start(probe_fixture_loop, sleep_and_stop, NULL, INT64_MAX, "turn", &fault));
        loop_run(probe_fixture_loop);
        repeat_probe(&probe);
    }
    expect_trouble(probe.result, TROUBLE_NONE, "");
}
