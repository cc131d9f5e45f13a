// SPDX-License-Identifier: MIT
/* One fsync for all transactions that commit within a few milliseconds (reasons: db/transaction.h).
 *
 * A commit has a position in PostgreSQL's write-ahead log (WAL). Its fiber waits for a flush after
 * which the log is on the disk up to that position. PostgreSQL flushes the WAL in order, up to its
 * end when the flush begins. The flusher's commit waits for the disk because
 * pg_logical_emit_message() gives it a transaction id; PostgreSQL does not flush for a commit
 * without one.
 *
 * While a flush runs, the next one is already sent. PostgreSQL begins it as soon as the running one
 * ends, so the disk is never idle. A flush covers all commits made before the flush begins.
 *
 * If PostgreSQL crashes, it loses unflushed commits and closes every connection. So a commit is
 * confirmed only by a flusher that was connected when the commit was sent. A flusher that connected
 * later may be connected to a server that lost the commit in a crash. */
#include "base/now.h"
#include "db/error_private.h"
#include "db/pool_private.h"

static const struct db_statement flush_statement = {
    .name = "flush",
    .sql = "SELECT pg_logical_emit_message(true, 'tapbot.flush', '')",
};
static const struct db_statement flushed_statement = {
    .name = "flushed",
    .sql = "SELECT (pg_current_wal_flush_lsn() - '0/0')::bigint",
};
static const struct db_call flush_call = {.statement = &flush_statement};
static const struct db_call flushed_call = {.statement = &flushed_statement};

/* The flusher is the last connection of a pool with exclusive connections. */
static struct db_conn *get_flusher_conn(struct db_pool *pool)
{
    return &pool->conns[pool->conn_count - 1];
}

uint32_t db_flusher_count_losses(const struct db_pool *pool)
{
    return pool->conns[pool->conn_count - 1].losses;
}

bool db_flush_is_possible(const struct db_pool *pool)
{
    const struct db_conn *last = &pool->conns[pool->conn_count - 1];

    return last->role == DB_FLUSHER && last->state == DB_CONN_READY && !pool->closing;
}

static bool send_single_call(struct db_conn *conn, struct db_wait *wait, const struct db_call *call)
{
    db_wait_init(wait, call, 1);
    return db_conn_send_statements(conn, wait) && db_conn_send_sync(conn);
}

/* True if a flush must be sent, because commits wait that no sent flush covers. */
static bool flush_is_needed(const struct db_pool *pool)
{
    return pool->flush_count == 0 ? pool->commits.count > 0
                                  : pool->flush_count < DB_FLUSHES_MAX && pool->commits_since > 0;
}

void db_flush_send_if_needed(struct db_pool *pool)
{
    struct db_conn *conn = get_flusher_conn(pool);

    if (!flush_is_needed(pool) || !db_flush_is_possible(pool))
        return;
    struct db_flush *flush =
        &pool->flushes[(pool->flush_first + pool->flush_count) % DB_FLUSHES_MAX];
    if (pool->flush_count == 0)
        pool->commits_since = 0;
    pool->flush_count++;
    db_metric_increment(DB_COUNT_FLUSHES);
    if (send_single_call(conn, &flush->commit, &flush_call))
        (void)!send_single_call(conn, &flush->end, &flushed_call);
}

/* Called when a flush ends. If the next flush was already sent, PostgreSQL begins it now, and it
 * covers all commits made until now. */
static void end_oldest_flush(struct db_pool *pool)
{
    pool->flush_first = (pool->flush_first + 1) % DB_FLUSHES_MAX;
    pool->flush_count--;
    pool->commits_since = 0;
    fiber_queue_wake_all(&pool->commits);
}

static int64_t read_flushed_position(const struct db_wait *wait)
{
    const struct db_rows rows = {.result = wait->results[0], .count = 1};

    return db_get_int(&rows, 0, 0);
}

/* Called when the commit of a flush was answered. The result of a statement arrives before its
 * implicit transaction commits, so the position is queried after its Sync. A failed flush counts as
 * a loss, so that every waiting commit is reported as unconfirmed. */
static void on_flush_settled(struct db_conn *conn, struct db_wait *wait)
{
    struct db_pool *pool = conn->pool;
    const bool done = wait->state == DB_WAIT_DONE;
    const bool ends = wait == &pool->flushes[pool->flush_first].end;

    if (done && ends)
        pool->flushed_to = read_flushed_position(wait);
    db_wait_finish(wait);
    if (!done) {
        conn->losses++;
        db_conn_reprepare_statements(conn);
    }
    if (ends)
        end_oldest_flush(pool);
}

static void on_flusher_lost(struct db_conn *conn, enum db_conn_state before)
{
    conn->pool->flush_count = 0;
    conn->pool->flushed_to = 0; /* unknown, because the flusher may reconnect to another server */
    fiber_queue_wake_all(&conn->pool->commits);
    db_pool_on_lost(conn, before);
}

const struct db_conn_events db_flush_events = {.settled = on_flush_settled,
                                               .lost = on_flusher_lost};

/* The time at which a fiber that begins to wait for a flush now gives up and closes the flusher. */
static int64_t flush_deadline_ns(const struct db_pool *pool)
{
    return loop_now_ns(pool->loop) +
           (pool->options.exclusive_statement_ms + DB_SILENT_SLACK_MS) * NS_PER_MS;
}

bool db_flush_wait(struct db_pool *pool, int64_t wal_position, uint32_t flusher_losses,
                   struct fault *fault)
{
    const int64_t until = flush_deadline_ns(pool);
    struct fault why;

    pool->commits_since += pool->flushed_to < wal_position;
    while (db_flusher_count_losses(pool) == flusher_losses) {
        if (pool->flushed_to >= wal_position)
            return true;
        if (db_flush_is_possible(pool) && fiber_queue_wait(&pool->commits, SIZE_MAX, until, &why))
            continue;
        if (loop_polled_ns(pool->loop) >= until && db_flush_is_possible(pool))
            db_conn_close(get_flusher_conn(pool));
        break;
    }
    return db_error_set_outcome_unknown(fault);
}
