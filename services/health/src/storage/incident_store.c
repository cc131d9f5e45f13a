// SPDX-License-Identifier: MIT
#include "storage/incident_store.h"

#include <stdlib.h>

#include "base/text.h"

#include "storage/alert_store.h"
#include "storage/history_private.h"
#include "storage/incident_row.h"
#include "storage/message_store.h"

// clang-format off
#define COLUMNS                                                                                    \
    "id, check_name, level, severity, trouble, detail, measure, value, started_us, ended_us,"      \
    " acked_by, acked_us, command, runbook"

const struct mirror incident_mirror = {
    .load = "INSERT OR IGNORE INTO main.incident (" COLUMNS ", stored)"
            " SELECT " COLUMNS ", 1 FROM disk.incident"
            " WHERE ended_us = 0"
            " OR id IN (SELECT id FROM disk.incident ORDER BY id DESC LIMIT 100)"
            " OR id IN (SELECT incident_id FROM disk.alert WHERE told_us = 0 AND dropped = 0)",
    /* This process does not know when such an incident ended. */
    .reconcile = "UPDATE disk.incident SET ended_us ="
                 " max(started_us, ifnull((SELECT max(at) * 1000 FROM disk.sample), 0))"
                 " WHERE ended_us = 0 AND id NOT IN (SELECT id FROM main.incident)",
    .save = "INSERT OR REPLACE INTO disk.incident (" COLUMNS ")"
            " SELECT " COLUMNS " FROM main.incident WHERE stored = 0",
    .mark_saved = "UPDATE main.incident SET stored = 1 WHERE stored = 0",
    .mark_unsaved = "UPDATE main.incident SET stored = 0",
    .trim = "DELETE FROM main.incident WHERE stored = 1 AND ended_us <> 0"
            " AND id NOT IN (SELECT incident_id FROM main.alert WHERE told_us = 0 AND dropped = 0)"
            " AND id NOT IN (SELECT id FROM main.incident ORDER BY id DESC LIMIT 100)",
};
// clang-format on

static const char *measure_word(const struct incident *incident)
{
    return incident->reading.measure < MEASURES ? measure_kinds[incident->reading.measure].word
                                                : "";
}

/* Copies an incident that `main` has deleted from the disk to `main`. */
static bool restore_in_tx(struct sqlite *sqlite, void *data, struct fault *fault)
{
    static const char incident[] =
        "INSERT OR IGNORE INTO main.incident (" COLUMNS ", stored)"
        " SELECT " COLUMNS ", 1 FROM disk.incident WHERE id = ?1 AND ended_us <> 0";

    return sqlite_exec(sqlite, incident, SQLITE_VALUES(sqlite_uuid(data)), fault) &&
           (sqlite_changes(sqlite) == 0 || alert_store_restore(sqlite, data, fault));
}

static void read_one(sqlite3_stmt *row, void *data)
{
    incident_read(row, 0, data);
}

static bool find_incident(struct sqlite *sqlite, const struct uuid *id, struct incident *out,
                          struct fault *fault)
{
    static const char sql[] = "SELECT " INCIDENT_COLUMNS " FROM main.incident i WHERE i.id = ?1";
    struct incident found = {.check = ""};

    if (!sqlite_each(sqlite, sql, SQLITE_VALUES(sqlite_uuid(id)), read_one, &found, fault))
        return false;
    if (found.check[0] == '\0')
        return fault_set(fault, FAULT_NOT_FOUND, "not_found", "There is no such incident");
    *out = found;
    return true;
}

struct change {
    struct incident incident; /* in: the argument; out: the resulting incident */
    int64_t at_us;
    unsigned channels;
    int step; /* of a reminder */
};

static bool queue_alerts(struct sqlite *sqlite, const struct change *change, enum alert_event event,
                         struct fault *fault)
{
    for (int channel = 0; channel < ALERT_CHANNELS; channel++)
        if ((change->channels >> channel & 1) != 0 &&
            !alert_store_queue(sqlite, &change->incident.id, event, (enum alert_channel)channel,
                               change->at_us, fault))
            return false;
    return true;
}

/* Keeps the newest of the ended incidents; while the disk is unavailable nothing else limits
 * them. */
static bool delete_old(struct sqlite *sqlite, struct fault *fault)
{
    static const char delete[] =
        "DELETE FROM main.incident WHERE ended_us <> 0"
        " AND id NOT IN (SELECT id FROM main.incident ORDER BY id DESC LIMIT 1000)";

    return sqlite_exec(sqlite, delete, SQLITE_NO_VALUES, fault) &&
           sqlite_exec(sqlite, alert_mirror.trim, SQLITE_NO_VALUES, fault) &&
           sqlite_exec(sqlite, message_mirror.trim, SQLITE_NO_VALUES, fault);
}

static bool begin_in_tx(struct sqlite *sqlite, void *data, struct fault *fault)
{
    static const char insert[] = "INSERT INTO main.incident (" COLUMNS ")"
                                 " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0, '', 0, ?10, ?11)"
                                 " ON CONFLICT DO NOTHING";
    static const char there[] = "SELECT count(*) FROM main.incident WHERE id = ?1";
    const struct change *change = data;
    const struct incident *incident = &change->incident;
    int64_t count;

    if (!sqlite_exec(
            sqlite, insert,
            SQLITE_VALUES(sqlite_uuid(&incident->id), sqlite_text(incident->check),
                          sqlite_int(incident->level), sqlite_int(incident->severity),
                          sqlite_text(probe_trouble_names[incident->trouble]),
                          sqlite_text(incident->detail), sqlite_text(measure_word(incident)),
                          sqlite_real(incident->reading.value), sqlite_int(incident->started_us),
                          sqlite_text(incident->command), sqlite_text(incident->runbook)),
            fault))
        return false;
    if (sqlite_changes(sqlite) > 0)
        return queue_alerts(sqlite, change, ALERT_FIRED, fault) && delete_old(sqlite, fault);
    if (!sqlite_count(sqlite, there, SQLITE_VALUES(sqlite_uuid(&incident->id)), &count, fault))
        return false;
    return count > 0 ||
           fault_set(fault, FAULT_CONFLICT, "incident_open", "This check has an open incident");
}

static bool worsen_in_tx(struct sqlite *sqlite, void *data, struct fault *fault)
{
    static const char update[] =
        "UPDATE main.incident SET level = max(level, ?2), severity = max(severity, ?3),"
        " trouble = ?4, detail = ?5, measure = ?6, value = ?7, stored = 0"
        " WHERE id = ?1 AND ended_us = 0";
    const struct change *change = data;
    const struct incident *incident = &change->incident;
    struct incident found;

    if (!find_incident(sqlite, &incident->id, &found, fault) ||
        !sqlite_exec(sqlite, update,
                     SQLITE_VALUES(sqlite_uuid(&incident->id), sqlite_int(incident->level),
                                   sqlite_int(incident->severity),
                                   sqlite_text(probe_trouble_names[incident->trouble]),
                                   sqlite_text(incident->detail),
                                   sqlite_text(measure_word(incident)),
                                   sqlite_real(incident->reading.value)),
                     fault))
        return false;
    return sqlite_changes(sqlite) == 0 || queue_alerts(sqlite, change, ALERT_WORSE, fault);
}

static bool remind_in_tx(struct sqlite *sqlite, void *data, struct fault *fault)
{
    const struct change *change = data;
    const struct uuid *id = &change->incident.id;
    struct incident found;

    if (!find_incident(sqlite, id, &found, fault))
        return false;
    for (int channel = 0; channel < ALERT_CHANNELS; channel++)
        if ((change->channels >> channel & 1) != 0 &&
            !alert_store_remind(sqlite, id, change->step, (enum alert_channel)channel,
                                change->at_us, fault))
            return false;
    return true;
}

static bool end_in_tx(struct sqlite *sqlite, void *data, struct fault *fault)
{
    static const char update[] =
        "UPDATE main.incident SET ended_us = ?2, stored = 0 WHERE id = ?1 AND ended_us = 0";
    const struct change *change = data;
    const struct uuid *id = &change->incident.id;
    struct incident found;

    if (!find_incident(sqlite, id, &found, fault) ||
        !sqlite_exec(sqlite, update, SQLITE_VALUES(sqlite_uuid(id), sqlite_int(change->at_us)),
                     fault))
        return false;
    return sqlite_changes(sqlite) == 0 || alert_store_recover(sqlite, id, change->at_us, fault);
}

static bool ack_in_tx(struct sqlite *sqlite, void *data, struct fault *fault)
{
    static const char update[] = "UPDATE main.incident SET acked_by = ?2, acked_us = ?3, stored = 0"
                                 " WHERE id = ?1 AND acked_us = 0";
    struct change *change = data;
    const struct uuid id = change->incident.id;

    return sqlite_exec(sqlite, update,
                       SQLITE_VALUES(sqlite_uuid(&id), sqlite_text(change->incident.acked_by),
                                     sqlite_int(change->at_us)),
                       fault) &&
           find_incident(sqlite, &id, &change->incident, fault);
}

/* If the disk is unavailable, the incident is in memory or unknown. */
static void restore(struct disk *disk, struct change *change)
{
    struct fault fault;

    (void)!disk_read(disk, restore_in_tx, &change->incident.id, &fault);
}

static bool end_job(struct disk *disk, void *data, struct fault *fault)
{
    restore(disk, data);
    return disk_change(disk, end_in_tx, data, fault);
}

static bool ack_job(struct disk *disk, void *data, struct fault *fault)
{
    restore(disk, data);
    return disk_change(disk, ack_in_tx, data, fault);
}

bool history_incident_begin(struct history *history, const struct incident *incident,
                            unsigned channels, struct fault *fault)
{
    struct change change = {*incident, now_wall_us(), channels, 0};

    return disk_run_change(history_disk(history), begin_in_tx, &change, sizeof(change), fault);
}

bool history_incident_worsen(struct history *history, const struct incident *incident,
                             unsigned channels, struct fault *fault)
{
    struct change change = {*incident, now_wall_us(), channels, 0};

    return disk_run_change(history_disk(history), worsen_in_tx, &change, sizeof(change), fault);
}

bool history_incident_remind(struct history *history, const struct uuid *id, int step,
                             unsigned channels, struct fault *fault)
{
    struct change change = {
        .incident.id = *id, .at_us = now_wall_us(), .channels = channels, .step = step};

    return disk_run_change(history_disk(history), remind_in_tx, &change, sizeof(change), fault);
}

/* Runs `job` on a copy of the change, which is copied back. */
static bool run_change(struct history *history, disk_job_fn *job, struct change *change,
                       struct fault *fault)
{
    struct change *copy = fault_calloc(sizeof(*copy), "an incident", fault);

    if (copy == NULL)
        return false;
    *copy = *change;
    if (!disk_run(history_disk(history), job, copy, NULL, fault))
        return false;
    *change = *copy;
    free(copy);
    return true;
}

bool history_incident_end(struct history *history, const struct uuid *id, int64_t at_us,
                          struct fault *fault)
{
    struct change change = {.incident.id = *id, .at_us = at_us};

    return run_change(history, end_job, &change, fault);
}

bool history_incident_ack(struct history *history, const struct uuid *id, const char *who,
                          int64_t at_us, struct incident *out, struct fault *fault)
{
    struct change change = {.incident.id = *id, .at_us = at_us};
    const size_t len = text_cut(slice_of(who), INCIDENT_WHO_MAX);

    memcpy(change.incident.acked_by, who, len);
    if (!run_change(history, ack_job, &change, fault))
        return false;
    *out = change.incident;
    return true;
}

struct listing {
    const char *sql;
    struct uuid before;
    bool only_open;
    size_t room, count;
    struct incident incidents[];
};

#define LIST(database)                                                                             \
    "SELECT " INCIDENT_COLUMNS " FROM " database ".incident i"                                     \
    " WHERE i.id < ?1 AND (?2 = 0 OR i.ended_us = 0) ORDER BY i.id DESC LIMIT ?3"

static void list_row(sqlite3_stmt *row, void *data)
{
    struct listing *listing = data;

    if (listing->count < listing->room)
        incident_read(row, 0, &listing->incidents[listing->count++]);
}

static bool list_incidents(struct sqlite *sqlite, void *data, struct fault *fault)
{
    struct listing *listing = data;

    listing->count = 0;
    return sqlite_each(sqlite, listing->sql,
                       SQLITE_VALUES(sqlite_uuid(&listing->before), sqlite_int(listing->only_open),
                                     sqlite_int((int64_t)listing->room)),
                       list_row, listing, fault);
}

static bool list_job(struct disk *disk, void *data, struct fault *fault)
{
    static const char in_memory[] = LIST("main");
    static const char on_disk[] = LIST("disk");
    struct listing *listing = data;

    listing->sql = on_disk;
    if (!listing->only_open && disk_is_saved(disk) &&
        disk_read(disk, list_incidents, listing, fault))
        return true;
    listing->sql = in_memory;
    return list_incidents(disk_sqlite(disk), listing, fault);
}

bool history_incidents(struct history *history, const struct uuid *before, bool only_open,
                       struct incident *out, size_t *count, struct fault *fault)
{
    const size_t room = *count;
    struct listing *listing =
        fault_calloc(sizeof(*listing) + room * sizeof(*out), "incidents", fault);

    if (listing == NULL)
        return false;
    listing->before = before != NULL ? *before : uuid_max;
    listing->only_open = only_open;
    listing->room = room;
    if (!disk_run(history_disk(history), list_job, listing, NULL, fault))
        return false;
    *count = listing->count;
    if (listing->count > 0)
        memcpy(out, listing->incidents, listing->count * sizeof(*out));
    free(listing);
    return true;
}
