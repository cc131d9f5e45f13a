// SPDX-License-Identifier: MIT
/* Probes free space and inodes of a mount. statvfs() runs in a thread, because it waits as long as
 * the mount's server or disk does not answer, and cannot be cancelled. */
#include <errno.h>
#include <math.h>
#include <string.h>
#include <sys/statvfs.h>

#include "probes/probe_private.h"
#include "probes/snapshot.h"

struct statvfs_job {
    const char *path;
    /* Points to a flag in the check's memory: true while a call is running. A check has at most one
     * running call, so that a mount that does not answer blocks only one thread. */
    bool *pending;
    struct statvfs seen;
    int error;
};

/* The job, which runs in a thread. */
static void run_statvfs(void *arg)
{
    struct statvfs_job *job = arg;

    job->error = statvfs(job->path, &job->seen) == 0 ? 0 : errno;
}

/* Called when the thread of an abandoned job ends, or if the job did not start. */
static void clear_call_pending(void *arg)
{
    const struct statvfs_job *job = arg;

    *job->pending = false;
}

static bool query_mount(const struct probe_tools *tools, struct statvfs_job *job,
                        struct fault *fault)
{
    if (*job->pending)
        return fault_set(fault, FAULT_TIMEOUT, "disk_hangs", "The mount does not answer.");
    *job->pending = true;
    if (!work_run(tools->work, run_statvfs, job, sizeof *job, clear_call_pending, fault))
        return false;
    *job->pending = false;
    return true;
}

static double percent_of_whole(double part, double whole)
{
    return whole > 0 ? 100.0 * part / whole : 100.0;
}

void probe_disk(const struct probe_tools *tools, const struct check *check, void *memory,
                struct probe_result *result)
{
    struct snapshot_disk *disk = snapshot_find_or_add_disk(tools->snapshot, check->target);
    struct statvfs_job job = {.path = check->target, .pending = memory};
    const struct statvfs *seen = &job.seen;
    struct fault fault;

    if (!query_mount(tools, &job, &fault))
        probe_fail_by_fault(result, &fault);
    else if (job.error != 0)
        probe_fail(result, TROUBLE_LOCAL, "%s", strerrorname_np(job.error));
    const bool known = result->trouble == TROUBLE_NONE;
    if (disk != NULL) { /* NULL: the snapshot has no entry for this mount */
        const double block = (double)seen->f_frsize;
        disk->size = known ? (double)seen->f_blocks * block : (double)NAN;
        disk->available = known ? (double)seen->f_bavail * block : (double)NAN;
    }
    if (!known)
        return;
    /* As in df: space reserved for root is neither free nor part of the total. */
    const double used = (double)(seen->f_blocks - seen->f_bfree);
    probe_add_reading(result, MEASURE_disk_free_percent,
                      percent_of_whole((double)seen->f_bavail, used + (double)seen->f_bavail));
    if (seen->f_files > 0)
        probe_add_reading(result, MEASURE_inodes_free_percent,
                          percent_of_whole((double)seen->f_favail, (double)seen->f_files));
}
