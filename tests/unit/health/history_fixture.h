// SPDX-License-Identifier: MIT
/* A history with a file of its own; test bodies run in a fiber. */
#pragma once

#include <stdatomic.h>

#include "loop/fiber.h"

#include "storage/history.h"
#include "support/test.h"

extern struct history_fixture {
    struct loop *loop;
    struct history *history;
    struct plan plan;
    struct check *checks;
    char folder[64], path[96];
} fixture;

#define T0 (INT64_C(20000) * HISTORY_DAY_US) /* midnight UTC */

/* A plan of `checks` checks named check-000, check-001, ... of `interval_ms`, a new folder, and the
 * history in it. */
void history_fixture_open(size_t checks, int64_t interval_ms);
/* Opens the history again after history_close(). */
void history_fixture_reopen(void);
/* Closes the history and opens it again, as a restart does. */
void history_fixture_restart(void);
/* Closes the history, deletes the folder, and lets the clock run. */
void history_fixture_close(void);

/* From now on SQLite uses a disk that is full, read-only or does not answer if the test says so. */
void history_fixture_own_disk(void);
extern bool disk_full, disk_read_only;
extern atomic_bool disk_silent;

/* Runs `run` in a fiber to its end. */
void history_fixture_run(void (*run)(void *data), void *data);
#define FIBER_RUN history_fixture_run
/* In a fiber: waits until all others have ended; the clock must run. */
void history_fixture_join(void);

void history_fixture_write(void);
/* The only number of a statement, which another connection to the file runs. */
int64_t history_fixture_query(const char *sql);
#define ck_query(wanted, sql) ck_assert_int_eq(history_fixture_query(sql), wanted)
#define ck_rows(wanted, rest) ck_query(wanted, "SELECT count(*) FROM " rest)
/* Runs SQL of several statements in another connection. */
void history_fixture_script(const char *sql);
/* Size of the file, its log and the log's index. */
int64_t history_fixture_bytes(void);

/* An incident of check `check` that begins now. */
struct incident history_fixture_incident(size_t check, enum level level);
