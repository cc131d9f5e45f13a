// SPDX-License-Identifier: MIT
#include "history_fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

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

void history_fixture_open(struct history_fixture *fixture, size_t checks, int64_t interval_ms)
{
    struct fault fault;

    *fixture = (struct history_fixture){.folder = "/tmp/tapbot-history-XXXXXX"};
    ck_assert_ptr_nonnull(mkdtemp(fixture->folder));
    snprintf(fixture->path, sizeof(fixture->path), "%s/health.sqlite", fixture->folder);
    fixture->checks = calloc(checks, sizeof(*fixture->checks));
    for (size_t i = 0; i < checks; i++) {
        snprintf(fixture->checks[i].name, sizeof(fixture->checks[i].name), "check-%03zu", i);
        fixture->checks[i].interval_ms = interval_ms;
    }
    fixture->plan = (struct plan){.checks = fixture->checks, .count = checks, .server = "server1"};
    fixture->loop = loop_create(&fault);
    ck_assert_ptr_nonnull(fixture->loop);
    fixture->history = history_open(fixture->loop, fixture->path, &fixture->plan, &fault);
    ck_assert_msg(fixture->history != NULL, "%s", fault.detail);
}

void history_fixture_restart(struct history_fixture *fixture)
{
    struct fault fault;

    history_close(fixture->history);
    fixture->history = history_open(fixture->loop, fixture->path, &fixture->plan, &fault);
    ck_assert_msg(fixture->history != NULL, "%s", fault.detail);
}

void history_fixture_close(struct history_fixture *fixture)
{
    char command[128];

    history_close(fixture->history);
    loop_destroy(fixture->loop);
    free(fixture->checks);
    snprintf(command, sizeof(command), "rm -rf %s", fixture->folder);
    ck_assert_int_eq(system(command), 0);
}

struct running {
    struct history_fixture *fixture;
    void (*run)(struct history_fixture *fixture, void *data);
    void *data;
};

static void run_one(void *data)
{
    const struct running *running = data;

    running->run(running->fixture, running->data);
    loop_stop(running->fixture->loop);
}

void history_fixture_run(struct history_fixture *fixture,
                         void (*run)(struct history_fixture *fixture, void *data), void *data)
{
    struct running running = {fixture, run, data};

    FINE(fiber_start(fixture->loop, run_one, &running, INT64_MAX, "test", &fault));
    loop_run(fixture->loop);
}

int64_t history_fixture_query(const struct history_fixture *fixture, const char *sql)
{
    sqlite3 *connection;
    sqlite3_stmt *statement;
    int64_t found;

    ck_assert_int_eq(sqlite3_open(fixture->path, &connection), SQLITE_OK);
    ck_assert_msg(sqlite3_prepare_v2(connection, sql, -1, &statement, NULL) == SQLITE_OK, "%s: %s",
                  sql, sqlite3_errmsg(connection));
    ck_assert_int_eq(sqlite3_step(statement), SQLITE_ROW);
    found = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(connection);
    return found;
}

int64_t history_fixture_bytes(const struct history_fixture *fixture)
{
    static const char *const parts[] = {"", "-wal", "-shm"};
    int64_t bytes = 0;

    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        struct stat file;
        char path[128];

        snprintf(path, sizeof(path), "%s%s", fixture->path, parts[i]);
        if (stat(path, &file) == 0)
            bytes += file.st_size;
    }
    return bytes;
}

struct incident history_fixture_incident(const struct history_fixture *fixture, size_t check,
                                         enum level level)
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

    snprintf(incident.check, sizeof(incident.check), "%s", fixture->checks[check].name);
    return incident;
}
