// SPDX-License-Identifier: MIT
/* Fixture of the tests of db/: a loop with a pool on a real PostgreSQL, test bodies that run in a
 * fiber, and a blocking outside connection to observe the effects. */
#pragma once

#include <libpq-fe.h>

#include "db/query.h"
#include "db/transaction.h"
#include "loop/fiber.h"

#include "support/patience.h"
#include "support/test.h"

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

/* The defaults, but with timeouts that suffice on the slowest machine. */
void stand_options(struct db_options *options);
/* Creates a connected pool with `options` (NULL: stand_options()), and an empty schema db_test. */
void stand_begin(const struct db_options *options);
void stand_end(void);

/* Runs `body` in a fiber and the loop until all fibers of stand_go() have ended. */
void stand_run(void (*body)(void *data), void *data);

/* A test that runs in a fiber. */
#define STAND_TEST(name)                                                                           \
    static void name##_body(void *data);                                                           \
    TEST(name)                                                                                     \
    {                                                                                              \
        stand_run(name##_body, NULL);                                                              \
    }                                                                                              \
    static void name##_body(void *data CK_ATTRIBUTE_UNUSED)
/* In a fiber: starts one more fiber. */
void stand_go(void (*body)(void *data), void *data);
/* The same with a deadline in `ms`. */
void stand_go_for(void (*body)(void *data), void *data, int64_t ms);
void stand_sleep(int ms);
/* Runs one iteration of the loop while the clock is stopped. */
void stand_turn(void);
/* In a fiber: wait_until(). */
#define stand_until(condition, ...) wait_by(stand_sleep, condition, __VA_ARGS__)

/* Blocking, on the outside connection. */
void stand_sql(const char *format, ...) PRINTF_LIKE(1, 2);
long long stand_number(const char *format, ...) PRINTF_LIKE(1, 2);

/* On the outside connection: stand_locked blocks until stand_unlock(), then returns 7. */
extern const struct db_statement stand_locked;
void stand_lock(void);
void stand_unlock(void);
/* The number of connections that wait for that lock. */
long long stand_waiting(void);

/* Checks that no connection of the pool is in a transaction or holds a lock. */
void stand_assert_clean(void);

/* Runs the statement in the fiber; returns the first column of the first row. */
int64_t stand_int(struct db *db, const struct db_statement *statement,
                  const struct db_value *values, size_t count);

#define ck_ok(call, fault)                                                                         \
    ck_assert_msg(call, "%s: %s", (fault).code != NULL ? (fault).code : "", (fault).detail)
#define ck_fault(call, fault, expected)                                                            \
    do {                                                                                           \
        ck_assert_msg(!(call), "it should have failed with %s", expected);                         \
        ck_assert_str_eq((fault).code, expected);                                                  \
    } while (0)
