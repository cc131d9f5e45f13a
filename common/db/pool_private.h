// SPDX-License-Identifier: MIT
/* All connections of a process: who uses which, what waits, when to connect again. Private to db/.
 */
#pragma once

#include "db/conn_private.h"

enum {
    DB_LOAD_MAX = 1024,       /* shared statements waited for, for each shared connection */
    DB_TURN_SPREAD = 32,      /* statements of one turn before another connection is taken */
    DB_DOWN_WAIT_MS = 500,    /* how long a query waits for a connection to come back */
    DB_DOWN_LONG_MS = 2000,   /* and when it no longer waits */
    DB_SILENT_SLACK_MS = 500, /* beyond statement_timeout: the server is frozen or unreachable */
    DB_RETRY_MS = 500,        /* at most 2 attempts a second */
    DB_RETRY_JITTER_MS = 250,
    DB_IDLE_TRANSACTION_MS = 5000
};

struct db {
    struct db_pool *pool;
    struct db_conn *conn; /* NULL: shared */
    uint32_t life;        /* of `conn` when it was taken */
    bool begun;           /* BEGIN was sent */
    bool wrote;           /* a statement may have changed something */
    bool committed;
    bool flush;          /* the commit is not durable yet */
    uint32_t flush_life; /* of the flusher when the commit was sent */
    bool rollback_only;
    bool failed;    /* `fault` says why; nothing is sent any more */
    bool abandoned; /* statements are in flight that nobody waits for */
    bool retry;
    bool stale; /* tried again because of a schema change */
    struct fault fault;
};

/* Waits of committed transactions for the disk: db/flush.c. */
enum db_flush_state { DB_FLUSH_WAITS, DB_FLUSH_DONE, DB_FLUSH_LOST };
struct db_flush {
    struct db_flush *next;
    struct fiber *fiber;
    enum db_flush_state state;
};

struct db_pool {
    struct loop *loop;
    struct work *work;
    struct db_options options;
    void (*on_state)(void *data, bool usable);
    void *data;
    bool usable;
    bool closing;
    bool read_only; /* a transaction was refused so; until one is asked and may write */
    size_t refs;    /* the creator, and each fiber that will still touch this */

    char **keywords; /* of the URL and ours, NULL-terminated, for PQconnectStartParams */
    char **values;
    size_t parameters;
    char *host;
    uint16_t port;

    struct db_conn conns[DB_CONNS_MAX]; /* shared, exclusive, flusher */
    size_t conn_count;
    struct db_conn *turn_conn; /* shared connection of this turn's statements */
    size_t turn_count;
    struct db shared;

    struct db_wait *first; /* queued */
    struct db_wait *last;
    size_t load; /* shared statements queued and sent */
    struct loop_hook hook;

    struct fiber_queue line; /* for exclusive connections */
    size_t promised;         /* exclusive connections that a woken fiber is about to take */
    int64_t shared_down_ns;  /* since when there is none */
    int64_t exclusive_down_ns;

    struct loop_timer retry_timer;
    int64_t next_attempt_ns;

    struct db_flush *flush_next; /* wait for the next batch */
    struct db_flush *flush_now;  /* in the batch in flight */
    struct db_wait flush_wait;

    struct db_params params;
};

/* metric.c: how often each thing happened. */
enum db_count { DB_COUNT_QUERIES, DB_COUNT_RECONNECTS, DB_COUNT_TRANSACTIONS, DB_COUNT_FLUSHES };
void db_metric_count(enum db_count what, size_t by);
void db_metric_begin(struct db_pool *pool);
void db_metric_end(const struct db_pool *pool);

/* pool.c */
void db_pool_ref(struct db_pool *pool);
void db_pool_unref(struct db_pool *pool);

/* connect.c */
bool db_connect_setup(struct db_pool *pool, struct fault *fault) MUST_CHECK;
void db_connect_finish(struct db_pool *pool);
void db_connect_start(struct db_conn *conn);

/* Every connection prepares its statements anew. */
void db_pool_stale(struct db_pool *pool);

/* What a connection reports. */
void db_pool_up(struct db_conn *conn);
void db_pool_lost(struct db_conn *conn, enum db_conn_state before);

/* Established connections of a kind. */
size_t db_pool_up_count(const struct db_pool *pool, enum db_role role);
/* How long a newcomer waits for a connection that has been down since `down_ns` (0: is not): 0 when
 * that is in vain. */
int64_t db_pool_patience_ns(const struct db_pool *pool, int64_t down_ns);
/* statement_timeout of a kind. */
int64_t db_pool_statement_ns(const struct db_pool *pool, enum db_role role);

/* shared.c */
extern const struct db_conn_events db_shared_events;
bool db_shared_turn_end(void *data);
/* Runs `wait` on a shared connection; settled when it returns true. */
bool db_shared_run(struct db_pool *pool, struct db_wait *wait, struct fault *fault) MUST_CHECK;
/* Parks until `wait`, sent on whatever connection, is settled; forgets it on false. */
bool db_shared_await(struct db_pool *pool, struct db_wait *wait, struct fault *fault) MUST_CHECK;
void db_shared_fail_queued(struct db_pool *pool);

/* line.c */
extern const struct db_conn_events db_line_events;
/* In line for an exclusive connection. NULL with a fault. */
struct db_conn *db_line_take(struct db_pool *pool, struct fault *fault) MUST_CHECK;
/* Back, in whatever state it is. */
void db_line_give(struct db_conn *conn);
void db_line_fail_waiting(struct db_pool *pool);

/* flush.c */
extern const struct db_conn_events db_flush_events;
bool db_flush_possible(const struct db_pool *pool);
/* Which of the successive flushers is connected, or was last. */
uint32_t db_flush_life(const struct db_pool *pool);
/* For a commit that was sent in that `life`. */
bool db_flush_wait(struct db_pool *pool, uint32_t life, struct fault *fault) MUST_CHECK;
/* At the end of a turn. */
void db_flush_send(struct db_pool *pool);
void db_flush_lost(struct db_pool *pool);
