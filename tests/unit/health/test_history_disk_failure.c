// SPDX-License-Identifier: MIT
/* A disk that is full, not there or damaged: all goes on, and what was missed is known. */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

#include "history_fixture.h"

enum { TELEGRAM = 1 << ALERT_TELEGRAM };
#define T0 (INT64_C(20000) * HISTORY_DAY_US)

/* --- the disk, as SQLite meets it --- */

static bool full;
static bool read_only;

static ssize_t own_pwrite(int fd, const void *at, size_t len, off_t offset)
{
    if (!full)
        return pwrite(fd, at, len, offset);
    errno = ENOSPC;
    return -1;
}

static int own_open(const char *path, int flags, int mode)
{
    if (!read_only || (flags & (O_RDWR | O_CREAT)) == 0)
        return open(path, flags, mode);
    errno = EROFS;
    return -1;
}

static void monitor_disk(bool on)
{
    sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);
    const sqlite3_syscall_ptr write = (sqlite3_syscall_ptr)(void (*)(void))own_pwrite;

    vfs->xSetSystemCall(vfs, "pwrite", on ? write : NULL);
    vfs->xSetSystemCall(vfs, "pwrite64", on ? write : NULL);
    vfs->xSetSystemCall(vfs, "open", on ? (sqlite3_syscall_ptr)(void (*)(void))own_open : NULL);
}

static void write_fine(struct stand *stand, void *data)
{
    FINE(history_write(stand->history, &fault));
}

static void write_fails(struct stand *stand, void *data)
{
    FAILS(history_write(stand->history, &fault), "history_away");
}

static void begin(struct stand *stand, void *data)
{
    struct incident *incident = data;

    *incident = stand_incident(stand, 0, LEVEL_RED);
    FINE(history_incident_begin(stand->history, incident, TELEGRAM, &fault));
}

static void end(struct stand *stand, void *data)
{
    const struct incident *incident = data;

    FINE(history_incident_end(stand->history, &incident->id, now_wall_us(), &fault));
}

static void begin_and_tell(struct stand *stand, void *data)
{
    const struct alert_query wanted = {.channel = ALERT_TELEGRAM, .now_us = now_wall_us()};
    struct alert alert;
    size_t count = 1;

    begin(stand, data);
    FINE(history_alerts_due(stand->history, &wanted, &alert, &count, &fault));
    ck_assert_uint_eq(count, 1);
    FINE(history_alert_sent(stand->history, &alert, 0, &fault));
}

static void lasts_untold(struct stand *stand, void *data)
{
    const struct alert_query wanted = {.channel = ALERT_TELEGRAM, .now_us = now_wall_us()};
    const struct incident *incident = data;
    struct incident found;
    struct alert alert;
    size_t count = 1;

    FINE(history_incidents(stand->history, NULL, true, &found, &count, &fault));
    ck_assert_uint_eq(count, 1);
    ck_assert(uuid_equal(&found.id, &incident->id));
    count = 1;
    FINE(history_incidents(stand->history, NULL, false, &found, &count, &fault));
    ck_assert_uint_eq(count, 1);
    count = 1;
    FINE(history_alerts_due(stand->history, &wanted, &alert, &count, &fault));
    ck_assert_uint_eq(count, 0);
}

static void past_is_there(struct stand *stand, void *data)
{
    struct trend trends[1];

    FINE(history_trends(stand->history, now_wall_us(), trends, &fault));
}

static void past_is_away(struct stand *stand, void *data)
{
    struct trend trends[1];

    FAILS(history_trends(stand->history, now_wall_us(), trends, &fault), "history_away");
}

static void missed(struct stand *stand, void *data)
{
    struct missed one;
    size_t count = 1;

    FINE(history_missed(stand->history, &one, &count, &fault));
    ck_assert_uint_eq(count, 1);
    ck_assert_int_eq(one.from_us, T0 + US_PER_S);
    ck_assert_int_eq(one.to_us, T0 + 1000 * US_PER_S);
    ck_assert_int_eq(one.samples, 1000);
}

START_TEST(a_full_disk_stops_nothing_and_what_it_missed_is_known)
{
    struct stand stand;
    struct incident incident;

    now_freeze(T0, 0);
    monitor_disk(true);
    stand_open(&stand, 1, 1000);
    history_add_sample(stand.history, 0, VERDICT_GREEN, T0, 1000);
    stand_run(&stand, write_fine, NULL);
    full = true;
    for (int i = 1; i <= 5096; i++)
        history_add_sample(stand.history, 0, VERDICT_RED, T0 + i * US_PER_S, 1000);
    now_advance_us(7 * US_PER_S);
    stand_run(&stand, write_fails, NULL);
    ck_assert_int_eq(history_gap(stand.history), T0 + 7 * US_PER_S);
    now_advance_us(5 * US_PER_S);
    stand_run(&stand, write_fails, NULL);
    ck_assert_int_eq(history_gap(stand.history), T0 + 7 * US_PER_S);
    ck_assert_int_eq(history_missing(stand.history).samples, 1000);
    stand_run(&stand, begin_and_tell, &incident);
    stand_run(&stand, lasts_untold, &incident);
    stand_run(&stand, past_is_there, NULL);
    full = false;
    stand_run(&stand, write_fine, NULL);
    ck_assert_int_eq(history_gap(stand.history), 0);
    ck_assert_int_eq(history_missing(stand.history).samples, 0);
    stand_run(&stand, missed, NULL);
    ck_assert_int_eq(stand_ask(&stand, "SELECT sum(count) FROM day"), 1 + 4096);
    ck_assert_int_eq(stand_ask(&stand, "SELECT count(*) FROM alert WHERE told_us > 0"), 1);
    stand_restart(&stand);
    stand_run(&stand, lasts_untold, &incident);
    stand_close(&stand);
    monitor_disk(false);
    now_thaw();
}
END_TEST

static const struct {
    const char *why;
    bool *flag;
} bad_starts[] = {
    {"a full disk", &full     },
    {"read-only",   &read_only},
};

START_TEST(nothing_is_told_again_when_health_starts_on_a_disk_that_takes_nothing)
{
    struct stand stand;
    struct incident incident;

    monitor_disk(true);
    stand_open(&stand, 1, 1000);
    stand_run(&stand, begin_and_tell, &incident);
    history_close(stand.history);
    *bad_starts[_i].flag = true;
    FINE((stand.history = history_open(stand.loop, stand.path, &stand.plan, &fault)) != NULL);
    ck_assert_int_ne(history_gap(stand.history), 0);
    history_add_sample(stand.history, 0, VERDICT_GREEN, now_wall_us(), 1000);
    stand_run(&stand, write_fails, NULL);
    stand_run(&stand, lasts_untold, &incident);
    *bad_starts[_i].flag = false;
    stand_run(&stand, write_fine, NULL);
    ck_assert_int_eq(history_gap(stand.history), 0);
    stand_run(&stand, lasts_untold, &incident);
    ck_assert_int_eq(stand_ask(&stand, "SELECT count(*) FROM incident WHERE ended_us = 0"), 1);
    ck_assert_int_eq(stand_ask(&stand, "SELECT count(*) FROM sample"), 1);
    stand_close(&stand);
    monitor_disk(false);
}
END_TEST

START_TEST(a_folder_that_comes_later_is_taken)
{
    struct stand stand;
    struct incident incident;
    struct fault fault;

    stand_open(&stand, 1, 1000);
    history_close(stand.history);
    snprintf(stand.path, sizeof(stand.path), "%s/later/health.sqlite", stand.folder);
    stand.history = history_open(stand.loop, stand.path, &stand.plan, &fault);
    ck_assert_ptr_nonnull(stand.history);
    ck_assert_int_ne(history_gap(stand.history), 0);
    history_add_sample(stand.history, 0, VERDICT_GREEN, now_wall_us(), 1000);
    stand_run(&stand, write_fails, NULL);
    stand_run(&stand, begin_and_tell, &incident);
    stand_run(&stand, past_is_away, NULL);
    char folder[96];
    snprintf(folder, sizeof(folder), "%s/later", stand.folder);
    ck_assert_int_eq(mkdir(folder, 0700), 0);
    stand_run(&stand, write_fine, NULL);
    ck_assert_int_eq(history_gap(stand.history), 0);
    ck_assert_int_eq(stand_ask(&stand, "SELECT count(*) FROM sample"), 1);
    stand_restart(&stand);
    stand_run(&stand, lasts_untold, &incident);
    stand_close(&stand);
}
END_TEST

START_TEST(a_file_that_is_moved_away_is_begun_anew)
{
    struct stand stand;
    struct incident incident;
    char moved[128];

    stand_open(&stand, 1, 1000);
    stand_run(&stand, begin_and_tell, &incident);
    snprintf(moved, sizeof(moved), "%s.old", stand.path);
    ck_assert_int_eq(rename(stand.path, moved), 0);
    stand_run(&stand, write_fine, NULL);
    stand_restart(&stand);
    stand_run(&stand, lasts_untold, &incident);
    stand_close(&stand);
}
END_TEST

START_TEST(an_older_copy_of_the_file_learns_what_it_missed)
{
    struct stand stand;
    struct incident old, incident;
    char command[400];

    stand_open(&stand, 1, 1000);
    stand_run(&stand, begin_and_tell, &old);
    stand_restart(&stand); /* all is in the file, nothing in its log */
    snprintf(command, sizeof(command), "cp %s %s.old", stand.path, stand.path);
    ck_assert_int_eq(system(command), 0);
    stand_run(&stand, end, &old);
    stand_run(&stand, begin_and_tell, &incident);
    snprintf(command, sizeof(command), "rm %s-*; mv %s.old %s", stand.path, stand.path, stand.path);
    ck_assert_int_eq(system(command), 0);
    stand_run(&stand, write_fine, NULL);
    ck_assert_int_eq(stand_ask(&stand, "SELECT count(*) FROM incident"), 2);
    ck_assert_int_eq(stand_ask(&stand, "SELECT count(*) FROM incident WHERE ended_us = 0"), 1);
    stand_close(&stand);
}
END_TEST

/* Overwrites the file from byte `at` on. */
static void damage(const struct stand *stand, off_t at)
{
    static const char junk[64 * 1024] = "not a database";
    const int fd = open(stand->path, O_WRONLY);

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(pwrite(fd, junk, sizeof(junk), at), (ssize_t)sizeof(junk));
    close(fd);
}

static size_t quarantine(const struct stand *stand)
{
    char pattern[128];
    glob_t found;
    size_t count = 0;

    snprintf(pattern, sizeof(pattern), "%s.broken-*", stand->path);
    if (glob(pattern, 0, NULL, &found) == 0)
        for (size_t i = 0; i < found.gl_pathc; i++)
            count += strstr(found.gl_pathv[i], "-wal") == NULL &&
                     strstr(found.gl_pathv[i], "-shm") == NULL;
    globfree(&found);
    return count;
}

START_TEST(a_damaged_file_is_set_aside_at_the_start)
{
    struct stand stand;
    struct fault fault;
    struct incident incident;

    stand_open(&stand, 1, 1000);
    stand_run(&stand, begin, &incident);
    history_close(stand.history);
    damage(&stand, 0);
    stand.history = history_open(stand.loop, stand.path, &stand.plan, &fault);
    ck_assert_ptr_nonnull(stand.history);
    ck_assert_int_eq(history_gap(stand.history), 0);
    ck_assert_uint_eq(quarantine(&stand), 1);
    history_add_sample(stand.history, 0, VERDICT_GREEN, now_wall_us(), 1000);
    stand_run(&stand, write_fine, NULL);
    ck_assert_int_eq(stand_ask(&stand, "SELECT count(*) FROM sample"), 1);
    stand_close(&stand);
}
END_TEST

START_TEST(a_file_that_is_damaged_while_health_runs_is_set_aside_and_nothing_is_told_twice)
{
    struct stand stand;
    struct incident incident;

    stand_open(&stand, 1, 1000);
    stand_run(&stand, begin_and_tell, &incident);
    stand_restart(&stand); /* all is in the file, nothing in its log */
    /* Behind what is read at the start. */
    damage(&stand, 4096);
    history_add_sample(stand.history, 0, VERDICT_GREEN, now_wall_us(), 1000);
    stand_run(&stand, write_fine, NULL);
    ck_assert_uint_eq(quarantine(&stand), 1);
    stand_restart(&stand);
    stand_run(&stand, lasts_untold, &incident);
    stand_close(&stand);
}
END_TEST

START_TEST(a_file_of_a_newer_version_is_left_alone)
{
    struct stand stand;
    struct fault fault;
    sqlite3 *connection;

    stand_open(&stand, 1, 1000);
    history_close(stand.history);
    ck_assert_int_eq(sqlite3_open(stand.path, &connection), SQLITE_OK);
    ck_assert_int_eq(sqlite3_exec(connection, "PRAGMA user_version = 99", NULL, NULL, NULL),
                     SQLITE_OK);
    sqlite3_close(connection);
    stand.history = history_open(stand.loop, stand.path, &stand.plan, &fault);
    ck_assert_int_ne(history_gap(stand.history), 0);
    stand_run(&stand, write_fails, NULL);
    ck_assert_uint_eq(quarantine(&stand), 0);
    ck_assert_int_eq(stand_ask(&stand, "SELECT user_version FROM pragma_user_version"), 99);
    stand_close(&stand);
}
END_TEST

/* As version 1 made it. */
static const char version_1[] =
    "ALTER TABLE incident DROP COLUMN command; ALTER TABLE incident DROP COLUMN runbook;"
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

START_TEST(a_file_of_an_older_version_is_brought_up_to_date)
{
    struct stand stand;
    struct fault fault;
    struct incident incident;
    sqlite3 *connection;

    stand_open(&stand, 1, 1000);
    stand_run(&stand, begin, &incident);
    history_close(stand.history);
    ck_assert_int_eq(sqlite3_open(stand.path, &connection), SQLITE_OK);
    ck_assert_int_eq(sqlite3_exec(connection, version_1, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(connection);
    stand.history = history_open(stand.loop, stand.path, &stand.plan, &fault);
    ck_assert_int_eq(history_gap(stand.history), 0);
    stand_run(&stand, lasts_untold, &incident);
    stand_run(&stand, write_fine, NULL);
    ck_assert_int_eq(stand_ask(&stand, "SELECT count(*) FROM alert WHERE tries = 2"
                                       " AND told_us > 0 AND message_id = 9 AND step = 0"),
                     1);
    stand_close(&stand);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("away");

    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, a_full_disk_stops_nothing_and_what_it_missed_is_known);
    tcase_add_loop_test(tests,
                        nothing_is_told_again_when_health_starts_on_a_disk_that_takes_nothing, 0,
                        sizeof(bad_starts) / sizeof(bad_starts[0]));
    tcase_add_test(tests, a_folder_that_comes_later_is_taken);
    tcase_add_test(tests, a_file_that_is_moved_away_is_begun_anew);
    tcase_add_test(tests, an_older_copy_of_the_file_learns_what_it_missed);
    tcase_add_test(tests, a_damaged_file_is_set_aside_at_the_start);
    tcase_add_test(tests,
                   a_file_that_is_damaged_while_health_runs_is_set_aside_and_nothing_is_told_twice);
    tcase_add_test(tests, a_file_of_a_newer_version_is_left_alone);
    tcase_add_test(tests, a_file_of_an_older_version_is_brought_up_to_date);
    return stand_main("history_away", tests);
}
