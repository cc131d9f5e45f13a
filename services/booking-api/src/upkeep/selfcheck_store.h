// SPDX-License-Identifier: MIT
/* The invariants of the test suite, counted on live data. */
#pragma once

#include "db/query.h"

/* Rows looked at by each check: those changed last. */
enum { SELFCHECK_ROWS = 20000 };

struct selfcheck {
    struct slice name;
    int64_t count;   /* how many rows break the rule; lags: seconds */
    int64_t allowed; /* how many are still fine */
};

/* One row for each check, for selfcheck_store_read(). All of them look at one snapshot, on an
 * exclusive connection. `sweep_s`: how often expired holds are swept. FAULT_UNAVAILABLE "busy" when
 * they take longer than 3 s together, the time of a statement. */
bool selfcheck_store_run(struct db_pool *pool, int64_t sweep_s, struct db_rows *rows,
                         struct fault *fault) MUST_CHECK;
/* The name is borrowed from the rows. */
struct selfcheck selfcheck_store_read(const struct db_rows *rows, int row);
