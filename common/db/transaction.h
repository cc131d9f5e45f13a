// SPDX-License-Identifier: MIT
/* One transaction on an exclusive connection, and the only loop that repeats a transaction.
 *
 * Durability. Exclusive connections commit with synchronous_commit off, which frees the connection
 * and the row locks at once. db_transaction() then waits for a flush: one more connection, the
 * flusher, makes small synchronous commits. PostgreSQL flushes its write-ahead log in order, so
 * each of them makes every earlier commit durable. All transactions of a few milliseconds share one
 * fsync, and db_transaction() returns true only when the commit is on the disk.
 *
 * Other transactions may see a committed row up to one flush before it is on the disk. If an
 * acknowledged later write builds on that row, the row is on the disk too.
 */
#pragma once

#include "db/query.h"

/* May run more than once, so it starts from its inputs each time. It must not depend on HTTP. False
 * with a fault: the transaction is rolled back. */
typedef bool db_transaction_fn(struct db *tx, void *arg, struct fault *fault);

/* Waits for an exclusive connection (FAULT_UNAVAILABLE "overloaded" after wait_ms), calls `run`,
 * commits, waits for the flush. BEGIN is sent with the first statement. Serialization failures,
 * deadlocks (40001, 40P01) and db_again() are retried with jitter within the fiber's deadline, at
 * most DB_TRIES_MAX tries in all. When the connection is lost, or the fiber's time is over, while
 * the commit or its flush is under way, the fault is FAULT_UNAVAILABLE "outcome_unknown": only an
 * Idempotency-Key makes repeating safe. When the cluster takes no changes, it is FAULT_UNAVAILABLE
 * "database_read_only".
 */
bool db_transaction(struct db_pool *pool, db_transaction_fn *run, void *arg,
                    struct fault *fault) MUST_CHECK;

enum { DB_TRIES_MAX = 20 };

/* `run` returns this if a row that it read was changed before it could lock it. The transaction is
 * rolled back and retried as after a deadlock. `fault` is the result of the last try. Returns
 * false. */
bool db_again(struct db *tx, struct fault *fault) MUST_CHECK;

/* False after a transaction was refused with "database_read_only". The whole cluster is in that
 * state: a standby after a failover, or a managed one whose disk is nearly full. While it is false,
 * each call checks, in a transaction, whether PostgreSQL accepts changes again. In a fiber. */
bool db_takes_changes(struct db_pool *pool);

/* Sends the last statements of a transaction and its COMMIT in one round trip. After true, `tx`
 * takes no more statements. Inside db_transaction() only. */
bool db_commit_with(struct db *tx, const struct db_call *calls, size_t count,
                    struct fault *fault) MUST_CHECK;
/* Like db_commit_with(), and ends the transaction: returns the connection and waits for the flush.
 * After true, `run` goes on outside of transactions, for work that takes long; its result is that
 * of db_transaction(), and nothing is retried. */
bool db_end_with(struct db *tx, const struct db_call *calls, size_t count,
                 struct fault *fault) MUST_CHECK;
/* The running transaction will be rolled back although `run` returns true; for dry runs. */
void db_rollback_only(struct db *tx);
