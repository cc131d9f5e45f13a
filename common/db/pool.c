// SPDX-License-Identifier: MIT
#include <stdlib.h>

#include "base/digest.h"
#include "base/now.h"
#include "db/pool_private.h"

/* --- state --- */

static const enum db_role roles[] = {DB_SHARED, DB_EXCLUSIVE, DB_FLUSHER};

size_t db_pool_count_up_connections(const struct db_pool *pool, enum db_role role)
{
    size_t up = 0;

    for (size_t i = 0; i < pool->conn_count; i++)
        up += pool->conns[i].role == role && pool->conns[i].state >= DB_CONN_READY;
    return up;
}

static void update_state_and_notify(struct db_pool *pool)
{
    const size_t shared = db_pool_count_up_connections(pool, DB_SHARED);
    const size_t exclusive = db_pool_count_up_connections(pool, DB_EXCLUSIVE);
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

int64_t db_pool_get_down_wait_ns(const struct db_pool *pool, int64_t down_ns)
{
    const int64_t down_for = loop_polled_ns(pool->loop) - down_ns;

    const int64_t wait_ns = pool->options.down_wait_ms * NS_PER_MS;

    return down_ns != 0 && down_for > DB_DOWN_LONG * wait_ns ? 0 : wait_ns;
}

/* --- reconnecting --- */

static void reconnect_next(void *data);

static void schedule_reconnect(struct db_pool *pool)
{
    if (pool->closing || pool->retry_timer.slot != 0)
        return;
    const int64_t now = loop_now_ns(pool->loop);
    const int64_t jitter = digest_random_number() % DB_RETRY_JITTER_MS * NS_PER_MS;

    if (pool->next_attempt_ns < now)
        pool->next_attempt_ns = now;
    /* If there is no memory for the timer, the next lost connection starts it. */
    (void)!loop_timer_start(pool->loop, &pool->retry_timer, pool->next_attempt_ns + jitter,
                            reconnect_next, pool);
}

static struct db_conn *find_conn_to_reconnect(struct db_pool *pool)
{
    for (size_t i = 0; i < ARRAY_LEN(roles); i++) {
        /* The first connection of each kind is made before the second one of any kind. */
        if (db_pool_count_up_connections(pool, roles[i]) > 0)
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

static void reconnect_next(void *data)
{
    struct db_pool *pool = data;
    struct db_conn *conn = find_conn_to_reconnect(pool);

    if (conn == NULL)
        return;
    pool->next_attempt_ns = loop_now_ns(pool->loop) + DB_RETRY_MS * NS_PER_MS;
    db_metric_increment(DB_COUNT_RECONNECTS);
    db_connect_start(conn);
    if (find_conn_to_reconnect(pool) != NULL)
        schedule_reconnect(pool);
}

void db_pool_on_up(struct db_conn *conn)
{
    struct db_pool *pool = conn->pool;

    update_state_and_notify(pool);
    if (conn->role == DB_EXCLUSIVE) {
        conn->state = DB_CONN_TAKEN;
        db_exclusive_return(conn);
    }
}

void db_pool_on_lost(struct db_conn *conn, enum db_conn_state before)
{
    struct db_pool *pool = conn->pool;

    if (before >= DB_CONN_READY)
        update_state_and_notify(pool);
    else if (before == DB_CONN_CONNECTING && pool->host != NULL)
        work_distrust_addresses(pool->work, pool->host);
    schedule_reconnect(pool);
}

int64_t db_pool_get_statement_timeout_ns(const struct db_pool *pool, enum db_role role)
{
    return NS_PER_MS *
           (role == DB_SHARED ? pool->options.statement_ms : pool->options.exclusive_statement_ms);
}

/* Called when the schema has changed. A resent statement may go to another connection, so all
 * connections prepare their statements again. */
void db_pool_reprepare_statements(struct db_pool *pool)
{
    for (size_t i = 0; i < pool->conn_count; i++)
        db_conn_reprepare_statements(&pool->conns[i]);
}

/* --- creating and destroying --- */

void db_options_defaults(struct db_options *options)
{
    *options = (struct db_options){
        .application = "tapbot",
        .search_path = "public",
        .shared = 2,
        .exclusive = 2,
        .wait_max = 256,
        .wait_ms = 1000,
        .down_wait_ms = 500,
        .connect_ms = 2000,
        .statement_ms = 1000,
        .exclusive_statement_ms = 3000,
        .lock_ms = 3000,
        .idle_ms = 5000,
    };
}

static bool add_conns(struct db_pool *pool, enum db_role role, size_t count,
                      const struct db_conn_events *events)
{
    for (size_t i = 0; i < count; i++) {
        struct db_conn *conn = &pool->conns[pool->conn_count++];

        conn->pool = pool;
        conn->loop = pool->loop;
        conn->params = &pool->params;
        conn->role = role;
        conn->events = events;
        if (!db_conn_init(conn))
            return false;
    }
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
    db_connect_free_url(pool);
    db_params_finish(&pool->params);
    free(pool);
}

static bool pool_setup(struct db_pool *pool, struct fault *fault)
{
    const struct db_options *options = &pool->options;

    if (options->shared + options->exclusive + 1 > DB_CONNS_MAX)
        return fault_set(fault, FAULT_INTERNAL, "too_many_connections",
                         "At most %d database connections are allowed.", DB_CONNS_MAX);
    if (!add_conns(pool, DB_SHARED, options->shared, &db_shared_events) ||
        !add_conns(pool, DB_EXCLUSIVE, options->exclusive, &db_exclusive_events) ||
        !add_conns(pool, DB_FLUSHER, options->exclusive > 0 ? 1 : 0, &db_flush_events))
        return fault_out_of_memory(fault, "database connections");
    return db_connect_parse_url(pool, fault);
}

struct db_pool *db_pool_create(struct loop *loop, struct work *work,
                               const struct db_options *options,
                               void (*on_state)(void *data, bool usable), void *data,
                               struct fault *fault)
{
    struct db_pool *pool = fault_calloc(sizeof *pool, "database connections", fault);

    if (pool == NULL)
        return NULL;
    pool->loop = loop;
    pool->work = work;
    pool->options = *options;
    pool->on_state = on_state;
    pool->data = data;
    pool->refs = 1;
    pool->shared.pool = pool;
    TAILQ_INIT(&pool->queued);
    if (!pool_setup(pool, fault)) {
        db_pool_unref(pool);
        return NULL;
    }
    db_metric_start_measuring(pool);
    update_state_and_notify(pool);
    loop_hook_add(loop, &pool->hook, db_shared_on_iteration_end, pool);
    for (size_t i = 0; i < pool->conn_count; i++)
        db_connect_start(&pool->conns[i]);
    return pool;
}

void db_pool_destroy(struct db_pool *pool)
{
    if (pool == NULL)
        return;
    pool->closing = true;
    db_metric_stop_measuring(pool);
    loop_hook_remove(pool->loop, &pool->hook);
    loop_timer_stop(pool->loop, &pool->retry_timer);
    for (size_t i = 0; i < pool->conn_count; i++)
        db_conn_close(&pool->conns[i]);
    db_shared_fail_queued(pool);
    fiber_queue_wake_all(&pool->exclusive_queue); /* they then fail: the pool is closing */
    db_pool_unref(pool);
}

bool db_pool_is_usable(const struct db_pool *pool)
{
    return pool->usable;
}

struct db *db_shared(struct db_pool *pool)
{
    return &pool->shared;
}
