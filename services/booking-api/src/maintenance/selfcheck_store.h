// SPDX-License-Identifier: MIT
/* Counts violations of the data's invariants, the same that the test suite checks, on live data. */
#pragma once

#include "db/query.h"

/* Rows that each check reads: those changed last. */
enum { SELFCHECK_ROWS = 20000 };

struct selfcheck {
    struct slice name;
    int64_t count;   /* number of violations; of a lag: seconds */
    int64_t allowed; /* highest count that is acceptable */
};

/* Apartments whose stored JSON is compared with their columns: those changed last. */
enum { SELFCHECK_APARTMENTS = 1000 };

/* Runs all checks and returns one row per check, for selfcheck_store_read_row(). The checks of
 * apartments share one snapshot, those of rides (rides.h) another, on an exclusive connection.
 * `listed` is the check that needs C: it reads apartments, 50 per statement. `sweep_s` is the
 * sweeper's interval. FAULT_UNAVAILABLE "busy" if a statement takes longer than 3 s. */
bool selfcheck_store_run(struct db_pool *pool, int64_t sweep_s, struct db_rows *rows,
                         struct db_rows *rides, struct selfcheck *listed,
                         struct fault *fault) MUST_CHECK;
/* Reads the result of one check. Its name is borrowed from the rows. */
struct selfcheck selfcheck_store_read_row(const struct db_rows *rows, int row);
