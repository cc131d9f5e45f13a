// SPDX-License-Identifier: MIT
/* All connections of a process: their use, the waiting fibers, reconnecting. */
#pragma once

#include "db/conn_private.h"

enum {
    DB_READS_MAX = 1024,       /* reads queued and sent, for each shared connection */
    DB_STATEMENTS_SPREAD = 32, /* statements of one iteration that share a connection */
    DB_DOWN_LONG = 4, /* times down_wait_ms: when the outage is older, statements fail at once */
    DB_SILENT_SLACK_MS = 500, /* beyond statement_timeout, until a fiber gives up waiting for an
                                 answer; beyond twice that, until its shared connection is lost */
    DB_RETRY_MS = 500,        /* between two attempts to connect */
    DB_RETRY_JITTER_MS = 250,
    DB_FLUSHES_MAX = 2 /* in flight: one running, and one that begins at its end */
};

struct db {
    struct db_pool *pool;
    struct db_conn *conn; /* NULL: shared */
    uint32_t losses;      /* of `conn` when it was taken */
    bool begun;           /* BEGIN was sent */
    bool wrote;           /* a statement may have changed something */
    bool committed;
    bool ended;              /* the connection is returned */
    bool flush;              /* the commit is not on the disk yet */
    int64_t position;        /* WAL position after the commit; 0: unknown */
    uint32_t flusher_losses; /* of the flusher when the commit was sent */
    bool rollback_only;
    bool failed;    /* `fault` says why; no more statements are sent */
    bool abandoned; /* the fiber gave up while its statements were in flight; their answers are read
                       and discarded */
    bool retry;
    bool stale; /* retried because a prepared statement was stale */
    struct fault fault;
};

/* Awaits two answers: of the commit, and of the flushed position of the log after it. */
struct db_flush {
    struct db_wait commit;
    struct db_wait end;
};

struct db_pool {
    struct loop *loop;
    struct work *work;
    struct db_options options;
    void (*on_state)(void *data, bool usable);
    void *data;
    bool usable;
    bool closing;
    bool read_only; /* a transaction was refused as read-only; reset when one may write */
    size_t refs;    /* the creator, and each fiber that still uses the pool */

    char *url_options; /* `options` of the URL, or NULL */
    char *host;        /* of the URL; NULL: a socket, or an address that libpq parses itself */
    uint16_t port;

    struct db_conn conns[DB_CONNS_MAX]; /* shared, exclusive, flusher */
    size_t conn_count;
    struct db_conn *iteration_conn; /* the shared connection chosen last in this iteration */
    size_t iteration_count;         /* statements it got in this iteration */
    struct db shared;

    TAILQ_HEAD(, db_wait) queued; /* reads, until the end of the iteration */
    size_t reads;                 /* statements of shared connections, queued and sent */
    struct loop_hook hook;

    struct fiber_queue exclusive_queue; /* fibers that wait for an exclusive connection */
    size_t promised;        /* number of woken fibers that have not run yet; each will take an idle
                               connection */
    int64_t shared_down_ns; /* since when none is connected; 0: one is */
    int64_t exclusive_down_ns;

    struct loop_timer retry_timer;
    int64_t next_attempt_ns;

    /* flush.c */
    struct fiber_queue commits; /* committed transactions that wait for the disk */
    size_t commits_since;       /* number of them that arrived after the running flush began */
    int64_t flushed_to;         /* the position up to which the log is on the disk; 0: not known */
    struct db_flush flushes[DB_FLUSHES_MAX];
    size_t flush_first, flush_count; /* those in flight, answered in order */

    struct db_params params;
};

/* metric.c */
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

/* Every connection prepares its statements again. */
void db_pool_stale(struct db_pool *pool);

/* connect.c calls this for a connection that has become READY. */
void db_pool_up(struct db_conn *conn);
/* Called for every lost connection, which will be reconnected. */
void db_pool_lost(struct db_conn *conn, enum db_conn_state before);

/* Established connections of a kind. */
size_t db_pool_up_count(const struct db_pool *pool, enum db_role role);
/* How long a new statement waits for a connection of a kind that has been down since `down_ns` (0:
 * it is up). 0 means: fail at once. */
int64_t db_pool_down_wait_ns(const struct db_pool *pool, int64_t down_ns);
/* statement_timeout of a kind. */
int64_t db_pool_statement_ns(const struct db_pool *pool, enum db_role role);

/* query_run.c */
/* Parks until `wait`, queued or sent on any connection, is settled. False with a fault: the fiber
 * gave up and detached it. */
bool db_wait_await(struct db_pool *pool, struct db_wait *wait, struct fault *fault) MUST_CHECK;

/* transaction.c */
/* Runs calls, whose values were checked, in the transaction. */
bool db_tx_run(struct db *tx, const struct db_call *calls, size_t count,
               struct fault *fault) MUST_CHECK;

/* shared.c */
extern const struct db_conn_events db_shared_events;
bool db_shared_iteration_end(void *data);
/* Runs `wait` on a shared connection. True: it is settled as DONE, FAILED, ABORTED or LOST. False
 * with a fault: it was not accepted, or the fiber gave up and detached it. */
bool db_shared_run(struct db_pool *pool, struct db_wait *wait, struct fault *fault) MUST_CHECK;
/* Removes `wait` from the queue, or from the ring of its connection. */
void db_shared_detach(struct db_pool *pool, struct db_wait *wait);
void db_shared_fail_queued(struct db_pool *pool);

/* exclusive.c */
extern const struct db_conn_events db_exclusive_events;
/* Returns an idle exclusive connection, waiting in the queue for one. NULL with a fault. */
struct db_conn *db_exclusive_take(struct db_pool *pool, struct fault *fault) MUST_CHECK;
/* Returns a connection in any state: an idle one goes to the next fiber in the queue, one with
 * outstanding answers is drained first, one inside a transaction is closed. */
void db_exclusive_give(struct db_conn *conn);
void db_exclusive_fail_waiting(struct db_pool *pool);

/* flush.c */
extern const struct db_conn_events db_flush_events;
bool db_flush_possible(const struct db_pool *pool);
/* Number of times the flusher was lost. A commit sent before the last loss can no longer be
 * confirmed. */
uint32_t db_flusher_losses(const struct db_pool *pool);
/* Waits until the log is on the disk up to `position`. The commit there was sent while
 * db_flusher_losses() was `losses`. */
bool db_flush_wait(struct db_pool *pool, int64_t position, uint32_t losses,
                   struct fault *fault) MUST_CHECK;
/* At the end of an iteration. */
void db_flush_send(struct db_pool *pool);
