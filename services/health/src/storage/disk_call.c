// SPDX-License-Identifier: MIT
/* Helpers of stores: one change, one list. */
#include <stdlib.h>

#include "storage/disk.h"

struct small_change {
    disk_part_fn *run;
    char arg[] __attribute__((aligned));
};

static bool small_change_job(struct disk *disk, void *data, struct fault *fault)
{
    struct small_change *change = data;

    return disk_change(disk, change->run, change->arg, fault);
}

bool disk_run_change(struct disk *disk, disk_part_fn *run, void *arg, size_t size,
                     struct fault *fault)
{
    struct small_change *change = fault_calloc(sizeof(*change) + size, "the history", fault);

    if (change == NULL)
        return false;
    change->run = run;
    memcpy(change->arg, arg, size);
    if (!disk_run(disk, small_change_job, change, NULL, fault))
        return false;
    memcpy(arg, change->arg, size);
    free(change);
    return true;
}

struct listing {
    struct disk_query query;
    size_t room, count;
    char items[] __attribute__((aligned));
};

static void listing_row(sqlite3_stmt *row, void *data)
{
    struct listing *listing = data;

    if (listing->count < listing->room)
        listing->query.read(row, listing->items + listing->count++ * listing->query.size);
}

static bool listing_read(struct sqlite *sqlite, void *data, struct fault *fault)
{
    struct listing *listing = data;

    listing->count = 0;
    return sqlite_each(
        sqlite, listing->query.sql,
        SQLITE_VALUES(sqlite_int(listing->query.at), sqlite_int((int64_t)listing->room)),
        listing_row, listing, fault);
}

static bool listing_job(struct disk *disk, void *data, struct fault *fault)
{
    const struct listing *listing = data;

    return listing->query.of_disk ? disk_read(disk, listing_read, data, fault)
                                  : listing_read(disk_sqlite(disk), data, fault);
}

bool disk_run_query(struct disk *disk, const struct disk_query *query, void *out, size_t *count,
                    struct fault *fault)
{
    const size_t room = *count;
    struct listing *listing =
        fault_calloc(sizeof(*listing) + room * query->size, "the history", fault);

    if (listing == NULL)
        return false;
    listing->query = *query;
    listing->room = room;
    if (!disk_run(disk, listing_job, listing, NULL, fault))
        return false;
    *count = listing->count;
    if (listing->count > 0)
        memcpy(out, listing->items, listing->count * query->size);
    free(listing);
    return true;
}
