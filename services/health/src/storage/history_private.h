// SPDX-License-Identifier: MIT
/* Shared by the files of storage/. */
#pragma once

#include <sys/queue.h>

#include "storage/history.h"
#include "storage/sqlite.h"

struct disk;

struct history {
    const struct plan *plan;
    struct disk *disk;
    struct sqlite *memory;        /* see tables.h; used by the loop's thread only */
    int64_t version;              /* number of changes of `memory`, not counting samples */
    int64_t changes;              /* sqlite_total_changes() when the transaction began */
    LIST_HEAD(, disk_save) saves; /* pending calls of disk_save(), the newest first */
    int64_t newest;               /* number of the newest sample */
    struct missed missing;        /* the current gap, which is not yet on the disk */
    int64_t alerts_waiting, alerts_given_up;
};

/* Begins a transaction of `memory`, which is returned. history_end_transaction() must end it. */
struct sqlite *history_begin_transaction(struct history *history);
/* Ends the transaction: rolls back if `commit` is false. If rows were changed, saves them and parks
 * the fiber until they are on the disk. An unavailable disk is no failure. */
bool history_end_transaction(struct history *history, bool commit, struct fault *fault) MUST_CHECK;
/* Runs one statement in a transaction of `memory`. */
bool history_exec(struct history *history, const char *sql, const struct sqlite_value *values,
                  size_t count, struct fault *fault) MUST_CHECK;

/* --- alerts: SQL that is called within a transaction, alert_store.c --- */

struct alert_queue {
    const struct uuid *incident;
    enum alert_event event;
    int step;          /* as in struct alert */
    unsigned channels; /* bit n for channel n */
    int64_t now_us;
};
/* Queues the event on the channels, by the rules that history.h states for each event. True also if
 * nothing is queued, because the event is already queued or a rule excludes it. */
bool alert_store_queue(struct sqlite *sqlite, const struct alert_queue *queue,
                       struct fault *fault) MUST_CHECK;

/* --- columns of an incident, for statements that join the table `incident i` --- */

#define INCIDENT_COLUMNS                                                                           \
    "i.id, i.check_name, i.level, i.severity, i.trouble, i.detail, i.measure, i.value,"            \
    " i.started_us, i.ended_us, i.acked_by, i.acked_us, i.command, i.runbook"
/* Reads INCIDENT_COLUMNS; `first_column` is the number of the first of them in the row. */
void incident_read(sqlite3_stmt *row, int first_column, struct incident *out);

/* --- samples and their aggregates: sample_store.c --- */

/* Adds the current gap (history_current_gap()) to the table of gaps in memory. */
bool sample_store_add_current_gap(const struct history *history, struct fault *fault) MUST_CHECK;
/* Writes to the file the samples of the attached database `copy` with numbers above `last_written`,
 * and adds them to the sums of their minute, hour and day. Call it in a transaction, so that a
 * sample is never in only some of these tables. */
bool sample_store_write_samples(struct sqlite *file, int64_t last_written,
                                struct fault *fault) MUST_CHECK;
/* Deletes expired samples and sums, a bounded number from each table. */
bool sample_store_prune(struct sqlite *file, int64_t now_us, struct fault *fault) MUST_CHECK;
