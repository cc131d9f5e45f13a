// SPDX-License-Identifier: MIT
/* One fsync for all transactions of a few milliseconds (db/transaction.h says why).
 *
 * A commit joins the batch that is sent after its CommandComplete came, so its record is in the log
 * before the flusher's own; PostgreSQL flushes the log as a prefix. The flusher's commit waits for
 * the disk because a transactional message gives it a transaction id: without one PostgreSQL would
 * not flush at all.
 *
 * PostgreSQL that crashes loses what was in memory only, and ends every connection. So a flusher
 * vouches for commits sent while it was connected; one that came later may speak for a server that
 * never had them. */
#include <assert.h>

#include "base/now.h"
#include "db/error_private.h"
#include "db/pool_private.h"

static const struct db_statement flush_statement = {
    .name = "flush",
    .sql = "SELECT pg_logical_emit_message(true, 'tapbot.flush', '')",
};
static const struct db_call flush_call = {.statement = &flush_statement};

/* The last one; there is one whenever there are exclusive ones. */
static struct db_conn *flusher(struct db_pool *pool)
{
    return &pool->conns[pool->conn_count - 1];
}

uint32_t db_flush_life(const struct db_pool *pool)
{
    return pool->conns[pool->conn_count - 1].life;
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

void db_flush_lost(struct db_pool *pool)
{
    end_all(&pool->flush_now, DB_FLUSH_LOST);
    end_all(&pool->flush_next, DB_FLUSH_LOST);
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

/* The result of a statement comes before its implicit transaction commits, so what counts is the
 * answer to the Sync: drained(). */
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

const struct db_conn_events db_flush_events = {flush_settled, flush_drained};

/* How long the disk may take before the flusher counts as broken. */
static int64_t patience_until(const struct db_pool *pool)
{
    return loop_now_ns(pool->loop) +
           (pool->options.exclusive_statement_ms + DB_SILENT_SLACK_MS) * NS_PER_MS;
}

/* Out of line, or gcc 13 and newer warn that the list outlives the waiter's frame: whoever ends the
 * wait takes it out. */
__attribute__((noinline)) static void join(struct db_flush **list, struct db_flush *flush)
{
    flush->next = *list;
    *list = flush;
}

bool db_flush_wait(struct db_pool *pool, uint32_t life, struct fault *fault)
{
    struct db_flush flush = {.fiber = fiber_current()};
    const int64_t until = patience_until(pool);
    struct fault why;

    if (!db_flush_possible(pool) || db_flush_life(pool) != life)
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
