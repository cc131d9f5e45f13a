// SPDX-License-Identifier: MIT
/* The invariants of the test suite, counted on live data. */
#pragma once

#include "db/query.h"

enum {
    /* Rows looked at by each check: those changed last. A row that breaks a rule was changed when
     * it did. */
    SELFCHECK_ROWS = 20000,
    SELFCHECK_MAX = 16
};

struct selfcheck {
    const char *name;
    int64_t count; /* how many break the rule; lags: seconds */
    bool ok;
};

/* In one read-only snapshot on a connection of its own. `sweep_s`: how often expired holds are
 * swept. FAULT_UNAVAILABLE "busy" when a check took too long. */
bool selfcheck_store_run(struct db_pool *pool, int64_t sweep_s, struct selfcheck out[SELFCHECK_MAX],
                         size_t *count, struct fault *fault) MUST_CHECK;
