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
#include <assert.h>

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

static void end_all(struct db_flush **list, enum db_flush_state state)
{
    while (*list != NULL) {
        struct db_flush *flush = *list;

        *list = flush->next;
        flush->state = state;
        fiber_wake(flush->fiber);
    }
}

static void unlink_from(struct db_flush **list, const struct db_flush *flush)
{
    while (*list != NULL && *list != flush)
        list = &(*list)->next;
    if (*list != NULL)
        *list = flush->next;
}

static bool in_flight(struct db_pool *pool)
{
    return flusher(pool)->count > 0;
}

void db_flush_send(struct db_pool *pool)
{
    if (pool->flush_next == NULL || !db_flush_possible(pool) || in_flight(pool))
        return;
    struct db_conn *conn = flusher(pool);
    db_wait_init(&pool->flush_wait, &flush_call, 1);
    pool->flush_now = pool->flush_next;
    pool->flush_next = NULL;
    db_metric_count(DB_COUNT_FLUSHES, 1);
    if (db_conn_send(conn, &pool->flush_wait))
        (void)!db_conn_sync(conn);
}

/* The result of a statement comes before its implicit transaction commits. The answer to the Sync
 * comes after it: flush_drained(). */
static void flush_settled(struct db_conn *conn, struct db_wait *wait)
{
    const bool done = wait->state == DB_WAIT_DONE;

    db_wait_finish(wait);
    if (done)
        return;
    end_all(&conn->pool->flush_now, DB_FLUSH_LOST);
    db_conn_stale(conn);
}

static void flush_drained(struct db_conn *conn)
{
    end_all(&conn->pool->flush_now, DB_FLUSH_DONE);
}

static void flusher_lost(struct db_conn *conn, enum db_conn_state before)
{
    end_all(&conn->pool->flush_now, DB_FLUSH_LOST);
    end_all(&conn->pool->flush_next, DB_FLUSH_LOST);
    db_pool_lost(conn, before);
}

const struct db_conn_events db_flush_events = {flush_settled, flush_drained, flusher_lost};

/* When the disk takes longer than this, the flusher is given up. */
static int64_t wait_until_ns(const struct db_pool *pool)
{
    return loop_now_ns(pool->loop) +
           (pool->options.exclusive_statement_ms + DB_SILENT_SLACK_MS) * NS_PER_MS;
}

/* Not inlined: gcc 13 and newer would warn that the list keeps a pointer to a stack frame. Whoever
 * ends the wait removes it from the list. */
__attribute__((noinline)) static void join(struct db_flush **list, struct db_flush *flush)
{
    flush->next = *list;
    *list = flush;
}

bool db_flush_wait(struct db_pool *pool, uint32_t losses, struct fault *fault)
{
    struct db_flush flush = {.fiber = fiber_current()};
    const int64_t until = wait_until_ns(pool);
    struct fault why;

    if (!db_flush_possible(pool) || db_flusher_losses(pool) != losses)
        return db_error_outcome_unknown(fault);
    join(&pool->flush_next, &flush);
    while (flush.state == DB_FLUSH_WAITS) {
        if (fiber_park(until, &why) || flush.state != DB_FLUSH_WAITS)
            continue;
        unlink_from(&pool->flush_next, &flush);
        unlink_from(&pool->flush_now, &flush);
        if (loop_now_ns(pool->loop) >= until && db_flush_possible(pool))
            db_conn_lose(flusher(pool));
        return db_error_outcome_unknown(fault);
    }
    return flush.state == DB_FLUSH_DONE || db_error_outcome_unknown(fault);
}
