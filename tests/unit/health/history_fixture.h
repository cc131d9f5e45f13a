// SPDX-License-Identifier: MIT
/* A history on a file of its own, and calls of it in a fiber. */
#pragma once

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

/* A plan of `checks` checks named check-000, check-001, ... of `interval_ms`, a new folder, and
 * the history in it. */
void history_fixture_open(struct history_fixture *fixture, size_t checks, int64_t interval_ms);
/* The program ends and begins again: what was written is read. */
void history_fixture_restart(struct history_fixture *fixture);
/* Closes the history and deletes the folder. */
void history_fixture_close(struct history_fixture *fixture);

/* `run` in a fiber, until it has ended. */
void history_fixture_run(struct history_fixture *fixture,
                         void (*run)(struct history_fixture *fixture, void *data), void *data);

/* The only number of a statement, asked of the file by a connection of its own. */
int64_t history_fixture_query(const struct history_fixture *fixture, const char *sql);
/* Bytes of the file, its log and the index of that. */
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

int history_fixture_main(const char *name, TCase *tests);
