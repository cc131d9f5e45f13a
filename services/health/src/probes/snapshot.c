// SPDX-License-Identifier: MIT
#include "probes/snapshot.h"

struct last_seen_disk *last_seen_disk(struct last_seen *seen, const char *mount)
{
    for (size_t i = 0; i < seen->disk_count; i++)
        if (strcmp(seen->disks[i].mount, mount) == 0)
            return &seen->disks[i];
    if (seen->disk_count == LAST_SEEN_DISKS_MAX || strlen(mount) > LAST_SEEN_MOUNT_MAX)
        return NULL;
    struct last_seen_disk *disk = &seen->disks[seen->disk_count++];
    memcpy(disk->mount, mount, strlen(mount) + 1);
    return disk;
}
