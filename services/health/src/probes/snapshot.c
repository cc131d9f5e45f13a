// SPDX-License-Identifier: MIT
#include "probes/snapshot.h"

struct snapshot_disk *snapshot_find_or_add_disk(struct snapshot *snapshot, const char *mount)
{
    for (size_t i = 0; i < snapshot->disk_count; i++)
        if (strcmp(snapshot->disks[i].mount, mount) == 0)
            return &snapshot->disks[i];
    if (snapshot->disk_count == SNAPSHOT_DISKS_MAX || strlen(mount) > SNAPSHOT_MOUNT_MAX)
        return NULL;
    struct snapshot_disk *disk = &snapshot->disks[snapshot->disk_count++];
    memcpy(disk->mount, mount, strlen(mount) + 1);
    return disk;
}
