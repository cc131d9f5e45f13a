// SPDX-License-Identifier: MIT
/* Runs statements, which are all reads, on the shared connections. They are queued until the end of
 * the iteration and sent with one Sync for each connection. The statements of a `struct db_wait`
 * are sent again if they were skipped (once), if a connection was lost before the answer came (once
 * for each shared connection), and if PostgreSQL reported a stale statement (once). */
#include <assert.h>

#include "base/now.h"
#include "db/error_private.h"
#include "db/pool_private.h"

static void enqueue_wait(struct db_pool *pool, struct db_wait *wait)
{
    wait->state = DB_WAIT_QUEUED;
    wait->conn = NULL;
    wait->since_ns = loop_now_ns(pool->loop);
    TAILQ_INSERT_TAIL(&pool->queued, wait, queued);
}

/* True if the statements of `wait` may be sent again; records the resend in `wait`. */
static bool decide_resend(struct db_conn *conn, struct db_wait *wait)
{
    if (conn->pool->closing)
        return false;
    if (wait->state == DB_WAIT_ABORTED)
        return !wait->own_sync;
    /* A server that restarts breaks all connections, but each loss is detected separately; so one
     * resend is allowed for each shared connection. */
    if (wait->state == DB_WAIT_LOST)
        return wait->resends++ < conn->pool->options.shared;
    if (wait->state != DB_WAIT_FAILED || db_error_class(wait->error) != DB_ERROR_STALE)
        return false;
    if (wait->generation == conn->generation)
        db_pool_reprepare_statements(conn->pool);
    const bool again = !wait->reprepared;
    wait->reprepared = true;
    return again;
}

static void on_shared_settled(struct db_conn *conn, struct db_wait *wait)
{
    if (decide_resend(conn, wait)) {
        /* After an error these statements get a Sync of their own, so that the error of another
         * statement cannot make PostgreSQL skip them again. */
        wait->own_sync = wait->own_sync || wait->state != DB_WAIT_LOST;
        db_wait_finish(wait);
        enqueue_wait(conn->pool, wait);
    }
    /* A wait that is queued again after a lost connection also wakes its fiber, which computes its
     * deadline again: it is shorter if no connection is left. Otherwise the fiber continues to
     * wait: its statements are sent at the end of this iteration. */
    if (wait->state != DB_WAIT_QUEUED || wait->resends > 0)
        fiber_wake(wait->fiber);
}

/* True if statements were sent and no bytes have come for twice statement_timeout and some slack:
 * the server is frozen or unreachable. Twice, because another statement may run before these ones.
 * The waiting fibers have already given up, after one statement_timeout (query_run.c). */
static bool is_silent(const struct db_pool *pool, const struct db_conn *conn)
{
    return conn->state == DB_CONN_READY && conn->count > 0 &&
           loop_polled_ns(pool->loop) - conn->read_ns >
               2 * db_pool_get_statement_timeout_ns(pool, conn->role) +
                   DB_SILENT_SLACK_MS * NS_PER_MS;
}

static struct db_conn *find_least_busy_conn(struct db_pool *pool, size_t entries_needed)
{
    struct db_conn *best = NULL;

    for (size_t i = 0; i < pool->conn_count; i++) {
        struct db_conn *conn = &pool->conns[i];

        if (conn->role == DB_SHARED && is_silent(pool, conn))
            db_conn_close(conn);
        if (conn->role != DB_SHARED || conn->state != DB_CONN_READY ||
            db_conn_count_free_entries(conn) < entries_needed)
            continue;
        if (best == NULL || conn->count < best->count)
            best = conn;
    }
    return best;
}

/* Chooses a connection with `entries_needed` free entries. DB_STATEMENTS_SPREAD statements in a row
 * share a connection, which costs one system call for all of them. The next statements go to the
 * connection with the fewest entries in its ring. */
static struct db_conn *choose_conn(struct db_pool *pool, size_t entries_needed)
{
    struct db_conn *conn = pool->iteration_conn;

    if (conn != NULL && pool->iteration_count < DB_STATEMENTS_SPREAD &&
        db_conn_count_free_entries(conn) >= entries_needed)
        return conn;
    pool->iteration_count = 0;
    pool->iteration_conn = find_least_busy_conn(pool, entries_needed);
    return pool->iteration_conn;
}

static bool send_sync_if_needed(struct db_conn *conn)
{
    return conn->unsynced == 0 || db_conn_send_sync(conn);
}

/* Sends a queued wait. False: no connection is up and has room; `wait` stays in the queue. True:
 * `wait` was sent, or the connection was lost and the caller tries another connection. */
static bool send_queued_wait(struct db_pool *pool, struct db_wait *wait)
{
    /* Two more entries: a Sync before the statements and one after them. */
    struct db_conn *conn = choose_conn(pool, db_wait_entries_max(wait) + 2);

    if (conn == NULL)
        return false;
    if (wait->own_sync && !send_sync_if_needed(conn))
        return true;
    TAILQ_REMOVE(&pool->queued, wait, queued);
    pool->iteration_count += wait->count;
    if (db_conn_send_statements(conn, wait) && wait->own_sync)
        (void)!send_sync_if_needed(conn);
    return true;
}

bool db_shared_on_iteration_end(void *data)
{
    struct db_pool *pool = data;

    while (!TAILQ_EMPTY(&pool->queued))
        if (!send_queued_wait(pool, TAILQ_FIRST(&pool->queued)))
            break;
    pool->iteration_conn = NULL;
    for (size_t i = 0; i < pool->conn_count; i++)
        if (pool->conns[i].role == DB_SHARED && pool->conns[i].unsynced > 0)
            (void)!db_conn_send_sync(&pool->conns[i]);
    db_flush_send_if_needed(pool);
    return false;
}

void db_shared_detach_wait(struct db_pool *pool, struct db_wait *wait)
{
    if (wait->state == DB_WAIT_QUEUED)
        TAILQ_REMOVE(&pool->queued, wait, queued);
    else if (wait->conn != NULL)
        db_conn_detach_wait(wait->conn, wait);
}

bool db_shared_run(struct db_pool *pool, struct db_wait *wait, struct fault *fault)
{
    assert(wait->fiber != NULL);
    if (pool->closing)
        return db_error_set_unavailable(fault);
    if (pool->reads + wait->count > DB_READS_MAX * pool->options.shared)
        return db_error_set_overloaded(fault);
    if (pool->shared_down_ns != 0 && db_pool_get_down_wait_ns(pool, pool->shared_down_ns) == 0)
        return db_error_set_unavailable(fault);
    db_pool_ref(pool);
    pool->reads += wait->count;
    enqueue_wait(pool, wait);
    const bool ok = db_wait_await(pool, wait, fault);
    pool->reads -= wait->count;
    db_pool_unref(pool);
    return ok;
}

void db_shared_fail_queued(struct db_pool *pool)
{
    while (!TAILQ_EMPTY(&pool->queued)) {
        struct db_wait *wait = TAILQ_FIRST(&pool->queued);

        TAILQ_REMOVE(&pool->queued, wait, queued);
        wait->state = DB_WAIT_LOST;
        fiber_wake(wait->fiber);
    }
}

static void on_shared_lost(struct db_conn *conn, enum db_conn_state before)
{
    if (conn->pool->iteration_conn == conn)
        conn->pool->iteration_conn = NULL;
    db_pool_on_lost(conn, before);
}

const struct db_conn_events db_shared_events = {.settled = on_shared_settled,
                                                .lost = on_shared_lost};
