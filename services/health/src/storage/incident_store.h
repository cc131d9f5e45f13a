// SPDX-License-Identifier: MIT
/* What alerts and incidents share of their tables. */
#pragma once

#include "storage/disk.h"
#include "storage/history.h"

extern const struct mirror incident_mirror;

/* The file and the thread of a history. */
struct disk *history_disk(struct history *history);

// clang-format off
#define INCIDENT_COLUMNS                                                                           \
    "i.id, i.check_name, i.level, i.severity, i.trouble, i.detail, i.measure, i.value,"            \
    " i.started_us, i.ended_us, i.acked_by, i.acked_us, i.command, i.runbook"
// clang-format on
/* From INCIDENT_COLUMNS, the first at `column`. */
void incident_read(sqlite3_stmt *row, int column, struct incident *out);
