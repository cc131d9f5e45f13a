// SPDX-License-Identifier: MIT
/* What the tests of db/ share: a loop with a pool on a real PostgreSQL, test bodies that run in a
 * fiber, and a blocking connection to look from outside. */
#pragma once

#include <check.h>
#include <libpq-fe.h>

#include "db/query.h"
#include "db/transaction.h"
#include "loop/fiber.h"

#include "support/patience.h"

struct stand {
    struct loop *loop;
    struct work *work;
    struct db_pool *pool;
    struct db *db; /* the shared handle */
    PGconn *outside;
    struct db_options options;
    int running; /* fibers started by stand_go() that have not ended */
    int usable_calls;
    bool usable;
};

extern struct stand stand;

/* TEST_DATABASE_URL. */
const char *stand_url(void);

/* The defaults, but with limits of time that no machine is too slow for. */
void stand_options(struct db_options *options);
/* A pool by `options` (stand_options() where NULL), connected, beside an empty schema db_test. */
void stand_begin(const struct db_options *options);
void stand_end(void);

/* Runs `body` in a fiber and the loop until all fibers of stand_go() have ended. */
void stand_run(void (*body)(void *data), void *data);
/* From inside: one more fiber. */
void stand_go(void (*body)(void *data), void *data);
/* `ms` until its deadline. */
void stand_go_for(void (*body)(void *data), void *data, int64_t ms);
void stand_sleep(int ms);
/* Runs one iteration of the loop while the clock is stopped. */
void stand_turn(void);
/* In a fiber: wait_until(). */
#define stand_until(condition, ...) wait_by(stand_sleep, condition, __VA_ARGS__)

/* Blocking, from outside. */
void stand_sql(const char *format, ...) PRINTF_LIKE(1, 2);
long long stand_number(const char *format, ...) PRINTF_LIKE(1, 2);

/* From outside: until stand_unlock(), stand_locked does not end; then it gives 7. */
extern const struct db_statement stand_locked;
void stand_lock(void);
void stand_unlock(void);
/* How many connections wait for that lock. */
long long stand_waiting(void);

/* Nothing of ours holds a transaction or a lock. */
void stand_assert_clean(void);

/* The first column of the first row, in the fiber. */
int64_t stand_int(struct db *db, const struct db_statement *statement,
                  const struct db_value *values, size_t count);

#define ck_ok(call, fault)                                                                         \
    ck_assert_msg(call, "%s: %s", (fault).code != NULL ? (fault).code : "", (fault).detail)
#define ck_fault(call, fault, expected)                                                            \
    do {                                                                                           \
        ck_assert_msg(!(call), "it should have failed with %s", expected);                         \
        ck_assert_str_eq((fault).code, expected);                                                  \
    } while (0)

/* Runs the suite; the exit status of main(). */
int stand_main(Suite *suite);
