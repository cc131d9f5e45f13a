// SPDX-License-Identifier: MIT
/* Room and inodes of a mount. */
#include <errno.h>
#include <string.h>
#include <sys/statvfs.h>

#include "probes/probe_parts.h"

static double percent_of(double part, double whole)
{
    return whole > 0 ? 100.0 * part / whole : 100.0;
}

void probe_disk(const struct probe_tools *tools, const struct check *check, void *memory,
                struct probe_result *result)
{
    struct statvfs seen;
    (void)tools;
    (void)memory;
    if (statvfs(check->target, &seen) != 0) {
        probe_fail(result, TROUBLE_LOCAL, "%s", strerrorname_np(errno));
        return;
    }
    /* As df does: what is kept for root is not free, and no part of the whole. */
    const double used = (double)(seen.f_blocks - seen.f_bfree);
    probe_add(result, MEASURE_disk_free_percent,
              percent_of((double)seen.f_bavail, used + (double)seen.f_bavail));
    if (seen.f_files > 0)
        probe_add(result, MEASURE_inodes_free_percent,
                  percent_of((double)seen.f_favail, (double)seen.f_files));
}
