// SPDX-License-Identifier: MIT
/* PostgreSQL that is lost on order; link with the --wrap options of
 * the CMakeLists.txt of the suites that link it.
 *
 * A call is a statement given to libpq, or a Sync. The connection is lost at the n-th call of the
 * process: before it, or after it. Before: the server executes all that was given to libpq earlier
 * and never sees the call. After: the server executes the call too, and its answer is never read.
 * The server is waited for, so what it did is done, and its locks are gone, when the caller goes
 * on.
 *
 * Between two Syncs nothing is answered. There "after a statement" and "before the next call" are
 * one: the same bytes reach the server and none come back. */
#pragma once

#include <stdbool.h>

enum failing_pq_when { FAILING_PQ_BEFORE, FAILING_PQ_AFTER };

enum { FAILING_PQ_CALLS = 512 };

/* Counts from 1 again; the connection is lost at the `n`th call, once. 0: at none. */
void failing_pq_arm(int n, enum failing_pq_when when);
/* Calls since then. */
int failing_pq_calls(void);
/* The `n`th of them: the statement's name, its text if it has none, or "Sync". */
const char *failing_pq_call(int n);
bool failing_pq_is_sync(int n);
/* Was the connection lost since it was armed? */
bool failing_pq_hit(void);
/* Connections that were ever made: one more for each that is lost, once it is back. */
int failing_pq_connected(void);

/* The monotonic clock leaps: what waits for a moment within `ns` is due at once. */
void failing_pq_leap(long long ns);
