// SPDX-License-Identifier: MIT
/* A history with a file of its own, and its calls in a fiber. */
#pragma once

#include <stdatomic.h>
#include <stdio.h>

#include <check.h>

#include "loop/fiber.h"

#include "storage/history.h"

struct history_fixture {
    struct loop *loop;
    struct history *history;
    struct plan plan;
    struct check *checks;
    char folder[64];
    char path[96];
};

/* A plan of `checks` checks named check-000, check-001, ... of `interval_ms`, a new folder, and the
 * history in it. */
void history_fixture_open(struct history_fixture *fixture, size_t checks, int64_t interval_ms);
/* Closes the history and opens it again, as a restart does. */
void history_fixture_restart(struct history_fixture *fixture);
/* Closes the history and deletes the folder. */
void history_fixture_close(struct history_fixture *fixture);

/* From now on SQLite uses a disk that is full, read-only or does not answer if the test says so. */
void history_fixture_own_disk(void);
extern bool disk_full, disk_read_only;
extern atomic_bool disk_silent;

/* Runs `run` in a fiber to its end. */
void history_fixture_run(struct history_fixture *fixture,
                         void (*run)(struct history_fixture *fixture, void *data), void *data);

/* The only number of a statement, which another connection to the file runs. */
int64_t history_fixture_query(const struct history_fixture *fixture, const char *sql);
/* Size of the file, its log and the log's index. */
int64_t history_fixture_bytes(const struct history_fixture *fixture);

/* An incident of check `check` that begins now. */
struct incident history_fixture_incident(const struct history_fixture *fixture, size_t check,
                                         enum level level);

#define FINE(call)                                                                                 \
    do {                                                                                           \
        struct fault fault;                                                                        \
        ck_assert_msg((call), "%s: %s: %s", #call, fault.code, fault.detail);                      \
    } while (0)
#define FAILS(call, code_)                                                                         \
    do {                                                                                           \
        struct fault fault;                                                                        \
        ck_assert_msg(!(call), "%s", #call);                                                       \
        ck_assert_str_eq(fault.code, (code_));                                                     \
    } while (0)
