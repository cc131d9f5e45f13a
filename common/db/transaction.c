// SPDX-License-Identifier: MIT
#include "db/transaction.h"

#include <assert.h>
#include <string.h>

#include "base/auto.h"
#include "base/digest.h"
#include "base/now.h"
#include "db/error_private.h"
#include "db/pool_private.h"

enum {
    RETRY_MS = 10, /* pause after the first try; it grows with each try, and half of it is random */
    RETRY_MAX_MS = 100,
};

static const struct db_statement begin_statement = {.name = "begin", .sql = "BEGIN"};
static const struct db_statement commit_statement = {.name = "commit", .sql = "COMMIT"};
static const struct db_statement rollback_statement = {.name = "rollback", .sql = "ROLLBACK"};
/* Used if there is no flusher: the commit itself then waits for the disk. */
static const struct db_statement sync_statement = {
    .name = "commit_waits",
    .sql = "SET LOCAL synchronous_commit TO on",
};
/* Its result is true if the transaction has an id: it has written, and its commit needs a flush. */
static const struct db_statement wrote_statement = {
    .name = "has_written",
    .sql = "SELECT pg_current_xact_id_if_assigned() IS NOT NULL",
};

/* The WAL position after the commit. It may include later writes of other transactions. A standby
 * has none of its own. */
static const struct db_statement position_statement = {
    .name = "wal_position",
    .sql = "SELECT CASE WHEN pg_is_in_recovery() THEN 0"
           " ELSE (pg_current_wal_insert_lsn() - '0/0')::bigint END",
};

/* One round trip: the caller's statements, those that this module adds, and their results. */
struct round_trip {
    struct db_wait wait;
    struct db_call calls[DB_CALLS_MAX + DB_OWN_CALLS_MAX];
    size_t count;
    bool commits;
    size_t commit; /* index of COMMIT in `calls` */
    struct db_rows wrote, position;
};

static void round_trip_finish(struct round_trip *round_trip)
{
    db_wait_finish(&round_trip->wait);
    db_rows_finish(&round_trip->wrote);
    db_rows_finish(&round_trip->position);
}

static void round_trip_add_calls(struct round_trip *round_trip, const struct db_call *calls,
                                 size_t count)
{
    if (count > 0)
        memcpy(round_trip->calls + round_trip->count, calls, count * sizeof *calls);
    round_trip->count += count;
}

static void round_trip_add_own_statement(struct round_trip *round_trip,
                                         const struct db_statement *statement,
                                         struct db_rows *rows_or_null)
{
    const struct db_call call = {.statement = statement, .rows = rows_or_null};

    round_trip_add_calls(round_trip, &call, 1);
}

static bool sql_may_write(const char *sql)
{
    static const char *const words[] = {"insert", "update", "delete", "merge"};

    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (strcasestr(sql, words[i]) != NULL)
            return true;
    return false;
}

/* True if a statement or a part of it contains a word such as "insert". "update" also finds SELECT
 * ... FOR UPDATE; such a transaction waits for a flush that it may not need. */
static bool calls_may_write(const struct db_call *calls, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (sql_may_write(calls[i].statement->sql))
            return true;
        for (size_t j = 0; j < DB_PART_LISTS; j++)
            for (const struct db_part *part = calls[i].statement->parts[j];
                 part != NULL && part->name != NULL; part++)
                if (sql_may_write(part->sql))
                    return true;
    }
    return false;
}

static bool tx_mark_failed(struct db *tx, bool retry, struct fault *fault)
{
    tx->failed = true;
    tx->retry = retry;
    tx->fault = *fault;
    return false;
}

bool db_request_retry(struct db *tx, struct fault *fault)
{
    assert(tx->conn != NULL && !tx->ended);
    return tx_mark_failed(tx, true, fault);
}

static bool tx_fail_by_error(struct db *tx, struct round_trip *round_trip, struct fault *fault)
{
    const struct db_wait *wait = &round_trip->wait;
    const enum db_error_class class = db_error_class(wait->error);

    if (class == DB_ERROR_STALE && wait->generation == tx->conn->generation)
        db_pool_reprepare_statements(tx->pool);
    /* A statement after COMMIT has failed, so the transaction must not be repeated. */
    if (round_trip->commits && round_trip->wait.results[round_trip->commit] != NULL) {
        tx->begun = false;
        (void)!db_error_set_outcome_unknown(fault);
        return tx_mark_failed(tx, false, fault);
    }
    /* Only the first stale statement of a transaction is retried; a second one is a bug, which
     * db_error_set_fault() logs. */
    if (class == DB_ERROR_STALE && !tx->stale) {
        tx->stale = true;
        (void)!db_error_set_unavailable(fault);
        return tx_mark_failed(tx, true, fault);
    }
    if (class == DB_ERROR_READ_ONLY) {
        tx->pool->read_only = true;
        (void)!db_error_set_read_only(fault);
    } else {
        if (class == DB_ERROR_FULL)
            tx->pool->full_ns = loop_now_ns(tx->pool->loop);
        (void)!db_error_set_fault(wait->error, wait->error_statement, fault);
    }
    return tx_mark_failed(tx, class == DB_ERROR_RETRY, fault);
}

static bool tx_fail_as_lost(struct db *tx, const struct round_trip *round_trip, struct fault *fault)
{
    if (round_trip->commits)
        (void)!db_error_set_outcome_unknown(fault);
    else
        (void)!db_error_set_unavailable(fault);
    return tx_mark_failed(tx, false, fault);
}

/* Called when the fiber gave up: the answers to its statements are read and discarded. */
static bool tx_fail_as_abandoned(struct db *tx, const struct round_trip *round_trip,
                                 struct fault *fault)
{
    if (round_trip->commits)
        (void)!db_error_set_outcome_unknown(fault);
    tx->abandoned = true;
    return tx_mark_failed(tx, false, fault);
}

/* False if the transaction's connection was lost; another transaction may use it after a
 * reconnect. */
static bool holds_connection(const struct db *tx)
{
    return tx->conn->losses == tx->losses && tx->conn->state == DB_CONN_TAKEN;
}

/* Fails if the deadline has passed. After the process was paused (SIGSTOP, a paused machine),
 * answer and deadline arrive together. The client has left by then and may have retried on another
 * instance, so nothing more may be written. */
static bool is_before_deadline(struct fault *fault)
{
    const struct fiber *fiber = fiber_current();

    return loop_now_ns(fiber_loop(fiber)) < fiber_deadline_ns(fiber) ||
           fault_set(fault, FAULT_TIMEOUT, "deadline_exceeded", "The time for the change is over.");
}

static bool round_trip_run(struct db *tx, struct round_trip *round_trip, struct fault *fault)
{
    struct db_wait *wait = &round_trip->wait;

    if (!is_before_deadline(fault))
        return tx_mark_failed(tx, false, fault);
    if (!holds_connection(tx)) {
        (void)!db_error_set_unavailable(fault);
        return tx_mark_failed(tx, false, fault);
    }
    db_wait_init(wait, round_trip->calls, round_trip->count);
    /* If sending fails, the wait becomes LOST. */
    if (db_conn_send_statements(tx->conn, wait))
        (void)!db_conn_send_sync(tx->conn);
    if (!db_wait_await(tx->pool, wait, fault))
        return tx_fail_as_abandoned(tx, round_trip, fault);
    if (wait->state == DB_WAIT_FAILED)
        return tx_fail_by_error(tx, round_trip, fault);
    if (wait->state != DB_WAIT_DONE)
        return tx_fail_as_lost(tx, round_trip, fault);
    return true;
}

static bool tx_refuse_statement(const struct db *tx, struct fault *fault)
{
    if (tx->failed)
        *fault = tx->fault;
    else
        fault_set(fault, FAULT_INTERNAL, "transaction_over",
                  "A statement came after the transaction's end.");
    return false;
}

bool db_tx_run_calls(struct db *tx, const struct db_call *calls, size_t count, struct fault *fault)
{
    struct round_trip round_trip AUTO(round_trip_finish) = {.count = 0};

    if (tx->failed || tx->committed)
        return tx_refuse_statement(tx, fault);
    if (!tx->begun)
        round_trip_add_own_statement(&round_trip, &begin_statement, NULL);
    round_trip_add_calls(&round_trip, calls, count);
    tx->begun = true;
    tx->wrote = tx->wrote || calls_may_write(calls, count);
    if (!round_trip_run(tx, &round_trip, fault))
        return false;
    db_wait_move_rows_to_calls(&round_trip.wait);
    return true;
}

/* False if PostgreSQL answered COMMIT with "ROLLBACK", because the transaction had failed. */
static bool was_committed(struct db *tx, const struct round_trip *round_trip, struct fault *fault)
{
    if (strcmp(PQcmdStatus(round_trip->wait.results[round_trip->commit]), "COMMIT") == 0)
        return true;
    fault_set(fault, FAULT_INTERNAL, "not_committed", "The change was not saved.");
    return tx_mark_failed(tx, false, fault);
}

static bool tx_send_and_commit(struct db *tx, const struct db_call *calls, size_t count,
                               struct fault *fault)
{
    struct round_trip round_trip AUTO(round_trip_finish) = {.commits = true};
    const bool flusher = db_flush_is_possible(tx->pool);
    const bool wrote = tx->wrote || calls_may_write(calls, count);

    if (!tx->begun)
        round_trip_add_own_statement(&round_trip, &begin_statement, NULL);
    if (!flusher)
        round_trip_add_own_statement(&round_trip, &sync_statement, NULL);
    round_trip_add_calls(&round_trip, calls, count);
    if (flusher && !wrote)
        round_trip_add_own_statement(&round_trip, &wrote_statement, &round_trip.wrote);
    round_trip.commit = round_trip.count;
    round_trip_add_own_statement(&round_trip, &commit_statement, NULL);
    if (flusher)
        round_trip_add_own_statement(&round_trip, &position_statement, &round_trip.position);
    tx->begun = true;
    tx->flusher_losses = db_flusher_count_losses(tx->pool);
    if (!round_trip_run(tx, &round_trip, fault))
        return false;
    /* The transaction has ended, whether committed or not. */
    tx->begun = false;
    if (!was_committed(tx, &round_trip, fault))
        return false;
    db_wait_move_rows_to_calls(&round_trip.wait);
    tx->committed = true;
    tx->flush = flusher && (wrote || db_get_bool(&round_trip.wrote, 0, 0));
    tx->position = flusher ? db_get_int(&round_trip.position, 0, 0) : 0;
    return true;
}

bool db_query_and_commit(struct db *tx, const struct db_call *calls, size_t count,
                         struct fault *fault)
{
    assert(tx->conn != NULL && count <= DB_CALLS_MAX);
    if (tx->failed || tx->committed)
        return tx_refuse_statement(tx, fault);
    if (tx->rollback_only)
        return count == 0 || db_query_all(tx, calls, count, fault);
    for (size_t i = 0; i < count; i++)
        if (!db_params_check(calls[i].values, calls[i].count, fault))
            return false;
    return tx_send_and_commit(tx, calls, count, fault);
}

void db_set_rollback_only(struct db *tx)
{
    tx->rollback_only = true;
}

/* Rolls back and waits for the answer, so that the locks are released before the client gets its
 * reply. If the fiber has already given up, the answer is discarded. */
static void tx_rollback(struct db *tx)
{
    struct round_trip round_trip AUTO(round_trip_finish) = {.count = 0};
    struct fault ignored;

    if (!tx->begun || !holds_connection(tx))
        return;
    round_trip_add_own_statement(&round_trip, &rollback_statement, NULL);
    db_wait_init(&round_trip.wait, round_trip.calls, round_trip.count);
    if (!db_conn_send_statements(tx->conn, &round_trip.wait) || !db_conn_send_sync(tx->conn))
        return;
    if (tx->abandoned)
        db_conn_detach_wait(tx->conn, &round_trip.wait);
    else
        (void)!db_wait_await(tx->pool, &round_trip.wait, &ignored);
}

/* Returns the connection. If there was a commit, waits until it is on the disk. */
static bool tx_return_conn_and_flush(struct db *tx, bool ok, struct fault *fault)
{
    tx->ended = true;
    tx_rollback(tx);
    if (holds_connection(tx))
        db_exclusive_return(tx->conn);
    /* The connection is already returned, so that other transactions can use it during the wait. */
    if (ok && tx->flush)
        ok = db_flush_wait(tx->pool, tx->position, tx->flusher_losses, fault);
    return ok;
}

static bool tx_commit_or_roll_back(struct db *tx, bool ok, struct fault *fault)
{
    if (tx->ended)
        return ok;
    if (ok && tx->failed && !tx->committed) {
        *fault = tx->fault;
        ok = false;
    }
    if (ok && tx->begun && !tx->rollback_only)
        ok = tx_send_and_commit(tx, NULL, 0, fault);
    return tx_return_conn_and_flush(tx, ok, fault);
}

bool db_query_and_end(struct db *tx, const struct db_call *calls, size_t count, struct fault *fault)
{
    assert(!tx->rollback_only);
    return db_query_and_commit(tx, calls, count, fault) &&
           tx_return_conn_and_flush(tx, true, fault);
}

static bool try_transaction(struct db *tx, db_transaction_fn *run, void *arg, struct fault *fault)
{
    tx->conn = db_exclusive_take(tx->pool, fault);
    if (tx->conn == NULL)
        return false;
    tx->losses = tx->conn->losses;
    db_metric_increment(DB_COUNT_TRANSACTIONS);
    return tx_commit_or_roll_back(tx, run(tx, arg, fault), fault);
}

static int64_t retry_pause_ns(int attempt)
{
    const uint16_t random = (uint16_t)digest_random_number();
    const int ms = attempt * RETRY_MS < RETRY_MAX_MS ? attempt * RETRY_MS : RETRY_MAX_MS;

    return NS_PER_MS * ms / 2 * (UINT16_MAX + random) / UINT16_MAX;
}

/* True if another try is allowed, and there is time for it after the pause. */
static bool may_try_again(const struct db *tx, int attempt, int64_t pause_ns)
{
    const struct fiber *fiber = fiber_current();

    return tx->retry && attempt < DB_TRIES_MAX && !tx->pool->closing &&
           fiber_deadline_ns(fiber) - loop_now_ns(fiber_loop(fiber)) > pause_ns;
}

static bool retry_transaction(struct db_pool *pool, db_transaction_fn *run, void *arg,
                              struct fault *fault)
{
    bool stale = false;

    for (int attempt = 1;; attempt++) {
        struct db tx = {.pool = pool, .stale = stale};
        const int64_t pause = retry_pause_ns(attempt);

        if (try_transaction(&tx, run, arg, fault))
            return true;
        if (!may_try_again(&tx, attempt, pause))
            return false;
        stale = tx.stale;
        if (!fiber_sleep(pause, fault))
            return false;
    }
}

bool db_transaction(struct db_pool *pool, db_transaction_fn *run, void *arg, struct fault *fault)
{
    assert(fiber_current() != NULL);
    db_pool_ref(pool);
    const bool ok = retry_transaction(pool, run, arg, fault);
    db_pool_unref(pool);
    return ok;
}

struct execution {
    const struct db_statement *statement;
    const struct db_value *values;
    size_t count;
    struct db_rows *rows;
};

static bool run_one_statement(struct db *tx, void *arg, struct fault *fault)
{
    const struct execution *execution = arg;

    if (execution->rows != NULL)
        db_rows_finish(execution->rows);
    return db_query(tx, execution->statement, execution->values, execution->count, execution->rows,
                    fault);
}

bool db_execute(struct db_pool *pool, const struct db_statement *statement,
                const struct db_value *values, size_t count, struct db_rows *rows,
                struct fault *fault)
{
    struct execution execution = {statement, values, count, rows};

    return db_transaction(pool, run_one_statement, &execution, fault);
}

bool db_accepts_changes(struct db_pool *pool)
{
    static const struct db_statement sql = {
        .name = "read_only", .sql = "SELECT current_setting('transaction_read_only') = 'on'"};
    struct db_rows rows auto_rows = {0};
    struct fault ignored;

    if (pool->read_only && db_execute(pool, &sql, DB_NO_VALUES, &rows, &ignored))
        pool->read_only = db_get_bool(&rows, 0, 0);
    return !pool->read_only;
}

/* Makes PostgreSQL write a file of 2 MB on the disk of its data, which is deleted at once. */
static bool write_temporary_file(struct db *tx, void *arg, struct fault *fault)
{
    static const struct db_statement small = {.name = "work_mem",
                                              .sql = "SELECT set_config('work_mem', '64kB', true)"};
    static const struct db_statement spill = {
        .name = "spill", .sql = "SELECT count(*) FROM generate_series(1, 100000)"};

    (void)arg;
    return db_query(tx, &small, DB_NO_VALUES, NULL, fault) &&
           db_query(tx, &spill, DB_NO_VALUES, NULL, fault);
}

bool db_has_storage(struct db_pool *pool)
{
    struct fault ignored;

    if (pool->full_ns == 0)
        return true;
    if (loop_now_ns(pool->loop) - pool->full_ns >= DB_FULL_MS * NS_PER_MS &&
        db_transaction(pool, write_temporary_file, NULL, &ignored))
        pool->full_ns = 0;
    return pool->full_ns == 0;
}
