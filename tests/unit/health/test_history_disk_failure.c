// SPDX-License-Identifier: MIT
/* A disk that is full, missing or damaged: work continues, and missed samples are counted. */
#include <fcntl.h>
#include <glob.h>
#include <sys/stat.h>

#include "history_fixture.h"
#include "storage/history_private.h"

static void setup(void)
{
    history_fixture_own_disk();
    history_fixture_open(1, 1000);
}

TEST_CASE("away", .setup = setup, .teardown = history_fixture_close, .timeout_s = 60);

static struct incident incident; /* the one that began last */

static void write_fails(void)
{
    ck_unavailable(history_write_to_disk(fixture.history, &fault), "history_away");
}

static void add_sample(void)
{
    history_add_sample(fixture.history, 0, VERDICT_GREEN, now_wall_us(), 1000);
}

static void begin(void)
{
    incident = history_fixture_incident(0, LEVEL_RED);
    ck_ok(history_incident_begin(fixture.history, &incident, 1 << ALERT_TELEGRAM, &fault));
}

/* So many alerts are due: at most one. */
static struct alert expect_due(size_t due)
{
    const struct alert_query wanted = {.channel = ALERT_TELEGRAM, .now_us = now_wall_us()};
    struct alert alert;
    size_t count = 1;

    ck_ok(history_list_due_alerts(fixture.history, &wanted, &alert, &count, &fault));
    ck_assert_uint_eq(count, due);
    return alert;
}

static void begin_and_send(void)
{
    begin();
    const struct alert alert = expect_due(1);
    ck_ok(history_alert_mark_sent(fixture.history, &alert, 0, &fault));
}

static void is_open_and_unsent(void)
{
    struct incident found;

    for (int only_open = 0; only_open < 2; only_open++) {
        size_t count = 1;
        ck_ok(history_list_incidents(fixture.history, NULL, only_open, &found, &count, &fault));
        ck_assert_uint_eq(count, 1);
        ck_assert(uuid_equal(&found.id, &incident.id));
    }
    expect_due(0);
}

static void expect_gap(int64_t since_us, int64_t samples)
{
    ck_assert_int_eq(history_unwritable_since_us(fixture.history), since_us);
    ck_assert_int_eq(history_current_gap(fixture.history).samples, samples);
}

FIBER_TEST(full_disk_stops_nothing_and_missed_samples_are_counted)
{
    struct trend trend;
    struct missed missed;
    size_t count = 1;

    now_freeze(T0, 0);
    history_add_sample(fixture.history, 0, VERDICT_GREEN, T0, 1000);
    history_fixture_write();
    disk_full = true;
    for (int i = 1; i <= 5096; i++)
        history_add_sample(fixture.history, 0, VERDICT_RED, T0 + i * US_PER_S, 1000);
    now_advance_us(7 * US_PER_S);
    write_fails();
    ck_assert_int_eq(history_unwritable_since_us(fixture.history), T0 + 7 * US_PER_S);
    now_advance_us(5 * US_PER_S);
    write_fails();
    expect_gap(T0 + 7 * US_PER_S, 1000);
    begin_and_send();
    is_open_and_unsent();
    ck_ok(history_read_trends(fixture.history, now_wall_us(), &trend, &fault));
    disk_full = false;
    history_fixture_write();
    expect_gap(0, 0);
    ck_ok(history_list_gaps(fixture.history, &missed, &count, &fault));
    ck_assert_uint_eq(count, 1);
    ck_assert_int_eq(missed.from_us, T0 + US_PER_S);
    ck_assert_int_eq(missed.to_us, T0 + 1000 * US_PER_S);
    ck_assert_int_eq(missed.samples, 1000);
    ck_query(1 + 4096, "SELECT sum(count) FROM day");
    ck_rows(1, "alert WHERE told_us > 0");
    history_fixture_restart();
    is_open_and_unsent();
}

/* --- several saves while the disk hangs --- */

static void add_samples(int count)
{
    static int added;

    for (int i = 0; i < count; i++)
        history_add_sample(fixture.history, 0, VERDICT_GREEN, T0 + ++added * US_PER_S, 1000);
}

static void write_once(void *data)
{
    history_fixture_write();
}

static void start_write(void)
{
    ck_ok(fiber_start(fixture.loop, write_once, NULL, INT64_MAX, "write", &fault));
    ck_ok(fiber_sleep(0, &fault)); /* the fiber runs until it waits for the disk */
}

enum { FIRST = 100, SECOND = 2000, WAITING_MAX = 4096, DROPPED = 904 };

FIBER_TEST(samples_in_a_pending_save_are_not_dropped)
{
    atomic_store(&disk_silent, true);
    add_samples(FIRST);
    start_write();
    add_samples(SECOND);
    start_write();
    add_samples(WAITING_MAX + DROPPED);
    ck_assert_int_eq(history_current_gap(fixture.history).samples, DROPPED);
    atomic_store(&disk_silent, false);
    history_fixture_join();
    history_fixture_write();
    ck_query(FIRST + SECOND + WAITING_MAX, "SELECT sum(count) FROM day");
    ck_query(DROPPED, "SELECT sum(samples) FROM missed");
}

static void run_in_memory(const char *sql)
{
    ck_ok(sqlite_exec(fixture.history->memory, sql, SQLITE_NO_VALUES, &fault));
}

static void expect_in_memory(int64_t samples)
{
    int64_t count;

    ck_ok(sqlite_select_int(fixture.history->memory, "SELECT count(*) FROM waiting",
                            SQLITE_NO_VALUES, &count, &fault));
    ck_assert_int_eq(count, samples);
}

/* After a save that is written, memory fails to delete old reports, and keeps the samples. */
FIBER_TEST(samples_that_stay_in_memory_are_counted)
{
    run_in_memory("INSERT INTO report (day, channel, told_us) SELECT value, 0, 1 FROM"
                  " json_each('[1, 2, 3, 4, 5, 6, 7, 8, 9]')");
    run_in_memory("CREATE TRIGGER broken BEFORE DELETE ON report"
                  " BEGIN SELECT raise(ABORT, 'x'); END");
    add_samples(FIRST);
    history_fixture_write();
    expect_in_memory(FIRST);
    run_in_memory("DROP TRIGGER broken");
    history_fixture_write();
    expect_in_memory(0);
    ck_query(FIRST, "SELECT sum(count) FROM day");
}

static const struct {
    const char *why;
    bool *flag;
} bad_starts[] = {
    {"a full disk", &disk_full     },
    {"read-only",   &disk_read_only},
};

FIBER_TEST_ROWS_WHY(start_on_unwritable_disk_repeats_no_alert, bad_starts)
{
    begin_and_send();
    history_close(fixture.history);
    *row->flag = true;
    history_fixture_reopen();
    ck_assert_int_ne(history_unwritable_since_us(fixture.history), 0);
    add_sample();
    write_fails();
    is_open_and_unsent();
    *row->flag = false;
    history_fixture_write();
    ck_assert_int_eq(history_unwritable_since_us(fixture.history), 0);
    is_open_and_unsent();
    ck_rows(1, "incident WHERE ended_us = 0");
    ck_rows(1, "sample");
}

FIBER_TEST(folder_that_appears_later_is_used)
{
    struct trend trend;

    history_close(fixture.history);
    snprintf(fixture.path, sizeof fixture.path, "%s/later/health.sqlite", fixture.folder);
    history_fixture_reopen();
    ck_assert_int_ne(history_unwritable_since_us(fixture.history), 0);
    add_sample();
    write_fails();
    begin_and_send();
    ck_unavailable(history_read_trends(fixture.history, now_wall_us(), &trend, &fault),
                   "history_away");
    ck_assert_int_eq(mkdir(textf("%s/later", fixture.folder), 0700), 0);
    history_fixture_write();
    ck_assert_int_eq(history_unwritable_since_us(fixture.history), 0);
    ck_rows(1, "sample");
    history_fixture_restart();
    is_open_and_unsent();
}

FIBER_TEST(moved_file_is_replaced_by_a_new_one)
{
    begin_and_send();
    ck_assert_int_eq(rename(fixture.path, textf("%s.old", fixture.path)), 0);
    history_fixture_write();
    history_fixture_restart();
    is_open_and_unsent();
}

FIBER_TEST(restored_backup_gets_missing_rows)
{
    begin_and_send();
    history_fixture_restart(); /* all is in the file, nothing in its log */
    ck_assert_int_eq(system(textf("cp %s %s.old", fixture.path, fixture.path)), 0);
    ck_ok(history_incident_end(fixture.history, &incident.id, now_wall_us(), &fault));
    begin_and_send();
    const char *command = textf("rm %s-*; mv %s.old %s", fixture.path, fixture.path, fixture.path);
    ck_assert_int_eq(system(command), 0);
    history_fixture_write();
    ck_rows(2, "incident");
    ck_rows(1, "incident WHERE ended_us = 0");
}

/* Overwrites the file from byte `at` on. */
static void damage(off_t at)
{
    static const char junk[64 * 1024] = "not a database";
    const int fd = open(fixture.path, O_WRONLY);

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(pwrite(fd, junk, sizeof junk, at), (ssize_t)sizeof junk);
    close(fd);
}

static size_t quarantine(void)
{
    glob_t found;
    size_t count = 0;

    if (glob(textf("%s.broken-*", fixture.path), 0, NULL, &found) == 0)
        for (size_t i = 0; i < found.gl_pathc; i++)
            count += strstr(found.gl_pathv[i], "-wal") == NULL &&
                     strstr(found.gl_pathv[i], "-shm") == NULL;
    globfree(&found);
    return count;
}

FIBER_TEST(damaged_file_is_quarantined_at_start)
{
    begin();
    history_close(fixture.history);
    damage(0);
    history_fixture_reopen();
    ck_assert_int_eq(history_unwritable_since_us(fixture.history), 0);
    ck_assert_uint_eq(quarantine(), 1);
    add_sample();
    history_fixture_write();
    ck_rows(1, "sample");
}

FIBER_TEST(file_damaged_at_run_time_is_quarantined_without_repeated_alerts)
{
    begin_and_send();
    history_fixture_restart(); /* all is in the file, nothing in its log */
    /* After the part that is read at the start. */
    damage(4096);
    add_sample();
    history_fixture_write();
    ck_assert_uint_eq(quarantine(), 1);
    history_fixture_restart();
    is_open_and_unsent();
}

FIBER_TEST(file_of_newer_version_is_not_touched)
{
    struct fault why;

    history_close(fixture.history);
    history_fixture_script("PRAGMA user_version = 99");
    history_fixture_reopen();
    ck_assert_int_ne(history_unwritable_since_us(fixture.history), 0);
    write_fails();
    ck_assert(!history_write_to_disk(fixture.history, &why));
    ck_assert_msg(strstr(why.detail, "schema 99 ") != NULL && strstr(why.detail, "deploy") != NULL,
                  "%s", why.detail);
    ck_assert_uint_eq(quarantine(), 0);
    ck_query(99, "SELECT user_version FROM pragma_user_version");
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

FIBER_TEST(file_of_older_version_is_upgraded)
{
    begin();
    history_close(fixture.history);
    history_fixture_script(version_1);
    history_fixture_reopen();
    ck_assert_int_eq(history_unwritable_since_us(fixture.history), 0);
    is_open_and_unsent();
    history_fixture_write();
    ck_rows(1, "alert WHERE tries = 2 AND told_us > 0 AND message_id = 9 AND step = 0");
}
