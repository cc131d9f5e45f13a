// SPDX-License-Identifier: MIT
#include "history_fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <sqlite3.h>

struct history_fixture fixture;
bool disk_full, disk_read_only;
atomic_bool disk_silent;

static ssize_t own_pwrite(int fd, const void *at, size_t len, off_t offset)
{
    while (atomic_load(&disk_silent))
        usleep(1000);
    if (!disk_full)
        return pwrite(fd, at, len, offset);
    errno = ENOSPC;
    return -1;
}

static int own_open(const char *path, int flags, int mode)
{
    if (!disk_read_only || (flags & (O_RDWR | O_CREAT)) == 0)
        return open(path, flags, mode);
    errno = EROFS;
    return -1;
}

void history_fixture_own_disk(void)
{
    sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);
    const sqlite3_syscall_ptr write = (sqlite3_syscall_ptr)(void (*)(void))own_pwrite;

    vfs->xSetSystemCall(vfs, "pwrite", write);
    vfs->xSetSystemCall(vfs, "pwrite64", write);
    vfs->xSetSystemCall(vfs, "open", (sqlite3_syscall_ptr)(void (*)(void))own_open);
}

void history_fixture_open(size_t checks, int64_t interval_ms)
{
    fixture = (struct history_fixture){.folder = "/tmp/tapbot-history-XXXXXX"};
    ck_assert_ptr_nonnull(mkdtemp(fixture.folder));
    snprintf(fixture.path, sizeof fixture.path, "%s/health.sqlite", fixture.folder);
    fixture.checks = calloc(checks, sizeof *fixture.checks);
    for (size_t i = 0; i < checks; i++) {
        snprintf(fixture.checks[i].name, sizeof fixture.checks[i].name, "check-%03zu", i);
        fixture.checks[i].interval_ms = interval_ms;
    }
    fixture.plan = (struct plan){.checks = fixture.checks, .count = checks, .server = "server1"};
    ck_ok((fixture.loop = loop_create(&fault)) != NULL);
    history_fixture_reopen();
}

void history_fixture_reopen(void)
{
    ck_ok((fixture.history = history_open(fixture.loop, fixture.path, &fixture.plan, &fault)) !=
          NULL);
}

void history_fixture_restart(void)
{
    history_close(fixture.history);
    history_fixture_reopen();
}

void history_fixture_close(void)
{
    history_close(fixture.history);
    loop_destroy(fixture.loop);
    free(fixture.checks);
    ck_assert_int_eq(system(textf("rm -rf %s", fixture.folder)), 0);
    now_thaw();
}

struct running {
    void (*run)(void *data);
    void *data;
};

static void run_one(void *data)
{
    const struct running *running = data;

    running->run(running->data);
    loop_stop(fixture.loop);
}

void history_fixture_run(void (*run)(void *data), void *data)
{
    struct running running = {run, data};

    ck_ok(fiber_start(fixture.loop, run_one, &running, INT64_MAX, "test", &fault));
    loop_run(fixture.loop);
}

void history_fixture_join(void)
{
    while (fiber_count_live(fixture.loop) > 1)
        ck_ok(fiber_sleep(NS_PER_MS, &fault));
}

void history_fixture_write(void)
{
    ck_ok(history_write_to_disk(fixture.history, &fault));
}

static sqlite3 *connect_to_file(void)
{
    sqlite3 *connection;

    ck_assert_int_eq(sqlite3_open(fixture.path, &connection), SQLITE_OK);
    return connection;
}

int64_t history_fixture_query(const char *sql)
{
    sqlite3 *connection = connect_to_file();
    sqlite3_stmt *statement;

    ck_assert_msg(sqlite3_prepare_v2(connection, sql, -1, &statement, NULL) == SQLITE_OK, "%s: %s",
                  sql, sqlite3_errmsg(connection));
    ck_assert_int_eq(sqlite3_step(statement), SQLITE_ROW);
    const int64_t found = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(connection);
    return found;
}

void history_fixture_script(const char *sql)
{
    sqlite3 *connection = connect_to_file();

    ck_assert_msg(sqlite3_exec(connection, sql, NULL, NULL, NULL) == SQLITE_OK, "%s",
                  sqlite3_errmsg(connection));
    sqlite3_close(connection);
}

int64_t history_fixture_bytes(void)
{
    static const char *const parts[] = {"", "-wal", "-shm"};
    int64_t bytes = 0;

    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        struct stat file;
        char path[128];

        snprintf(path, sizeof path, "%s%s", fixture.path, parts[i]);
        if (stat(path, &file) == 0)
            bytes += file.st_size;
    }
    return bytes;
}

struct incident history_fixture_incident(size_t check, enum level level)
{
    struct incident incident = {
        .id = uuid_make(),
        .level = level,
        .severity = SEVERITY_CRITICAL,
        .trouble = TROUBLE_REFUSED,
        .detail = "port 5432",
        .reading = {MEASURE_connections, 46.5},
        .started_us = now_wall_us(),
    };

    snprintf(incident.check, sizeof incident.check, "%s", fixture.checks[check].name);
    return incident;
}
