// SPDX-License-Identifier: MIT
/* One transaction on an exclusive connection, and the only retry loop.
 *
 * Durability. Exclusive connections commit with synchronous_commit off, which frees the connection
 * and the row locks at once; db_transaction() then waits for a flush: one further connection, the
 * flusher, runs small synchronous commits, each of which carries every commit made before it to the
 * disk (the log is flushed as a prefix). So all transactions of a few milliseconds share one fsync,
 * and still nothing is acknowledged to its writer that is not durable. What is visible to others
 * may be up to one flush younger than the disk; whatever a later acknowledged write builds upon is
 * durable with it.
 */
#pragma once

#include "db/query.h"

/* Knows no HTTP; may run more than once, so it starts from its inputs each time. False with a
 * fault: roll back. */
typedef bool db_transaction_fn(struct db *tx, void *arg, struct fault *fault);

/* Waits for an exclusive connection (FAULT_UNAVAILABLE "overloaded" after wait_ms), BEGIN (sent
 * with the first statement), `run`, COMMIT, flush. Serialization failures, deadlocks (40001, 40P01)
 * and db_again() are tried again with jitter, as long as the fiber's deadline lets them and at most
 * DB_TRIES_MAX times in all. A connection lost while committing is
 * FAULT_UNAVAILABLE "outcome_unknown": only an Idempotency-Key makes repeating safe. A cluster that
 * takes no changes is FAULT_UNAVAILABLE "database_read_only". */
bool db_transaction(struct db_pool *pool, db_transaction_fn *run, void *arg,
                    struct fault *fault) MUST_CHECK;

enum { DB_TRIES_MAX = 20 };

/* For `run`, which returns this: what it read has changed before it was locked, and a transaction
 * that begins now will read it anew. Rolls back and tries again as after a deadlock; `fault` is
 * what the caller hears when the tries are over. False. */
bool db_again(struct db *tx, struct fault *fault) MUST_CHECK;

/* False after a transaction was refused with "database_read_only", which is the state of the whole
 * cluster: a standby after a failover, or a managed one whose disk is nearly full. Then each call
 * asks in a transaction of its own whether that is over. In a fiber. */
bool db_takes_changes(struct db_pool *pool);

/* The last statements of a transaction and its COMMIT in one round trip. After true `tx` takes no
 * more statements. Inside db_transaction() only. */
bool db_commit_with(struct db *tx, const struct db_call *calls, size_t count,
                    struct fault *fault) MUST_CHECK;
/* Ends the running transaction without effect although `run` will return true: for dry runs. */
void db_rollback_only(struct db *tx);
