// SPDX-License-Identifier: MIT
/* Statements on the shared connections: gathered until the end of the turn, sent with one Sync for
 * each connection, and sent again where that is safe. */
#include <assert.h>

#include "base/now.h"
#include "db/error_private.h"
#include "db/pool_private.h"

static void enqueue(struct db_pool *pool, struct db_wait *wait)
{
    wait->state = DB_WAIT_QUEUED;
    wait->conn = NULL;
    wait->since_ns = loop_now_ns(pool->loop);
    wait->next = NULL;
    wait->prev = pool->last;
    *(pool->last != NULL ? &pool->last->next : &pool->first) = wait;
    pool->last = wait;
}

static void dequeue(struct db_pool *pool, struct db_wait *wait)
{
    *(wait->prev != NULL ? &wait->prev->next : &pool->first) = wait->next;
    *(wait->next != NULL ? &wait->next->prev : &pool->last) = wait->prev;
    wait->prev = NULL;
    wait->next = NULL;
}

/* Reads may be sent again: singly, so that nobody else's error can abort them a second time. */
static bool goes_again(struct db_conn *conn, struct db_wait *wait)
{
    if (conn->pool->closing)
        return false;
    if (wait->state == DB_WAIT_ABORTED)
        return !wait->alone;
    /* All connections may break at once, but are found broken one by one. */
    if (wait->state == DB_WAIT_LOST)
        return wait->losses++ < conn->pool->options.shared;
    if (wait->state != DB_WAIT_FAILED || db_error_class(wait->error) != DB_ERROR_STALE)
        return false;
    if (wait->generation == conn->generation)
        db_pool_stale(conn->pool);
    const bool again = !wait->reprepared;
    wait->reprepared = true;
    return again;
}

static void shared_settled(struct db_conn *conn, struct db_wait *wait)
{
    if (goes_again(conn, wait)) {
        wait->alone = wait->alone || wait->state != DB_WAIT_LOST;
        db_wait_finish(wait);
        enqueue(conn->pool, wait);
    }
    /* Also when sent again: how long its fiber waits has changed. */
    if (wait->state != DB_WAIT_QUEUED || wait->losses > 0)
        fiber_wake(wait->fiber);
}

/* Its own statement's time and as much again for one before it, then nothing was heard: the server
 * is frozen or unreachable, and nothing more is put on this connection. */
static bool is_silent(const struct db_pool *pool, const struct db_conn *conn)
{
    return conn->state == DB_CONN_READY && conn->count > 0 &&
           loop_now_ns(pool->loop) - conn->read_ns >
               2 * db_pool_statement_ns(pool, conn->role) + DB_SILENT_SLACK_MS * NS_PER_MS;
}

static struct db_conn *fewest_in_flight(struct db_pool *pool, size_t room)
{
    struct db_conn *best = NULL;

    for (size_t i = 0; i < pool->conn_count; i++) {
        struct db_conn *conn = &pool->conns[i];

        if (conn->role == DB_SHARED && is_silent(pool, conn))
            db_conn_lose(conn);
        if (conn->role != DB_SHARED || conn->state != DB_CONN_READY || db_conn_room(conn) < room)
            continue;
        if (best == NULL || conn->count < best->count)
            best = conn;
    }
    return best;
}

/* The few statements of a turn go out together: a system call each way for all of them. */
static struct db_conn *pick(struct db_pool *pool, size_t room)
{
    struct db_conn *conn = pool->turn_conn;

    if (conn != NULL && pool->turn_count < DB_TURN_SPREAD && db_conn_room(conn) >= room)
        return conn;
    pool->turn_count = 0;
    pool->turn_conn = fewest_in_flight(pool, room);
    return pool->turn_conn;
}

static bool sync_if_needed(struct db_conn *conn)
{
    return conn->unsynced == 0 || db_conn_sync(conn);
}

/* False: no connection takes any now. */
static bool send_queued(struct db_pool *pool, struct db_wait *wait)
{
    /* Two more for the Syncs. */
    struct db_conn *conn = pick(pool, db_wait_entries(wait) + 2);

    if (conn == NULL)
        return false;
    if (wait->alone && !sync_if_needed(conn))
        return true;
    dequeue(pool, wait);
    pool->turn_count += wait->count;
    if (db_conn_send(conn, wait) && wait->alone)
        (void)!sync_if_needed(conn);
    return true;
}

bool db_shared_turn_end(void *data)
{
    struct db_pool *pool = data;

    while (pool->first != NULL)
        if (!send_queued(pool, pool->first))
            break;
    pool->turn_conn = NULL;
    for (size_t i = 0; i < pool->conn_count; i++)
        if (pool->conns[i].role == DB_SHARED && pool->conns[i].unsynced > 0)
            (void)!db_conn_sync(&pool->conns[i]);
    db_flush_send(pool);
    return false;
}

/* The server ends a statement that takes too long; if not even that is heard, its fiber gives up.
 */
static int64_t silence_ns(const struct db_pool *pool, const struct db_wait *wait)
{
    const struct db_conn *conn = wait->conn;
    const int64_t heard = conn->read_ns > wait->since_ns ? conn->read_ns : wait->since_ns;

    return heard + db_pool_statement_ns(pool, conn->role) + DB_SILENT_SLACK_MS * NS_PER_MS;
}

static int64_t limit_ns(const struct db_pool *pool, const struct db_wait *wait)
{
    if (wait->state == DB_WAIT_SENT)
        return silence_ns(pool, wait);
    return wait->since_ns + db_pool_patience_ns(pool, pool->shared_down_ns);
}

static void forget(struct db_pool *pool, struct db_wait *wait)
{
    if (wait->state == DB_WAIT_QUEUED)
        dequeue(pool, wait);
    else if (wait->conn != NULL)
        db_conn_forget(wait->conn, wait);
}

static bool settled(const struct db_wait *wait)
{
    return wait->state > DB_WAIT_SENT;
}

/* A park ended before `wait` was settled. True: go on waiting. */
static bool go_on(struct db_pool *pool, struct db_wait *wait, struct fault *fault)
{
    const int64_t now = loop_now_ns(pool->loop);

    if (fault->kind != FAULT_TIMEOUT || now >= fiber_deadline_ns(wait->fiber)) {
        forget(pool, wait);
        return false;
    }
    if (now < limit_ns(pool, wait))
        return true;
    const bool queued = wait->state == DB_WAIT_QUEUED;

    forget(pool, wait);
    return queued && db_pool_up_count(pool, DB_SHARED) > 0 ? db_error_overloaded(fault)
                                                           : db_error_unavailable(fault);
}

bool db_shared_await(struct db_pool *pool, struct db_wait *wait, struct fault *fault)
{
    while (!settled(wait)) {
        struct fault why;

        if (fiber_park(limit_ns(pool, wait), &why) || settled(wait))
            continue;
        if (!go_on(pool, wait, &why)) {
            *fault = why;
            return false;
        }
    }
    return true;
}

bool db_shared_run(struct db_pool *pool, struct db_wait *wait, struct fault *fault)
{
    assert(wait->fiber != NULL);
    if (pool->closing)
        return db_error_unavailable(fault);
    if (pool->load + wait->count > DB_LOAD_MAX * pool->options.shared)
        return db_error_overloaded(fault);
    if (pool->shared_down_ns != 0 && db_pool_patience_ns(pool, pool->shared_down_ns) == 0)
        return db_error_unavailable(fault);
    db_pool_ref(pool);
    pool->load += wait->count;
    enqueue(pool, wait);
    const bool ok = db_shared_await(pool, wait, fault);
    pool->load -= wait->count;
    db_pool_unref(pool);
    return ok;
}

void db_shared_fail_queued(struct db_pool *pool)
{
    while (pool->first != NULL) {
        struct db_wait *wait = pool->first;

        dequeue(pool, wait);
        wait->state = DB_WAIT_LOST;
        fiber_wake(wait->fiber);
    }
}

/* Nobody is told: what waits here waits for statements. */
static void drained(struct db_conn *conn)
{
    (void)conn;
}

const struct db_conn_events db_shared_events = {shared_settled, drained};
