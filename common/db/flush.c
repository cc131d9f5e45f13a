// SPDX-License-Identifier: MIT
/* One fsync for all transactions that commit within a few milliseconds (db/transaction.h says why).
 *
 * A commit waits for a flush that is sent after PostgreSQL answered its COMMIT, so its record is in
 * the write-ahead log (WAL) before that of the flusher. PostgreSQL flushes the WAL in order. The
 * flusher's commit waits for the disk because pg_logical_emit_message() gives it a transaction id;
 * PostgreSQL does not flush for a commit without one.
 *
 * When PostgreSQL crashes, it loses what was not flushed and ends every connection. So a commit is
 * confirmed only by a flusher that was connected when the commit was sent. A flusher that connected
 * later may be connected to a server that lost the commit in a crash. */
#include "base/now.h"
#include "db/error_private.h"
#include "db/pool_private.h"

static const struct db_statement flush_statement = {
    .name = "flush",
    .sql = "SELECT pg_logical_emit_message(true, 'tapbot.flush', '')",
};
static const struct db_call flush_call = {.statement = &flush_statement};

/* The last connection; a pool with exclusive connections has one. */
static struct db_conn *flusher(struct db_pool *pool)
{
    return &pool->conns[pool->conn_count - 1];
}

uint32_t db_flusher_losses(const struct db_pool *pool)
{
    return pool->conns[pool->conn_count - 1].losses;
}

bool db_flush_possible(const struct db_pool *pool)
{
    const struct db_conn *last = &pool->conns[pool->conn_count - 1];

    return last->role == DB_FLUSHER && last->state == DB_CONN_READY && !pool->closing;
}

static void wake_all(struct fiber_queue *commits)
{
    while (fiber_queue_wake_one(commits))
        continue;
}

void db_flush_send(struct db_pool *pool)
{
    struct db_conn *conn = flusher(pool);

    /* One flush at a time. */
    if (pool->commits[pool->commits_next].count == 0 || !db_flush_possible(pool) || conn->count > 0)
        return;
    db_wait_init(&pool->flush_wait, &flush_call, 1);
    pool->commits_next ^= 1;
    db_metric_count(DB_COUNT_FLUSHES, 1);
    if (db_conn_send(conn, &pool->flush_wait))
        (void)!db_conn_sync(conn);
}

/* The result of a statement comes before its implicit transaction commits. The answer to the Sync
 * comes after it: flush_drained(). A flush that failed counts as a loss, by which every commit that
 * waits sees that it was not confirmed. */
static void flush_settled(struct db_conn *conn, struct db_wait *wait)
{
    const bool done = wait->state == DB_WAIT_DONE;

    db_wait_finish(wait);
    if (done)
        return;
    conn->losses++;
    db_conn_stale(conn);
}

static void flush_drained(struct db_conn *conn)
{
    wake_all(&conn->pool->commits[conn->pool->commits_next ^ 1]);
}

static void flusher_lost(struct db_conn *conn, enum db_conn_state before)
{
    wake_all(&conn->pool->commits[0]);
    wake_all(&conn->pool->commits[1]);
    db_pool_lost(conn, before);
}

const struct db_conn_events db_flush_events = {flush_settled, flush_drained, flusher_lost};

/* When the disk takes longer than this, the flusher is given up. */
static int64_t wait_until_ns(const struct db_pool *pool)
{
    return loop_now_ns(pool->loop) +
           (pool->options.exclusive_statement_ms + DB_SILENT_SLACK_MS) * NS_PER_MS;
}

bool db_flush_wait(struct db_pool *pool, uint32_t losses, struct fault *fault)
{
    const int64_t until = wait_until_ns(pool);
    struct fault why;

    if (!db_flush_possible(pool) || db_flusher_losses(pool) != losses)
        return db_error_outcome_unknown(fault);
    if (fiber_queue_wait(&pool->commits[pool->commits_next], SIZE_MAX, until, &why))
        return db_flusher_losses(pool) == losses || db_error_outcome_unknown(fault);
    if (loop_now_ns(pool->loop) >= until && db_flush_possible(pool))
        db_conn_lose(flusher(pool));
    return db_error_outcome_unknown(fault);
}
