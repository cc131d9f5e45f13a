// SPDX-License-Identifier: MIT
#include "storage/tables.h"

#include <inttypes.h>
#include <stdio.h>

#include "api/key.h"

#include "storage/history.h"

extern const char schema_1_sql[], schema_2_sql[], schema_3_sql[], schema_4_sql[], schema_5_sql[],
    schema_6_sql[];

/* Versions of the schema: versions[n] upgrades version n to n + 1. */
static const char *const versions[] = {schema_1_sql, schema_2_sql, schema_3_sql,
                                       schema_4_sql, schema_5_sql, schema_6_sql};
enum {
    VERSION = ARRAY_LEN(versions),
    INCIDENTS_KEPT = INCIDENTS_MAX + 1 /* 101 in the SQL below */
};

// clang-format off
#define TABLE(table, key, needed) {                                                                \
    [TABLES_LOAD] = "INSERT OR IGNORE INTO copy." table " SELECT * FROM main." table               \
             " WHERE " needed,                                                                     \
    [TABLES_SAVE] = "INSERT OR REPLACE INTO main." table                                           \
             " SELECT * FROM copy." table " EXCEPT SELECT * FROM main." table                      \
             " WHERE (" key ") IN (SELECT " key " FROM copy." table ")",                           \
    [TABLES_MERGE] = "INSERT OR IGNORE INTO main." table " SELECT * FROM copy." table,             \
}
#define UNSENT      "told_us = 0 AND dropped = 0"
#define OF_INCIDENT "incident_id IN (SELECT id FROM copy.incident)"

/* Statements for each table of which memory has rows. `needed`: the condition by which TABLES_LOAD
 * selects rows of the file. The incidents come first, because OF_INCIDENT refers to those in `copy`.
 */
static const char *const tables[][TABLES_MERGE + 1] = {
    TABLE("incident", "id", "ended_us = 0"
          " OR id IN (SELECT id FROM main.incident ORDER BY id DESC LIMIT 101)"
          " OR id IN (SELECT incident_id FROM main.alert WHERE " UNSENT ")"),
    TABLE("alert", "id", OF_INCIDENT),
    TABLE("message", "chat_id, message_id", OF_INCIDENT),
    TABLE("silence", "id", "1"),
    TABLE("heartbeat", "name", "1"),
    TABLE("report", "day, channel", "1"),
    TABLE("api_key", "hash", "1"),
    TABLE("missed", "from_us", "1"),
};

/* auto_vacuum frees the space of deleted rows, so that images are small. */
static const char memory_begin[] = "PRAGMA auto_vacuum = FULL";
static const char memory_schema[] =
    "CREATE UNIQUE INDEX incident_open_check ON incident (check_name) WHERE ended_us = 0;"
    "CREATE TABLE waiting (number INTEGER PRIMARY KEY, at_us INTEGER NOT NULL,"
    " check_id INTEGER NOT NULL, for_ms INTEGER NOT NULL, verdict INTEGER NOT NULL,"
    " took_us INTEGER NOT NULL)";
// clang-format on

bool tables_create(struct sqlite *memory, const struct plan *plan, struct fault *fault)
{
    static const char name[] = "INSERT INTO check_name (id, name) VALUES (?1, ?2)";

    if (!sqlite_run_script(memory, memory_begin, fault) || !tables_upgrade(memory, fault) ||
        !sqlite_run_script(memory, memory_schema, fault))
        return false;
    for (size_t i = 0; i < plan->count; i++)
        if (!sqlite_exec(memory, name, SQLITE_VALUES((int64_t)i, plan->checks[i].name), fault))
            return false;
    return true;
}

bool tables_upgrade(struct sqlite *file, struct fault *fault)
{
    char set[48];
    int64_t version;

    if (!sqlite_select_int(file, "PRAGMA user_version", SQLITE_NO_VALUES, &version, fault))
        return false;
    if (version > VERSION)
        return fault_set(fault, FAULT_UNAVAILABLE, "history_away",
                         "A newer health, with schema %" PRId64 " instead of %d, has written the "
                         "history: deploy that version of health again",
                         version, (int)VERSION);
    if (version == VERSION)
        return true;
    for (size_t i = (size_t)version; i < VERSION; i++)
        if (!sqlite_run_script(file, versions[i], fault))
            return false;
    snprintf(set, sizeof set, "PRAGMA user_version = %d", VERSION);
    return sqlite_run_script(file, set, fault);
}

bool tables_copy_rows(struct sqlite *sqlite, enum tables_copy purpose, struct fault *fault)
{
    for (size_t i = 0; i < ARRAY_LEN(tables); i++)
        if (!sqlite_exec(sqlite, tables[i][purpose], SQLITE_NO_VALUES, fault))
            return false;
    return true;
}

bool tables_end_rows_not_in_copy(struct sqlite *file, struct fault *fault)
{
    /* When these incidents ended is not known, so the time of the last sample is used. */
    static const char incidents[] =
        "UPDATE main.incident"
        " SET ended_us = max(started_us, ifnull((SELECT max(at) * 1000 FROM sample), 0))"
        " WHERE ended_us = 0 AND id NOT IN (SELECT id FROM copy.incident)";
    static const char alerts[] = "UPDATE main.alert SET dropped = 1 WHERE " UNSENT
                                 " AND id NOT IN (SELECT id FROM copy.alert)";

    return sqlite_exec(file, incidents, SQLITE_NO_VALUES, fault) &&
           sqlite_exec(file, alerts, SQLITE_NO_VALUES, fault);
}

/* Alerts and messages of an open incident never expire, because its recovery is sent only where an
 * alert of it was sent. ?1: time before which rows expire. */
#define INCIDENT_IS_OLD                                                                            \
    "NOT EXISTS (SELECT 1 FROM incident i WHERE i.id = incident_id"                                \
    " AND (i.ended_us = 0 OR i.ended_us >= ?1))"

bool tables_delete_expired(struct sqlite *sqlite, int64_t now_us, struct fault *fault)
{
    static const char alerts[] = "DELETE FROM alert WHERE id IN (SELECT id FROM alert WHERE id < ?1"
                                 " AND " INCIDENT_IS_OLD " ORDER BY id LIMIT 2000)";
    static const char messages[] = "DELETE FROM message WHERE told_us < ?1 AND " INCIDENT_IS_OLD;
    static const char silences[] = "DELETE FROM silence WHERE until_us < ?1";
    static const char keys[] = "DELETE FROM api_key WHERE checked_us < ?1";
    const int64_t alerts_us = now_us - HISTORY_ALERTS_US;

    return sqlite_exec(sqlite, alerts, SQLITE_VALUES(alerts_us), fault) &&
           sqlite_exec(sqlite, messages, SQLITE_VALUES(alerts_us), fault) &&
           sqlite_exec(sqlite, silences, SQLITE_VALUES(now_us), fault) &&
           sqlite_exec(sqlite, keys, SQLITE_VALUES(now_us - API_KEY_AWAY_MS * US_PER_MS), fault);
}

bool tables_limit_incidents(struct sqlite *memory, int64_t count, struct fault *fault)
{
    static const char incidents[] =
        "DELETE FROM incident WHERE ended_us <> 0"
        " AND id NOT IN (SELECT incident_id FROM alert WHERE " UNSENT ")"
        " AND id NOT IN (SELECT id FROM incident ORDER BY id DESC LIMIT ?1)";
    static const char alerts[] =
        "DELETE FROM alert WHERE incident_id NOT IN (SELECT id FROM incident)";
    static const char messages[] =
        "DELETE FROM message WHERE incident_id NOT IN (SELECT id FROM incident)";

    return sqlite_exec(memory, incidents, SQLITE_VALUES(count), fault) &&
           (sqlite_changes(memory) == 0 ||
            (sqlite_exec(memory, alerts, SQLITE_NO_VALUES, fault) &&
             sqlite_exec(memory, messages, SQLITE_NO_VALUES, fault)));
}

bool tables_delete_unneeded(struct sqlite *memory, int64_t now_us, struct fault *fault)
{
    static const char reports[] =
        "DELETE FROM report"
        " WHERE day NOT IN (SELECT DISTINCT day FROM report ORDER BY day DESC LIMIT 8)";
    static const char heartbeats[] = "DELETE FROM heartbeat WHERE name IN"
                                     " (SELECT name FROM heartbeat ORDER BY at_us DESC"
                                     " LIMIT -1 OFFSET ?1)";

    return tables_limit_incidents(memory, INCIDENTS_KEPT, fault) &&
           tables_delete_expired(memory, now_us, fault) &&
           sqlite_exec(memory, reports, SQLITE_NO_VALUES, fault) &&
           sqlite_exec(memory, heartbeats, SQLITE_VALUES(CHECKS_MAX), fault);
}
