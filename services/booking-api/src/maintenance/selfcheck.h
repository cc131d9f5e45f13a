// SPDX-License-Identifier: MIT
/* Counts violations, in the live data, of the invariants that the test suite checks.
 * selfcheck_store.c runs the checks, selfcheck_watch.c sets the metric that health reads. */
#pragma once

#include "api/periodic.h"
#include "api/service.h"

enum {
    SELFCHECK_ROWS = 20000,     /* rows that each check reads: those changed last */
    SELFCHECK_APARTMENTS = 1000 /* apartments whose stored JSON is checked: those changed last */
};

/* The result of a check. */
struct selfcheck {
    struct slice name;
    int64_t count;   /* number of violations; for event_lag_seconds: seconds */
    int64_t allowed; /* highest count that is acceptable */
};

/* Takes the result of a check. The name is borrowed for the call. */
typedef void selfcheck_fn(void *data, const struct selfcheck *check);

/* Runs all checks on an exclusive connection, then reports each result: first that for the
 * apartments' stored JSON, which is encoded again in C and compared, 50 apartments per statement,
 * then those of apartments, which share a snapshot, then those of rides (rides.h), which share
 * another. FAULT_UNAVAILABLE "busy" if a statement takes longer than 3 s. */
bool selfcheck_store_run(struct db_pool *pool, int64_t sweep_interval_s, selfcheck_fn *report,
                         void *data, struct fault *fault) MUST_CHECK;

/* Runs the self-check soon and every five minutes and sets the metric selfcheck_broken, which is
 * NaN before the first run. */
struct selfcheck_watch {
    struct service *service;
    int64_t sweep_s;
    struct periodic task;
    struct metric broken;
};
void selfcheck_watch_start(struct selfcheck_watch *watch, struct service *service,
                           int64_t sweep_interval_ms);
void selfcheck_watch_stop(struct selfcheck_watch *watch);
/* Runs the self-check once. `data` is a struct selfcheck_watch. */
bool selfcheck_watch_run(void *data, struct fault *fault);
