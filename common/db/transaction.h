// SPDX-License-Identifier: MIT
/* One transaction on an exclusive connection, and the only loop that repeats a transaction.
 *
 * Durability. Exclusive connections commit with synchronous_commit off, which frees the connection
 * and the row locks at once. db_transaction() then waits for a flush: one more connection, the
 * flusher, makes small synchronous commits. PostgreSQL flushes its write-ahead log in order, so
 * each flush makes every earlier commit durable. All commits within a few milliseconds share one
 * fsync, and db_transaction() returns true only when the commit is on the disk.
 *
 * Other transactions may see a committed row up to one flush before it is on the disk. If an
 * acknowledged later write builds on that row, the row is on the disk too.
 */
#pragma once

#include "db/query.h"

/* The body of a transaction. May be called more than once, so it must start from its inputs each
 * time. It must not depend on HTTP. False with a fault: the transaction is rolled back. */
typedef bool db_transaction_fn(struct db *tx, void *arg, struct fault *fault);

/* Must run in a fiber. Waits for an exclusive connection (FAULT_UNAVAILABLE "overloaded" after
 * wait_ms, "database_unavailable" while none is up), calls `run`, commits, waits for the flush.
 * BEGIN is sent with the first statement. Serialization failures, deadlocks (40001, 40P01) and
 * db_request_retry() are retried with jitter within the fiber's deadline, at most DB_TRIES_MAX
 * tries in all; a statement that was prepared before a schema change is retried once. If during the
 * commit or its flush the connection is lost, the fiber's deadline passes or the fiber is
 * cancelled, the fault is FAULT_UNAVAILABLE "outcome_unknown": only an Idempotency-Key makes
 * repeating safe. If the cluster accepts no changes, it is "database_read_only" of the same
 * kind. If the disk is full, it is "storage_full". */
bool db_transaction(struct db_pool *pool, db_transaction_fn *run, void *arg,
                    struct fault *fault) MUST_CHECK;

/* Runs one statement in a transaction of its own, by db_transaction(). `rows` as in db_query(). */
bool db_execute(struct db_pool *pool, const struct db_statement *statement,
                const struct db_value *values, size_t count, struct db_rows *rows,
                struct fault *fault) MUST_CHECK;

enum { DB_TRIES_MAX = 20 };

/* Call it in `run` as `return db_request_retry(tx, fault);` if a row that was read has changed
 * before it could be locked. The transaction is rolled back and retried as after a deadlock; after
 * the last try it fails with `fault`. Returns false. */
bool db_request_retry(struct db *tx, struct fault *fault) MUST_CHECK;

/* Must run in a fiber. False after a transaction was refused with "database_read_only". Possible
 * causes: after a failover every server is a standby, or the disk of a managed cluster is nearly
 * full. While it is false, each call checks, in a transaction, whether PostgreSQL accepts changes
 * again. */
bool db_accepts_changes(struct db_pool *pool);

enum { DB_FULL_MS = 5000 };

/* Must run in a fiber. False after a transaction was refused with "storage_full". A full disk still
 * takes small changes, so a change that succeeds proves nothing: when none was refused for
 * DB_FULL_MS, each call has PostgreSQL write a temporary file, and returns true if that succeeds.
 */
bool db_has_storage(struct db_pool *pool);

/* Call it only in the body of db_transaction(). Sends the last statements and COMMIT in one round
 * trip; after db_set_rollback_only() only the statements. If it returns true, `tx` must not be used
 * for further statements. */
bool db_query_and_commit(struct db *tx, const struct db_call *calls, size_t count,
                         struct fault *fault) MUST_CHECK;
/* Like db_query_and_commit(), and ends the transaction: returns the connection and waits for the
 * flush. If it returns true, `run` continues outside of a transaction, for work that takes long;
 * what `run` returns is then the result of db_transaction(), and nothing is retried. */
bool db_query_and_end(struct db *tx, const struct db_call *calls, size_t count,
                      struct fault *fault) MUST_CHECK;
/* The running transaction will be rolled back even if `run` returns true. For dry runs. */
void db_set_rollback_only(struct db *tx);
