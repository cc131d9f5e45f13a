// SPDX-License-Identifier: MIT
#include "db/pool.h"

#include <assert.h>
#include <stdlib.h>

#include "base/digest.h"
#include "base/metric.h"
#include "db/error.h"

static const int64_t ns_per_ms = 1000000;

/* Metrics: one pool a process. */

static double read_up(void *data);
static double read_waiting(void *data);
static struct db_pool *measured;
static const enum db_role roles[] = {DB_SHARED, DB_EXCLUSIVE, DB_FLUSHER};

#define COUNTER(n, h)                                                                              \
    {                                                                                              \
        .name = n, .help = h, .type = METRIC_COUNTER                                               \
    }
#define GAUGE(n, h, l, r, d)                                                                       \
    {                                                                                              \
        .name = n, .help = h, .type = METRIC_GAUGE, .labels = l, .read = r, .data = d              \
    }
#define CONNECTIONS(label, role)                                                                   \
    GAUGE("db_connections", "Established database connections.", "pool=\"" label "\"", read_up,    \
          (void *)(uintptr_t)&roles[role])

static struct metric counters[] = {
    [DB_COUNT_QUERIES] = COUNTER("db_queries_total", "Statements sent for callers."),
    [DB_COUNT_RECONNECTS] = COUNTER("db_reconnects_total", "Connection attempts after the first."),
    [DB_COUNT_TRANSACTIONS] = COUNTER("db_transactions_total", "Transactions begun."),
    [DB_COUNT_FLUSHES] = COUNTER("db_flushes_total", "Group flushes of the write-ahead log."),
};
static struct metric gauges[] = {
    CONNECTIONS("shared", DB_SHARED),
    CONNECTIONS("exclusive", DB_EXCLUSIVE),
    CONNECTIONS("flusher", DB_FLUSHER),
    GAUGE("db_waiting", "Fibers in line for an exclusive connection.", NULL, read_waiting, NULL),
};

static double read_up(void *data)
{
    const enum db_role *role = data;
    double up = 0;

    for (size_t i = 0; measured != NULL && i < measured->conn_count; i++)
        if (measured->conns[i].role == *role && measured->conns[i].state >= DB_CONN_READY)
            up++;
    return up;
}

static double read_waiting(void *data)
{
    (void)data;
    return measured != NULL ? (double)measured->line.count : 0;
}

void db_pool_count(enum db_count what, size_t by)
{
    counters[what].value += (double)by;
}

static void measure(struct db_pool *pool)
{
    static bool registered;

    measured = pool;
    if (registered)
        return;
    registered = true;
    for (size_t i = 0; i < sizeof(counters) / sizeof(counters[0]); i++)
        metric_register(&counters[i]);
    for (size_t i = 0; i < sizeof(gauges) / sizeof(gauges[0]); i++)
        metric_register(&gauges[i]);
}

/* State */

static size_t up_count(const struct db_pool *pool, enum db_role role)
{
    size_t up = 0;

    for (size_t i = 0; i < pool->conn_count; i++)
        up += pool->conns[i].role == role && pool->conns[i].state >= DB_CONN_READY;
    return up;
}

static void note_state(struct db_pool *pool)
{
    const size_t shared = up_count(pool, DB_SHARED);
    const size_t exclusive = up_count(pool, DB_EXCLUSIVE);
    const int64_t now = loop_now_ns(pool->loop);
    const bool usable = (shared > 0 || pool->options.shared == 0) &&
                        (exclusive > 0 || pool->options.exclusive == 0);

    if (shared > 0)
        pool->shared_down_ns = 0;
    else if (pool->shared_down_ns == 0)
        pool->shared_down_ns = now;
    if (exclusive > 0)
        pool->exclusive_down_ns = 0;
    else if (pool->exclusive_down_ns == 0)
        pool->exclusive_down_ns = now;
    if (usable == pool->usable)
        return;
    pool->usable = usable;
    if (pool->on_state != NULL && !pool->closing)
        pool->on_state(pool->data, usable);
}

/* How long a newcomer waits for a connection: 0 when that is in vain. */
static int64_t patience_ns(const struct db_pool *pool, int64_t down_ns)
{
    const int64_t down_for = loop_now_ns(pool->loop) - down_ns;

    if (down_ns != 0 && down_for > DB_DOWN_LONG_MS * ns_per_ms)
        return 0;
    return DB_DOWN_WAIT_MS * ns_per_ms;
}

/* Connecting again */

static void retry_fire(void *data);

static void retry_arm(struct db_pool *pool)
{
    uint16_t random;

    if (pool->closing || pool->retry_timer.slot != 0)
        return;
    digest_random(&random, sizeof(random));
    const int64_t now = loop_now_ns(pool->loop);
    const int64_t jitter = random % DB_RETRY_JITTER_MS * ns_per_ms;

    if (pool->next_attempt_ns < now)
        pool->next_attempt_ns = now;
    /* Without memory for a timer the next lost connection or the next turn tries again. */
    (void)!loop_timer_start(pool->loop, &pool->retry_timer, pool->next_attempt_ns + jitter,
                            retry_fire, pool);
}

static struct db_conn *next_down(struct db_pool *pool)
{
    for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++) {
        /* The first of each kind before the second of any. */
        if (up_count(pool, roles[i]) > 0)
            continue;
        for (size_t j = 0; j < pool->conn_count; j++)
            if (pool->conns[j].role == roles[i] && pool->conns[j].state == DB_CONN_DOWN)
                return &pool->conns[j];
    }
    for (size_t j = 0; j < pool->conn_count; j++)
        if (pool->conns[j].state == DB_CONN_DOWN)
            return &pool->conns[j];
    return NULL;
}

static void retry_fire(void *data)
{
    struct db_pool *pool = data;
    struct db_conn *conn = next_down(pool);

    if (conn == NULL)
        return;
    pool->next_attempt_ns = loop_now_ns(pool->loop) + DB_RETRY_MS * ns_per_ms;
    db_pool_count(DB_COUNT_RECONNECTS, 1);
    db_connect_start(conn);
    if (next_down(pool) != NULL)
        retry_arm(pool);
}

void db_pool_up(struct db_conn *conn)
{
    struct db_pool *pool = conn->pool;

    note_state(pool);
    if (conn->role == DB_EXCLUSIVE) {
        conn->state = DB_CONN_TAKEN;
        db_pool_give(conn);
    }
}

void db_pool_lost(struct db_conn *conn, enum db_conn_state before)
{
    struct db_pool *pool = conn->pool;

    if (pool->turn_conn == conn)
        pool->turn_conn = NULL;
    if (conn->role == DB_FLUSHER)
        db_flush_lost(pool);
    if (before >= DB_CONN_READY)
        note_state(pool);
    retry_arm(pool);
}

/* Shared statements */

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

/* A schema has changed: sent again, a statement may meet another connection. */
void db_pool_stale(struct db_pool *pool)
{
    for (size_t i = 0; i < pool->conn_count; i++)
        db_conn_stale(&pool->conns[i]);
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

static int64_t statement_ns(const struct db_pool *pool, enum db_role role)
{
    return ns_per_ms *
           (role == DB_SHARED ? pool->options.statement_ms : pool->options.exclusive_statement_ms);
}

/* Its own statement's time and as much again for one before it, then nothing was heard: the server
 * is frozen or unreachable, and nothing more is put on this connection. */
static bool is_silent(const struct db_pool *pool, const struct db_conn *conn)
{
    return conn->state == DB_CONN_READY && conn->count > 0 &&
           loop_now_ns(pool->loop) - conn->read_ns >
               2 * statement_ns(pool, conn->role) + DB_SILENT_SLACK_MS * ns_per_ms;
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

static bool turn_end(void *data)
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

    return heard + statement_ns(pool, conn->role) + DB_SILENT_SLACK_MS * ns_per_ms;
}

static int64_t limit_ns(const struct db_pool *pool, const struct db_wait *wait)
{
    if (wait->state == DB_WAIT_SENT)
        return silence_ns(pool, wait);
    return wait->since_ns + patience_ns(pool, pool->shared_down_ns);
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
    return queued && up_count(pool, DB_SHARED) > 0 ? db_error_overloaded(fault)
                                                   : db_error_unavailable(fault);
}

bool db_pool_await(struct db_pool *pool, struct db_wait *wait, struct fault *fault)
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

bool db_pool_run(struct db_pool *pool, struct db_wait *wait, struct fault *fault)
{
    assert(wait->fiber != NULL);
    if (pool->closing)
        return db_error_unavailable(fault);
    if (pool->load + wait->count > DB_LOAD_MAX * pool->options.shared)
        return db_error_overloaded(fault);
    if (pool->shared_down_ns != 0 && patience_ns(pool, pool->shared_down_ns) == 0)
        return db_error_unavailable(fault);
    db_pool_ref(pool);
    pool->load += wait->count;
    enqueue(pool, wait);
    const bool ok = db_pool_await(pool, wait, fault);
    pool->load -= wait->count;
    db_pool_unref(pool);
    return ok;
}

/* Exclusive connections */

static size_t idle_count(const struct db_pool *pool)
{
    size_t idle = 0;

    for (size_t i = 0; i < pool->conn_count; i++)
        idle += pool->conns[i].role == DB_EXCLUSIVE && pool->conns[i].state == DB_CONN_READY;
    return idle;
}

static struct db_conn *take_idle(struct db_pool *pool)
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

/* One place in line, for at most wait_ms; less when no connection is there at all. */
static bool stand_in_line(struct db_pool *pool, int64_t since_ns, struct fault *fault)
{
    int64_t wait_ns = pool->options.wait_ms * ns_per_ms;
    struct fault why;

    if (pool->exclusive_down_ns != 0 && patience_ns(pool, pool->exclusive_down_ns) < wait_ns)
        wait_ns = patience_ns(pool, pool->exclusive_down_ns);
    if (wait_ns == 0)
        return db_error_unavailable(fault);
    if (fiber_queue_wait(&pool->line, pool->options.wait_max, since_ns + wait_ns, &why)) {
        /* Nobody was promised anything when the pool closed. */
        if (pool->promised > 0)
            pool->promised--;
        return pool->closing ? db_error_unavailable(fault) : true;
    }
    *fault = why;
    if (why.kind != FAULT_TIMEOUT || loop_now_ns(pool->loop) >= fiber_deadline_ns(fiber_current()))
        return false;
    return up_count(pool, DB_EXCLUSIVE) > 0 ? db_error_overloaded(fault)
                                            : db_error_unavailable(fault);
}

struct db_conn *db_pool_take(struct db_pool *pool, struct fault *fault)
{
    const int64_t since = loop_now_ns(pool->loop);

    if (pool->closing) {
        (void)!db_error_unavailable(fault);
        return NULL;
    }
    if (idle_count(pool) > pool->promised)
        return take_idle(pool);
    for (;;) {
        if (!stand_in_line(pool, since, fault))
            return NULL;
        /* What was promised may have been lost in the same turn: to the end of the line. */
        struct db_conn *conn = take_idle(pool);

        if (conn != NULL)
            return conn;
    }
}

static void ready_for_next(struct db_conn *conn)
{
    struct db_pool *pool = conn->pool;

    loop_timer_stop(pool->loop, &conn->timer);
    conn->state = DB_CONN_READY;
    if (idle_count(pool) > pool->promised && fiber_queue_wake_one(&pool->line))
        pool->promised++;
}

static void give_up_draining(void *data)
{
    db_conn_lose(data);
}

void db_pool_give(struct db_conn *conn)
{
    struct db_pool *pool = conn->pool;
    const int64_t bound = statement_ns(pool, DB_EXCLUSIVE) + DB_SILENT_SLACK_MS * ns_per_ms;

    if (conn->state == DB_CONN_DOWN)
        return;
    if (conn->count == 0 && PQtransactionStatus(conn->pg) == PQTRANS_IDLE) {
        ready_for_next(conn);
        return;
    }
    conn->state = DB_CONN_DRAINING;
    if (conn->count == 0 ||
        !loop_timer_start(pool->loop, &conn->timer, loop_now_ns(pool->loop) + bound,
                          give_up_draining, conn))
        db_conn_lose(conn);
}

static void exclusive_settled(struct db_conn *conn, struct db_wait *wait)
{
    (void)conn;
    fiber_wake(wait->fiber);
}

static void exclusive_drained(struct db_conn *conn)
{
    if (conn->state == DB_CONN_DRAINING)
        db_pool_give(conn);
}

static void shared_drained(struct db_conn *conn)
{
    (void)conn;
}

static const struct db_conn_events shared_events = {shared_settled, shared_drained};
static const struct db_conn_events exclusive_events = {exclusive_settled, exclusive_drained};

/* Life */

void db_options_defaults(struct db_options *options)
{
    *options = (struct db_options){
        .application = "tapbot",
        .search_path = "public",
        .shared = 2,
        .exclusive = 2,
        .wait_max = 256,
        .wait_ms = 1000,
        .connect_ms = 2000,
        .statement_ms = 1000,
        .exclusive_statement_ms = 3000,
        .lock_ms = 1000,
    };
}

static bool add_conns(struct db_pool *pool, enum db_role role, size_t count,
                      const struct db_conn_events *events)
{
    for (size_t i = 0; i < count; i++)
        if (!db_conn_init(&pool->conns[pool->conn_count++], pool, role, events))
            return false;
    return true;
}

void db_pool_ref(struct db_pool *pool)
{
    pool->refs++;
}

void db_pool_unref(struct db_pool *pool)
{
    if (--pool->refs > 0)
        return;
    for (size_t i = 0; i < pool->conn_count; i++)
        db_conn_finish(&pool->conns[i]);
    db_connect_finish(pool);
    db_params_finish(&pool->params);
    free(pool);
}

static bool setup(struct db_pool *pool, struct fault *fault)
{
    const struct db_options *options = &pool->options;

    if (options->shared + options->exclusive + 1 > DB_CONNS_MAX)
        return fault_set(fault, FAULT_INTERNAL, "too_many_connections",
                         "At most %d database connections are allowed.", DB_CONNS_MAX);
    if (!add_conns(pool, DB_SHARED, options->shared, &shared_events) ||
        !add_conns(pool, DB_EXCLUSIVE, options->exclusive, &exclusive_events) ||
        !add_conns(pool, DB_FLUSHER, options->exclusive > 0 ? 1 : 0, &db_flush_events))
        return fault_set(fault, FAULT_UNAVAILABLE, "out_of_memory", "Out of memory.");
    return db_connect_setup(pool, fault);
}

struct db_pool *db_pool_create(struct loop *loop, struct work *work,
                               const struct db_options *options,
                               void (*on_state)(void *data, bool usable), void *data,
                               struct fault *fault)
{
    struct db_pool *pool = calloc(1, sizeof(*pool));

    if (pool == NULL) {
        fault_set(fault, FAULT_UNAVAILABLE, "out_of_memory", "Out of memory.");
        return NULL;
    }
    pool->loop = loop;
    pool->work = work;
    pool->options = *options;
    pool->on_state = on_state;
    pool->data = data;
    pool->refs = 1;
    pool->shared.pool = pool;
    if (!setup(pool, fault)) {
        db_pool_unref(pool);
        return NULL;
    }
    measure(pool);
    note_state(pool);
    loop_hook_add(loop, &pool->hook, turn_end, pool);
    for (size_t i = 0; i < pool->conn_count; i++)
        db_connect_start(&pool->conns[i]);
    return pool;
}

void db_pool_destroy(struct db_pool *pool)
{
    if (pool == NULL)
        return;
    pool->closing = true;
    if (measured == pool)
        measured = NULL;
    loop_hook_remove(pool->loop, &pool->hook);
    loop_timer_stop(pool->loop, &pool->retry_timer);
    for (size_t i = 0; i < pool->conn_count; i++)
        db_conn_lose(&pool->conns[i]);
    while (pool->first != NULL) {
        struct db_wait *wait = pool->first;

        dequeue(pool, wait);
        wait->state = DB_WAIT_LOST;
        fiber_wake(wait->fiber);
    }
    while (fiber_queue_wake_one(&pool->line))
        ;
    db_pool_unref(pool);
}

bool db_pool_usable(const struct db_pool *pool)
{
    return pool->usable;
}

struct db *db_shared(struct db_pool *pool)
{
    return &pool->shared;
}
