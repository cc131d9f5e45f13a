// SPDX-License-Identifier: MIT
/* A history on a file of its own, and calls of it in a fiber. */
#pragma once

#include <stdio.h>

#include <check.h>

#include "loop/fiber.h"

#include "storage/history.h"

struct stand {
    struct loop *loop;
    struct history *history;
    struct plan plan;
    struct check *checks;
    char folder[64];
    char path[96];
};

/* A plan of `checks` checks named check-000, check-001, ... of `interval_ms`, a new folder, and
 * the history in it. */
void stand_open(struct stand *stand, size_t checks, int64_t interval_ms);
/* The program ends and begins again: what was written is read. */
void stand_restart(struct stand *stand);
/* Closes the history and deletes the folder. */
void stand_close(struct stand *stand);

/* `run` in a fiber, until it has ended. */
void stand_run(struct stand *stand, void (*run)(struct stand *stand, void *data), void *data);

/* The only number of a statement, asked of the file by a connection of its own. */
int64_t stand_ask(const struct stand *stand, const char *sql);
/* Bytes of the file, its log and the index of that. */
int64_t stand_bytes(const struct stand *stand);

/* An incident of check `check` that begins now. */
struct incident stand_incident(const struct stand *stand, size_t check, enum level level);

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

int stand_main(const char *name, TCase *tests);
