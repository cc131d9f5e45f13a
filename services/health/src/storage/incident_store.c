// SPDX-License-Identifier: MIT
#include <limits.h>
#include <stdlib.h>

#include "base/auto.h"
#include "base/now.h"

#include "storage/disk.h"
#include "storage/history_private.h"
#include "storage/tables.h"

static const char *measure_word(const struct incident *incident)
{
    return incident->reading.measure < MEASURES ? measure_kinds[incident->reading.measure].word
                                                : "";
}

static enum measure find_measure(const char *word)
{
    size_t at = 0;

    while (at < MEASURES && !slice_is(slice_of(measure_kinds[at].word), word))
        at++;
    return (enum measure)at;
}

void incident_read(sqlite3_stmt *row, int first_column, struct incident *out)
{
    char trouble[32];
    char measure[64];
    size_t at;

    *out = (struct incident){
        .id = sqlite_read_uuid(row, first_column),
        .level = (enum level)sqlite3_column_int(row, first_column + 2),
        .severity = (enum severity)sqlite3_column_int(row, first_column + 3),
        .reading.value = sqlite3_column_double(row, first_column + 7),
        .started_us = sqlite3_column_int64(row, first_column + 8),
        .ended_us = sqlite3_column_int64(row, first_column + 9),
        .acked_us = sqlite3_column_int64(row, first_column + 11),
    };
    sqlite_read_text(row, first_column + 1, out->check, sizeof out->check);
    sqlite_read_text(row, first_column + 4, trouble, sizeof trouble);
    sqlite_read_text(row, first_column + 5, out->detail, sizeof out->detail);
    sqlite_read_text(row, first_column + 6, measure, sizeof measure);
    sqlite_read_text(row, first_column + 10, out->acked_by, sizeof out->acked_by);
    sqlite_read_text(row, first_column + 12, out->command, sizeof out->command);
    sqlite_read_text(row, first_column + 13, out->runbook, sizeof out->runbook);
    at = slice_find(slice_of(trouble), probe_trouble_names, TROUBLES);
    out->trouble = at < TROUBLES ? (enum probe_trouble)at : TROUBLE_NONE;
    out->reading.measure = find_measure(measure);
}

static void read_incident_row(sqlite3_stmt *row, void *data)
{
    incident_read(row, 0, data);
}

static bool find_incident(struct sqlite *sqlite, const struct uuid *id, struct incident *out,
                          struct fault *fault)
{
    static const char sql[] = "SELECT " INCIDENT_COLUMNS " FROM incident i WHERE i.id = ?1";
    struct incident found = {.check = ""};

    if (!sqlite_select(sqlite, sql, SQLITE_VALUES(id), read_incident_row, &found, fault))
        return false;
    if (found.check[0] == '\0')
        return fault_set(fault, FAULT_NOT_FOUND, "not_found", "There is no such incident");
    *out = found;
    return true;
}

/* Maximum number of incidents in memory, beyond which the oldest ended ones are deleted. Reached
 * only while the disk is unavailable: saves limit them to the newest (tables_delete_unneeded()). */
enum { ENDED_MAX = 1000 };

bool history_incident_begin(struct history *history, const struct incident *incident,
                            unsigned alert_channels, struct fault *fault)
{
    static const char insert[] = "INSERT INTO incident VALUES"
                                 " (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0, '', 0, ?10, ?11)"
                                 " ON CONFLICT DO NOTHING";
    const struct alert_queue queue = {&incident->id, ALERT_FIRED, 0, alert_channels, now_wall_us()};
    struct sqlite *memory = history_begin_transaction(history);
    struct incident found;
    bool ok =
        sqlite_exec(memory, insert,
                    SQLITE_VALUES(&incident->id, incident->check, incident->level,
                                  incident->severity, probe_trouble_names[incident->trouble],
                                  incident->detail, measure_word(incident), incident->reading.value,
                                  incident->started_us, incident->command, incident->runbook),
                    fault);

    if (ok && sqlite_changes(memory) > 0)
        ok = alert_store_queue(memory, &queue, fault) &&
             tables_limit_incidents(memory, ENDED_MAX, fault);
    else if (ok)
        ok = find_incident(memory, &incident->id, &found, fault) ||
             fault_set(fault, FAULT_CONFLICT, "incident_open", "This check has an open incident");
    return history_end_transaction(history, ok, fault);
}

bool history_incident_worsen(struct history *history, const struct incident *incident, int step,
                             unsigned alert_channels, struct fault *fault)
{
    static const char update[] =
        "UPDATE incident SET level = max(level, ?2), severity = max(severity, ?3),"
        " trouble = ?4, detail = ?5, measure = ?6, value = ?7, acked_by = '', acked_us = 0"
        " WHERE id = ?1 AND ended_us = 0 AND NOT EXISTS (SELECT 1 FROM alert"
        " WHERE incident_id = ?1 AND event = ?8 AND step = ?9)";
    const struct alert_queue queue = {&incident->id, ALERT_WORSE, step, alert_channels,
                                      now_wall_us()};
    struct sqlite *memory = history_begin_transaction(history);
    struct incident found;
    const bool ok = find_incident(memory, &incident->id, &found, fault) &&
                    sqlite_exec(memory, update,
                                SQLITE_VALUES(&incident->id, incident->level, incident->severity,
                                              probe_trouble_names[incident->trouble],
                                              incident->detail, measure_word(incident),
                                              incident->reading.value, ALERT_WORSE, step),
                                fault) &&
                    (sqlite_changes(memory) == 0 || alert_store_queue(memory, &queue, fault));

    return history_end_transaction(history, ok, fault);
}

bool history_incident_queue_reminder(struct history *history, const struct uuid *id, int step,
                                     unsigned alert_channels, struct fault *fault)
{
    const struct alert_queue queue = {id, ALERT_REMINDED, step, alert_channels, now_wall_us()};
    struct sqlite *memory = history_begin_transaction(history);
    struct incident found;
    const bool ok =
        find_incident(memory, id, &found, fault) && alert_store_queue(memory, &queue, fault);

    return history_end_transaction(history, ok, fault);
}

/* --- changes of incidents that may be only in the file --- */

struct change {
    struct incident incident; /* in: the argument; out: the resulting incident */
    int64_t at_us;
};

static bool end_incident_in_tx(struct sqlite *sqlite, void *data, struct fault *fault)
{
    static const char update[] = "UPDATE incident SET ended_us = ?2 WHERE id = ?1 AND ended_us = 0";
    struct change *change = data;
    const struct uuid id = change->incident.id;
    const struct alert_queue queue = {&id, ALERT_RECOVERED, 0, UINT_MAX, change->at_us};

    return find_incident(sqlite, &id, &change->incident, fault) &&
           sqlite_exec(sqlite, update, SQLITE_VALUES(&id, change->at_us), fault) &&
           (sqlite_changes(sqlite) == 0 || alert_store_queue(sqlite, &queue, fault));
}

static bool ack_incident_in_tx(struct sqlite *sqlite, void *data, struct fault *fault)
{
    static const char update[] =
        "UPDATE incident SET acked_by = ?2, acked_us = ?3 WHERE id = ?1 AND acked_us = 0";
    struct change *change = data;
    const struct uuid id = change->incident.id;

    return sqlite_exec(sqlite, update, SQLITE_VALUES(&id, change->incident.acked_by, change->at_us),
                       fault) &&
           find_incident(sqlite, &id, &change->incident, fault);
}

/* Runs `change_in_tx` on the incident in memory or, if memory does not have it, in the file. Fails
 * with FAULT_NOT_FOUND also if memory does not have the incident and the disk is unavailable. */
static bool change_incident(struct history *history, sqlite_part_fn *change_in_tx,
                            struct change *change, struct fault *fault)
{
    const bool ok = change_in_tx(history_begin_transaction(history), change, fault);
    struct fault away;

    return history_end_transaction(history, ok, fault) ||
           (fault->kind == FAULT_NOT_FOUND &&
            disk_run_in_transaction(history->disk, change_in_tx, change, sizeof *change, &away));
}

bool history_incident_end(struct history *history, const struct uuid *id, int64_t at_us,
                          struct fault *fault)
{
    struct change change = {.incident.id = *id, .at_us = at_us};

    return change_incident(history, end_incident_in_tx, &change, fault);
}

bool history_incident_ack(struct history *history, const struct uuid *id, const char *acked_by,
                          int64_t at_us, struct incident *out, struct fault *fault)
{
    struct change change = {.incident.id = *id, .at_us = at_us};
    const size_t len = slice_prefix_len(slice_of(acked_by), INCIDENT_WHO_MAX);

    memcpy(change.incident.acked_by, acked_by, len);
    if (!change_incident(history, ack_incident_in_tx, &change, fault))
        return false;
    *out = change.incident;
    return true;
}

/* --- lists --- */

struct listing {
    struct uuid before;
    bool only_open;
    size_t room, count;
    struct incident incidents[];
};

static bool list_incidents_in_tx(struct sqlite *sqlite, void *data, struct fault *fault)
{
    static const char sql[] =
        "SELECT " INCIDENT_COLUMNS " FROM incident i"
        " WHERE i.id < ?1 AND (?2 = 0 OR i.ended_us = 0) ORDER BY i.id DESC LIMIT ?3";
    struct listing *listing = data;
    const struct sqlite_list list = {read_incident_row, sizeof(struct incident), listing->incidents,
                                     &listing->count};

    listing->count = listing->room;
    return sqlite_select_list(
        sqlite, sql, SQLITE_VALUES(&listing->before, listing->only_open, (int64_t)listing->room),
        &list, fault);
}

bool history_list_incidents(struct history *history, const struct uuid *before, bool only_open,
                            struct incident *out, size_t *count, struct fault *fault)
{
    const size_t bytes = sizeof(struct listing) + *count * sizeof *out;
    auto_free struct listing *listing = fault_calloc(bytes, "incidents", fault);

    if (listing == NULL)
        return false;
    listing->before = before != NULL ? *before : uuid_max;
    listing->only_open = only_open;
    listing->room = *count;
    /* Memory has all open incidents and the newest ones, and is read if the disk is unavailable. */
    if ((before == NULL || history_unwritable_since_us(history) != 0 ||
         !disk_run_in_transaction(history->disk, list_incidents_in_tx, listing, bytes, fault)) &&
        !list_incidents_in_tx(history->memory, listing, fault))
        return false;
    *count = listing->count;
    memcpy(out, listing->incidents, listing->count * sizeof *out);
    return true;
}
