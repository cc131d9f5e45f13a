// SPDX-License-Identifier: MIT
/* Fixture of the tests of db/: a loop with a pool on a real PostgreSQL, test bodies that run in a
 * fiber, and a blocking outside connection to observe the effects. */
#pragma once

#include "db/query.h"
#include "db/transaction.h"

#include "integration/fibers.h"
#include "integration/sql.h"

struct stand {
    struct loop *loop;
    struct work *work;
    struct db_pool *pool;
    struct db *db; /* the shared handle */
    struct db_options options;
    int usable_calls;
    bool usable;
};

extern struct stand stand;

/* The defaults, but with timeouts that suffice on the slowest machine. */
void stand_options(struct db_options *options);
/* Ends the stand before it, if any; creates a connected pool with stand_options(), and an empty
 * schema db_test. */
void stand_begin(void);
void stand_begin_with(const struct db_options *options);
void stand_end(void);

/* Replaces the pool by one with this URL, which lives as long; returns the previous one, which the
 * caller destroys. */
struct db_pool *stand_replace_pool(const char *url);

/* Runs one iteration of the loop while the clock is stopped. */
void stand_turn(void);

/* On the connection of integration/sql.h: stand_locked blocks until stand_unlock(), then returns 7.
 */
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
