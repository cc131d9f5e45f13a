// SPDX-License-Identifier: MIT
/* The tables of the history, and statements that copy rows from one database to another.
 *
 * There are two SQLite databases with the same schema: `memory`, and `file` on the disk. The one in
 * memory has only the rows without which health cannot work (the incidents that are open or among
 * the newest, their alerts and messages, silences, heartbeats, sent reports, keys and the names of
 * the plan's checks) and the samples that are not yet in the file. To save, the thread that writes
 * the file attaches an image of the memory database as `copy`, and writes the rows that differ. */
#pragma once

#include "config/plan.h"
#include "storage/sqlite.h"

bool tables_create(struct sqlite *memory, const struct plan *plan, struct fault *fault) MUST_CHECK;
/* Copies rows between a database and the attached database `copy`. */
enum tables_copy {
    TABLES_LOAD, /* adds to `copy` the needed rows of the file that `copy` does not have */
    TABLES_SAVE, /* writes the rows of `copy` that the file does not have or that differ */
    TABLES_MERGE /* adds to memory the rows of `copy` that memory does not have */
};
bool tables_copy_rows(struct sqlite *sqlite, enum tables_copy purpose,
                      struct fault *fault) MUST_CHECK;
/* Deletes the oldest ended incidents beyond `count`, with their alerts and messages. */
bool tables_limit_incidents(struct sqlite *memory, int64_t count, struct fault *fault) MUST_CHECK;
/* Deletes expired rows and rows that are not needed. Call it only if the file has all rows of
 * memory. */
bool tables_delete_unneeded(struct sqlite *memory, int64_t now_us, struct fault *fault) MUST_CHECK;

/* Creates or upgrades the tables of a file. Fails with FAULT_UNAVAILABLE if a newer version of
 * health has written the file. */
bool tables_upgrade(struct sqlite *file, struct fault *fault) MUST_CHECK;
/* Ends the open incidents, and marks as dropped the unsent alerts, that the file has and `copy`
 * lacks. Call it for a file that is opened while health runs: it may be an older file, so `copy`
 * decides. */
bool tables_end_rows_not_in_copy(struct sqlite *file, struct fault *fault) MUST_CHECK;
/* Deletes expired rows; at most 2,000 alerts, so that no transaction takes long. */
bool tables_delete_expired(struct sqlite *sqlite, int64_t now_us, struct fault *fault) MUST_CHECK;
