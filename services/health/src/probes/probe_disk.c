// SPDX-License-Identifier: MIT
/* Room and inodes of a mount. In a thread: a mount whose server or disk hangs answers nothing, and
 * nobody can break that off. */
#include <errno.h>
#include <math.h>
#include <string.h>
#include <sys/statvfs.h>

#include "loop/fiber.h"

#include "probes/probe_private.h"
#include "probes/snapshot.h"

/* A look at the mount, until the system has answered. */
struct asking {
    const char *path;
    /* Of the check: it has one at most, so that a mount that hangs takes one thread. */
    bool *goes_on;
    struct statvfs seen;
    int error;
};

/* In the thread. */
static void ask(void *arg)
{
    struct asking *asking = arg;
    asking->error = statvfs(asking->path, &asking->seen) == 0 ? 0 : errno;
}

static void forget(void *arg)
{
    const struct asking *asking = arg;
    *asking->goes_on = false;
}

static bool look(const struct probe_tools *tools, struct asking *asking, struct fault *fault)
{
    if (*asking->goes_on)
        return fault_set(fault, FAULT_TIMEOUT, "disk_hangs", "The mount does not answer.");
    *asking->goes_on = true;
    const bool ok = work_run(tools->work, ask, asking, sizeof *asking, forget, fault);
    /* Else forget() is called when the thread is done with it. */
    if (ok || (fault->kind != FAULT_TIMEOUT && !fiber_was_cancelled(fault)))
        forget(asking);
    return ok;
}

static double percent_of(double part, double whole)
{
    return whole > 0 ? 100.0 * part / whole : 100.0;
}

/* `disk` of both: NULL where there is no room for it. */
static void keep(struct last_seen_disk *disk, const struct statvfs *now)
{
    if (disk == NULL)
        return;
    const double block = (double)now->f_frsize;
    disk->size = (double)now->f_blocks * block;
    disk->free = (double)now->f_bfree * block;
    disk->available = (double)now->f_bavail * block;
    disk->files = (double)now->f_files;
    disk->files_free = (double)now->f_ffree;
}

static void hide(struct last_seen_disk *disk)
{
    if (disk != NULL)
        disk->size = disk->free = disk->available = disk->files = disk->files_free = (double)NAN;
}

void probe_disk(const struct probe_tools *tools, const struct check *check, void *memory,
                struct probe_result *result)
{
    struct last_seen_disk *disk = last_seen_disk(tools->seen, check->target);
    struct asking asking = {.path = check->target, .goes_on = memory};
    const struct statvfs *seen = &asking.seen;
    struct fault fault;
    if (!look(tools, &asking, &fault)) {
        probe_fault(result, &fault);
        hide(disk);
        return;
    }
    if (asking.error != 0) {
        probe_fail(result, TROUBLE_LOCAL, "%s", strerrorname_np(asking.error));
        hide(disk);
        return;
    }
    keep(disk, seen);
    /* As df does: what is kept for root is not free, and no part of the whole. */
    const double used = (double)(seen->f_blocks - seen->f_bfree);
    probe_add(result, MEASURE_disk_free_percent,
              percent_of((double)seen->f_bavail, used + (double)seen->f_bavail));
    if (seen->f_files > 0)
        probe_add(result, MEASURE_inodes_free_percent,
                  percent_of((double)seen->f_favail, (double)seen->f_files));
}
