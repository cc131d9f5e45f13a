// SPDX-License-Identifier: MIT
#include "storage/history_private.h"

static enum measure find_measure(const char *word)
{
    size_t at = 0;

    while (at < MEASURES && !slice_is(slice_of(measure_kinds[at].word), word))
        at++;
    return (enum measure)at;
}

void incident_read(sqlite3_stmt *row, int column, struct incident *out)
{
    char trouble[32];
    char measure[64];
    size_t at;

    *out = (struct incident){
        .id = sqlite_read_uuid(row, column),
        .level = (enum level)sqlite3_column_int(row, column + 2),
        .severity = (enum severity)sqlite3_column_int(row, column + 3),
        .reading.value = sqlite3_column_double(row, column + 7),
        .started_us = sqlite3_column_int64(row, column + 8),
        .ended_us = sqlite3_column_int64(row, column + 9),
        .acked_us = sqlite3_column_int64(row, column + 11),
    };
    sqlite_read_text(row, column + 1, out->check, sizeof(out->check));
    sqlite_read_text(row, column + 4, trouble, sizeof(trouble));
    sqlite_read_text(row, column + 5, out->detail, sizeof(out->detail));
    sqlite_read_text(row, column + 6, measure, sizeof(measure));
    sqlite_read_text(row, column + 10, out->acked_by, sizeof(out->acked_by));
    sqlite_read_text(row, column + 12, out->command, sizeof(out->command));
    sqlite_read_text(row, column + 13, out->runbook, sizeof(out->runbook));
    at = slice_find(slice_of(trouble), probe_trouble_names, TROUBLES);
    out->trouble = at < TROUBLES ? (enum probe_trouble)at : TROUBLE_NONE;
    out->reading.measure = find_measure(measure);
}
