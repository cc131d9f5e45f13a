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

/* Apartments whose kept JSON is compared with their columns: those changed last. */
enum { SELFCHECK_APARTMENTS = 1000 };

/* One row for each check, for selfcheck_store_read(). Those of apartments look at one snapshot,
 * those of rides (rides.h) at one, on an exclusive connection; `listed`, the check that SQL cannot
 * make, looks at each apartment's row, 50 a statement. `sweep_s`: how often expired holds are
 * swept. FAULT_UNAVAILABLE "busy" when a statement takes longer than 3 s. */
bool selfcheck_store_run(struct db_pool *pool, int64_t sweep_s, struct db_rows *rows,
                         struct db_rows *rides, struct selfcheck *listed,
                         struct fault *fault) MUST_CHECK;
/* The name is borrowed from the rows. */
struct selfcheck selfcheck_store_read(const struct db_rows *rows, int row);
