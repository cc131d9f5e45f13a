// SPDX-License-Identifier: MIT
/* A disk that is full, missing or damaged: work continues, and missed samples are counted. */
#include <fcntl.h>
#include <glob.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

#include "history_fixture.h"
#include "storage/history_private.h"
#include "support/test.h"

static struct history_fixture own;

static void setup(void)
{
    history_fixture_own_disk();
    history_fixture_open(&own, 1, 1000);
}

static void teardown(void)
{
    history_fixture_close(&own);
    now_thaw();
}

TEST_CASE("away", .setup = setup, .teardown = teardown, .timeout_s = 60);

enum { TELEGRAM = 1 << ALERT_TELEGRAM };
#define T0 (INT64_C(20000) * HISTORY_DAY_US)

static void write_fine(struct history_fixture *fixture, void *data)
{
    FINE(history_write(fixture->history, &fault));
}

static void write_fails(struct history_fixture *fixture, void *data)
{
    FAILS(history_write(fixture->history, &fault), "history_away");
}

static void begin(struct history_fixture *fixture, void *data)
{
    struct incident *incident = data;

    *incident = history_fixture_incident(fixture, 0, LEVEL_RED);
    FINE(history_incident_begin(fixture->history, incident, TELEGRAM, &fault));
}

static void end(struct history_fixture *fixture, void *data)
{
    const struct incident *incident = data;

    FINE(history_incident_end(fixture->history, &incident->id, now_wall_us(), &fault));
}

static void begin_and_send(struct history_fixture *fixture, void *data)
{
    const struct alert_query wanted = {.channel = ALERT_TELEGRAM, .now_us = now_wall_us()};
    struct alert alert;
    size_t count = 1;

    begin(fixture, data);
    FINE(history_list_due_alerts(fixture->history, &wanted, &alert, &count, &fault));
    ck_assert_uint_eq(count, 1);
    FINE(history_alert_mark_sent(fixture->history, &alert, 0, &fault));
}

static void is_open_and_unsent(struct history_fixture *fixture, void *data)
{
    const struct alert_query wanted = {.channel = ALERT_TELEGRAM, .now_us = now_wall_us()};
    const struct incident *incident = data;
    struct incident found;
    struct alert alert;
    size_t count = 1;

    FINE(history_list_incidents(fixture->history, NULL, true, &found, &count, &fault));
    ck_assert_uint_eq(count, 1);
    ck_assert(uuid_equal(&found.id, &incident->id));
    count = 1;
    FINE(history_list_incidents(fixture->history, NULL, false, &found, &count, &fault));
    ck_assert_uint_eq(count, 1);
    count = 1;
    FINE(history_list_due_alerts(fixture->history, &wanted, &alert, &count, &fault));
    ck_assert_uint_eq(count, 0);
}

static void trends_are_available(struct history_fixture *fixture, void *data)
{
    struct trend trends[1];

    FINE(history_read_trends(fixture->history, now_wall_us(), trends, &fault));
}

static void trends_are_unavailable(struct history_fixture *fixture, void *data)
{
    struct trend trends[1];

    FAILS(history_read_trends(fixture->history, now_wall_us(), trends, &fault), "history_away");
}

static void missed(struct history_fixture *fixture, void *data)
{
    struct missed one;
    size_t count = 1;

    FINE(history_list_gaps(fixture->history, &one, &count, &fault));
    ck_assert_uint_eq(count, 1);
    ck_assert_int_eq(one.from_us, T0 + US_PER_S);
    ck_assert_int_eq(one.to_us, T0 + 1000 * US_PER_S);
    ck_assert_int_eq(one.samples, 1000);
}

TEST(full_disk_stops_nothing_and_missed_samples_are_counted)
{
    struct incident incident;

    now_freeze(T0, 0);
    history_add_sample(own.history, 0, VERDICT_GREEN, T0, 1000);
    history_fixture_run(&own, write_fine, NULL);
    disk_full = true;
    for (int i = 1; i <= 5096; i++)
        history_add_sample(own.history, 0, VERDICT_RED, T0 + i * US_PER_S, 1000);
    now_advance_us(7 * US_PER_S);
    history_fixture_run(&own, write_fails, NULL);
    ck_assert_int_eq(history_gap(own.history), T0 + 7 * US_PER_S);
    now_advance_us(5 * US_PER_S);
    history_fixture_run(&own, write_fails, NULL);
    ck_assert_int_eq(history_gap(own.history), T0 + 7 * US_PER_S);
    ck_assert_int_eq(history_current_gap(own.history).samples, 1000);
    history_fixture_run(&own, begin_and_send, &incident);
    history_fixture_run(&own, is_open_and_unsent, &incident);
    history_fixture_run(&own, trends_are_available, NULL);
    disk_full = false;
    history_fixture_run(&own, write_fine, NULL);
    ck_assert_int_eq(history_gap(own.history), 0);
    ck_assert_int_eq(history_current_gap(own.history).samples, 0);
    history_fixture_run(&own, missed, NULL);
    ck_assert_int_eq(history_fixture_query(&own, "SELECT sum(count) FROM day"), 1 + 4096);
    ck_assert_int_eq(history_fixture_query(&own, "SELECT count(*) FROM alert WHERE told_us > 0"),
                     1);
    history_fixture_restart(&own);
    history_fixture_run(&own, is_open_and_unsent, &incident);
}

/* --- several saves while the disk hangs --- */

static void add_samples(struct history_fixture *fixture, int count)
{
    static int added;

    for (int i = 0; i < count; i++)
        history_add_sample(fixture->history, 0, VERDICT_GREEN, T0 + ++added * US_PER_S, 1000);
}

static void write_once(void *data)
{
    struct history_fixture *fixture = data;

    FINE(history_write(fixture->history, &fault));
}

static void start_write(struct history_fixture *fixture)
{
    FINE(fiber_start(fixture->loop, write_once, fixture, INT64_MAX, "write", &fault));
    FINE(fiber_sleep(0, &fault)); /* the fiber runs until it waits for the disk */
}

enum { FIRST = 100, SECOND = 2000, WAITING_MAX = 4096, DROPPED = 904 };

static void write_twice(struct history_fixture *fixture, void *data)
{
    atomic_store(&disk_silent, true);
    add_samples(fixture, FIRST);
    start_write(fixture);
    add_samples(fixture, SECOND);
    start_write(fixture);
    add_samples(fixture, WAITING_MAX + DROPPED);
    ck_assert_int_eq(history_current_gap(fixture->history).samples, DROPPED);
    atomic_store(&disk_silent, false);
    while (fiber_live(fixture->loop) > 1)
        FINE(fiber_sleep(NS_PER_MS, &fault));
    FINE(history_write(fixture->history, &fault));
}

TEST(samples_in_a_pending_save_are_not_dropped)
{
    history_fixture_run(&own, write_twice, NULL);
    ck_assert_int_eq(history_fixture_query(&own, "SELECT sum(count) FROM day"),
                     FIRST + SECOND + WAITING_MAX);
    ck_assert_int_eq(history_fixture_query(&own, "SELECT sum(samples) FROM missed"), DROPPED);
}

static void run_in_memory(struct history_fixture *fixture, const char *sql)
{
    FINE(sqlite_exec(fixture->history->memory, sql, SQLITE_NO_VALUES, &fault));
}

static int64_t in_memory(struct history *history)
{
    int64_t count;

    FINE(sqlite_select_int(history->memory, "SELECT count(*) FROM waiting", SQLITE_NO_VALUES,
                           &count, &fault));
    return count;
}

/* After a save that is written, memory fails to delete old reports, and keeps the samples. */
static void forget_fails(struct history_fixture *fixture, void *data)
{
    struct history *history = fixture->history;

    run_in_memory(fixture, "INSERT INTO report (day, channel, told_us) SELECT value, 0, 1 FROM"
                           " json_each('[1, 2, 3, 4, 5, 6, 7, 8, 9]')");
    run_in_memory(fixture, "CREATE TRIGGER broken BEFORE DELETE ON report"
                           " BEGIN SELECT raise(ABORT, 'x'); END");
    add_samples(fixture, FIRST);
    FINE(history_write(history, &fault));
    ck_assert_int_eq(in_memory(history), FIRST);
    run_in_memory(fixture, "DROP TRIGGER broken");
    FINE(history_write(history, &fault));
    ck_assert_int_eq(in_memory(history), 0);
}

TEST(samples_that_stay_in_memory_are_counted)
{
    history_fixture_run(&own, forget_fails, NULL);
    ck_assert_int_eq(history_fixture_query(&own, "SELECT sum(count) FROM day"), FIRST);
}

static const struct {
    const char *why;
    bool *flag;
} bad_starts[] = {
    {"a full disk", &disk_full     },
    {"read-only",   &disk_read_only},
};

TEST_ROWS(start_on_unwritable_disk_repeats_no_alert, bad_starts)
{
    struct incident incident;

    history_fixture_run(&own, begin_and_send, &incident);
    history_close(own.history);
    *row->flag = true;
    FINE((own.history = history_open(own.loop, own.path, &own.plan, &fault)) != NULL);
    ck_assert_int_ne(history_gap(own.history), 0);
    history_add_sample(own.history, 0, VERDICT_GREEN, now_wall_us(), 1000);
    history_fixture_run(&own, write_fails, NULL);
    history_fixture_run(&own, is_open_and_unsent, &incident);
    *row->flag = false;
    history_fixture_run(&own, write_fine, NULL);
    ck_assert_int_eq(history_gap(own.history), 0);
    history_fixture_run(&own, is_open_and_unsent, &incident);
    ck_assert_int_eq(
        history_fixture_query(&own, "SELECT count(*) FROM incident WHERE ended_us = 0"), 1);
    ck_assert_int_eq(history_fixture_query(&own, "SELECT count(*) FROM sample"), 1);
}

TEST(folder_that_appears_later_is_used)
{
    struct incident incident;
    struct fault fault;

    history_close(own.history);
    snprintf(own.path, sizeof(own.path), "%s/later/health.sqlite", own.folder);
    own.history = history_open(own.loop, own.path, &own.plan, &fault);
    ck_assert_ptr_nonnull(own.history);
    ck_assert_int_ne(history_gap(own.history), 0);
    history_add_sample(own.history, 0, VERDICT_GREEN, now_wall_us(), 1000);
    history_fixture_run(&own, write_fails, NULL);
    history_fixture_run(&own, begin_and_send, &incident);
    history_fixture_run(&own, trends_are_unavailable, NULL);
    char folder[96];
    snprintf(folder, sizeof(folder), "%s/later", own.folder);
    ck_assert_int_eq(mkdir(folder, 0700), 0);
    history_fixture_run(&own, write_fine, NULL);
    ck_assert_int_eq(history_gap(own.history), 0);
    ck_assert_int_eq(history_fixture_query(&own, "SELECT count(*) FROM sample"), 1);
    history_fixture_restart(&own);
    history_fixture_run(&own, is_open_and_unsent, &incident);
}

TEST(moved_file_is_replaced_by_a_new_one)
{
    struct incident incident;
    char moved[128];

    history_fixture_run(&own, begin_and_send, &incident);
    snprintf(moved, sizeof(moved), "%s.old", own.path);
    ck_assert_int_eq(rename(own.path, moved), 0);
    history_fixture_run(&own, write_fine, NULL);
    history_fixture_restart(&own);
    history_fixture_run(&own, is_open_and_unsent, &incident);
}

TEST(restored_backup_gets_missing_rows)
{
    struct incident old, incident;
    char command[400];

    history_fixture_run(&own, begin_and_send, &old);
    history_fixture_restart(&own); /* all is in the file, nothing in its log */
    snprintf(command, sizeof(command), "cp %s %s.old", own.path, own.path);
    ck_assert_int_eq(system(command), 0);
    history_fixture_run(&own, end, &old);
    history_fixture_run(&own, begin_and_send, &incident);
    snprintf(command, sizeof(command), "rm %s-*; mv %s.old %s", own.path, own.path, own.path);
    ck_assert_int_eq(system(command), 0);
    history_fixture_run(&own, write_fine, NULL);
    ck_assert_int_eq(history_fixture_query(&own, "SELECT count(*) FROM incident"), 2);
    ck_assert_int_eq(
        history_fixture_query(&own, "SELECT count(*) FROM incident WHERE ended_us = 0"), 1);
}

/* Overwrites the file from byte `at` on. */
static void damage(const struct history_fixture *fixture, off_t at)
{
    static const char junk[64 * 1024] = "not a database";
    const int fd = open(fixture->path, O_WRONLY);

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(pwrite(fd, junk, sizeof(junk), at), (ssize_t)sizeof(junk));
    close(fd);
}

static size_t quarantine(const struct history_fixture *fixture)
{
    char pattern[128];
    glob_t found;
    size_t count = 0;

    snprintf(pattern, sizeof(pattern), "%s.broken-*", fixture->path);
    if (glob(pattern, 0, NULL, &found) == 0)
        for (size_t i = 0; i < found.gl_pathc; i++)
            count += strstr(found.gl_pathv[i], "-wal") == NULL &&
                     strstr(found.gl_pathv[i], "-shm") == NULL;
    globfree(&found);
    return count;
}

TEST(damaged_file_is_quarantined_at_start)
{
    struct fault fault;
    struct incident incident;

    history_fixture_run(&own, begin, &incident);
    history_close(own.history);
    damage(&own, 0);
    own.history = history_open(own.loop, own.path, &own.plan, &fault);
    ck_assert_ptr_nonnull(own.history);
    ck_assert_int_eq(history_gap(own.history), 0);
    ck_assert_uint_eq(quarantine(&own), 1);
    history_add_sample(own.history, 0, VERDICT_GREEN, now_wall_us(), 1000);
    history_fixture_run(&own, write_fine, NULL);
    ck_assert_int_eq(history_fixture_query(&own, "SELECT count(*) FROM sample"), 1);
}

TEST(file_damaged_at_run_time_is_quarantined_without_repeated_alerts)
{
    struct incident incident;

    history_fixture_run(&own, begin_and_send, &incident);
    history_fixture_restart(&own); /* all is in the file, nothing in its log */
    /* After the part that is read at the start. */
    damage(&own, 4096);
    history_add_sample(own.history, 0, VERDICT_GREEN, now_wall_us(), 1000);
    history_fixture_run(&own, write_fine, NULL);
    ck_assert_uint_eq(quarantine(&own), 1);
    history_fixture_restart(&own);
    history_fixture_run(&own, is_open_and_unsent, &incident);
}

TEST(file_of_newer_version_is_not_touched)
{
    struct fault fault;
    sqlite3 *connection;

    history_close(own.history);
    ck_assert_int_eq(sqlite3_open(own.path, &connection), SQLITE_OK);
    ck_assert_int_eq(sqlite3_exec(connection, "PRAGMA user_version = 99", NULL, NULL, NULL),
                     SQLITE_OK);
    sqlite3_close(connection);
    own.history = history_open(own.loop, own.path, &own.plan, &fault);
    ck_assert_int_ne(history_gap(own.history), 0);
    history_fixture_run(&own, write_fails, NULL);
    ck_assert_uint_eq(quarantine(&own), 0);
    ck_assert_int_eq(history_fixture_query(&own, "SELECT user_version FROM pragma_user_version"),
                     99);
}

/* As version 1 created it. */
static const char version_1[] =
    "ALTER TABLE incident DROP COLUMN command; ALTER TABLE incident DROP COLUMN runbook;"
    "ALTER TABLE heartbeat DROP COLUMN took_s; ALTER TABLE heartbeat DROP COLUMN loss_s;"
    "ALTER TABLE heartbeat DROP COLUMN due; ALTER TABLE heartbeat DROP COLUMN oldest_s;"
    "DROP TABLE alert; DROP TABLE report; DROP TABLE message;"
    "CREATE TABLE alert (id INTEGER PRIMARY KEY, incident_id BLOB NOT NULL,"
    " event INTEGER NOT NULL, channel INTEGER NOT NULL, tries INTEGER NOT NULL,"
    " made_us INTEGER NOT NULL, due_us INTEGER NOT NULL, told_us INTEGER NOT NULL,"
    " message_id INTEGER NOT NULL, dropped INTEGER NOT NULL,"
    " UNIQUE (incident_id, channel, event));"
    "CREATE INDEX alert_untold ON alert (id) WHERE told_us = 0 AND dropped = 0;"
    "INSERT INTO alert SELECT started_us, id, 0, 0, 2, started_us, started_us, started_us, 9, 0 "
    "FROM incident;"
    "PRAGMA user_version = 1";

TEST(file_of_older_version_is_upgraded)
{
    struct fault fault;
    struct incident incident;
    sqlite3 *connection;

    history_fixture_run(&own, begin, &incident);
    history_close(own.history);
    ck_assert_int_eq(sqlite3_open(own.path, &connection), SQLITE_OK);
    ck_assert_int_eq(sqlite3_exec(connection, version_1, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(connection);
    own.history = history_open(own.loop, own.path, &own.plan, &fault);
    ck_assert_int_eq(history_gap(own.history), 0);
    history_fixture_run(&own, is_open_and_unsent, &incident);
    history_fixture_run(&own, write_fine, NULL);
    ck_assert_int_eq(history_fixture_query(&own,
                                           "SELECT count(*) FROM alert WHERE tries = 2"
                                           " AND told_us > 0 AND message_id = 9 AND step = 0"),
                     1);
}
