// SPDX-License-Identifier: MIT
/* Transactions take an exclusive connection, waiting in a queue if none is idle, and return it. */
#include "base/now.h"
#include "db/error_private.h"
#include "db/pool_private.h"

static size_t count_idle_conns(const struct db_pool *pool)
{
    size_t idle = 0;

    for (size_t i = 0; i < pool->conn_count; i++)
        idle += pool->conns[i].role == DB_EXCLUSIVE && pool->conns[i].state == DB_CONN_READY;
    return idle;
}

static struct db_conn *take_idle_conn(struct db_pool *pool)
{
    for (size_t i = 0; i < pool->conn_count; i++) {
        struct db_conn *conn = &pool->conns[i];

        if (conn->role == DB_EXCLUSIVE && conn->state == DB_CONN_READY) {
            conn->state = DB_CONN_TAKEN;
            return conn;
        }
    }
    return NULL;
}

/* Waits in the queue for at most wait_ms; while no exclusive connection is up, for less. */
static bool wait_in_queue(struct db_pool *pool, int64_t since_ns, struct fault *fault)
{
    int64_t wait_ns = pool->options.wait_ms * NS_PER_MS;
    struct fault why;

    if (pool->exclusive_down_ns != 0 &&
        db_pool_get_down_wait_ns(pool, pool->exclusive_down_ns) < wait_ns)
        wait_ns = db_pool_get_down_wait_ns(pool, pool->exclusive_down_ns);
    if (wait_ns == 0)
        return db_error_set_unavailable(fault);
    if (fiber_queue_wait(&pool->exclusive_queue, pool->options.wait_max, since_ns + wait_ns,
                         &why)) {
        /* db_pool_destroy() wakes fibers without counting them in `promised`, so that may be 0. */
        if (pool->promised > 0)
            pool->promised--;
        return pool->closing ? db_error_set_unavailable(fault) : true;
    }
    *fault = why;
    if (why.kind != FAULT_TIMEOUT ||
        loop_polled_ns(pool->loop) >= fiber_deadline_ns(fiber_current()))
        return false;
    return db_pool_count_up_connections(pool, DB_EXCLUSIVE) > 0 ? db_error_set_overloaded(fault)
                                                                : db_error_set_unavailable(fault);
}

struct db_conn *db_exclusive_take(struct db_pool *pool, struct fault *fault)
{
    const int64_t since = loop_now_ns(pool->loop);

    if (pool->closing) {
        (void)!db_error_set_unavailable(fault);
        return NULL;
    }
    if (count_idle_conns(pool) > pool->promised)
        return take_idle_conn(pool);
    for (;;) {
        if (!wait_in_queue(pool, since, fault))
            return NULL;
        /* If the connection was lost after this fiber was woken, the fiber waits again, at the end
         * of the queue. */
        struct db_conn *conn = take_idle_conn(pool);

        if (conn != NULL)
            return conn;
    }
}

static void make_ready_and_wake_next(struct db_conn *conn)
{
    struct db_pool *pool = conn->pool;

    loop_timer_stop(pool->loop, &conn->timer);
    conn->state = DB_CONN_READY;
    if (count_idle_conns(pool) > pool->promised && fiber_queue_wake_one(&pool->exclusive_queue))
        pool->promised++;
}

static void on_drain_timeout(void *data)
{
    db_conn_close(data);
}

void db_exclusive_return(struct db_conn *conn)
{
    struct db_pool *pool = conn->pool;
    const int64_t bound =
        db_pool_get_statement_timeout_ns(pool, DB_EXCLUSIVE) + DB_SILENT_SLACK_MS * NS_PER_MS;

    if (conn->state == DB_CONN_DOWN)
        return;
    if (conn->count == 0 && PQtransactionStatus(conn->pg) == PQTRANS_IDLE) {
        make_ready_and_wake_next(conn);
        return;
    }
    conn->state = DB_CONN_DRAINING;
    if (conn->count == 0 ||
        !loop_timer_start(pool->loop, &conn->timer, loop_now_ns(pool->loop) + bound,
                          on_drain_timeout, conn))
        db_conn_close(conn);
}

static void on_exclusive_settled(struct db_conn *conn, struct db_wait *wait)
{
    (void)conn;
    fiber_wake(wait->fiber);
}

static void on_exclusive_drained(struct db_conn *conn)
{
    if (conn->state == DB_CONN_DRAINING)
        db_exclusive_return(conn);
}

const struct db_conn_events db_exclusive_events = {on_exclusive_settled, on_exclusive_drained,
                                                   db_pool_on_lost};
