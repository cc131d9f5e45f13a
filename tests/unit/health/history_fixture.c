// SPDX-License-Identifier: MIT
#include "history_fixture.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

void stand_open(struct stand *stand, size_t checks, int64_t interval_ms)
{
    struct fault fault;

    *stand = (struct stand){.folder = "/tmp/tapbot-history-XXXXXX"};
    ck_assert_ptr_nonnull(mkdtemp(stand->folder));
    snprintf(stand->path, sizeof(stand->path), "%s/health.sqlite", stand->folder);
    stand->checks = calloc(checks, sizeof(*stand->checks));
    for (size_t i = 0; i < checks; i++) {
        snprintf(stand->checks[i].name, sizeof(stand->checks[i].name), "check-%03zu", i);
        stand->checks[i].interval_ms = interval_ms;
    }
    stand->plan = (struct plan){.checks = stand->checks, .count = checks, .server = "server1"};
    stand->loop = loop_create(&fault);
    ck_assert_ptr_nonnull(stand->loop);
    stand->history = history_open(stand->loop, stand->path, &stand->plan, &fault);
    ck_assert_msg(stand->history != NULL, "%s", fault.detail);
}

void stand_restart(struct stand *stand)
{
    struct fault fault;

    history_close(stand->history);
    stand->history = history_open(stand->loop, stand->path, &stand->plan, &fault);
    ck_assert_msg(stand->history != NULL, "%s", fault.detail);
}

void stand_close(struct stand *stand)
{
    char command[128];

    history_close(stand->history);
    loop_destroy(stand->loop);
    free(stand->checks);
    snprintf(command, sizeof(command), "rm -rf %s", stand->folder);
    ck_assert_int_eq(system(command), 0);
}

struct running {
    struct stand *stand;
    void (*run)(struct stand *stand, void *data);
    void *data;
};

static void run_one(void *data)
{
    const struct running *running = data;

    running->run(running->stand, running->data);
    loop_stop(running->stand->loop);
}

void stand_run(struct stand *stand, void (*run)(struct stand *stand, void *data), void *data)
{
    struct running running = {stand, run, data};

    FINE(fiber_start(stand->loop, run_one, &running, INT64_MAX, "test", &fault));
    loop_run(stand->loop);
}

int64_t stand_ask(const struct stand *stand, const char *sql)
{
    sqlite3 *connection;
    sqlite3_stmt *statement;
    int64_t found;

    ck_assert_int_eq(sqlite3_open(stand->path, &connection), SQLITE_OK);
    ck_assert_msg(sqlite3_prepare_v2(connection, sql, -1, &statement, NULL) == SQLITE_OK, "%s: %s",
                  sql, sqlite3_errmsg(connection));
    ck_assert_int_eq(sqlite3_step(statement), SQLITE_ROW);
    found = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(connection);
    return found;
}

int64_t stand_bytes(const struct stand *stand)
{
    static const char *const parts[] = {"", "-wal", "-shm"};
    int64_t bytes = 0;

    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        struct stat file;
        char path[128];

        snprintf(path, sizeof(path), "%s%s", stand->path, parts[i]);
        if (stat(path, &file) == 0)
            bytes += file.st_size;
    }
    return bytes;
}

struct incident stand_incident(const struct stand *stand, size_t check, enum level level)
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

    snprintf(incident.check, sizeof(incident.check), "%s", stand->checks[check].name);
    return incident;
}

int stand_main(const char *name, TCase *tests)
{
    Suite *suite = suite_create(name);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
