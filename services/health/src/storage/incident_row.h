// SPDX-License-Identifier: MIT
/* Columns of an incident, for statements that join the table `incident i`. */
#pragma once

#include "storage/history.h"
#include "storage/sqlite.h"

// clang-format off
#define INCIDENT_COLUMNS                                                                           \
    "i.id, i.check_name, i.level, i.severity, i.trouble, i.detail, i.measure, i.value,"            \
    " i.started_us, i.ended_us, i.acked_by, i.acked_us, i.command, i.runbook"
// clang-format on
/* Reads INCIDENT_COLUMNS; the first is number `column` of the row. */
void incident_read(sqlite3_stmt *row, int column, struct incident *out);
