// SPDX-License-Identifier: MIT
/* All connections of a process, the fibers that wait for them, and reconnecting. */
#pragma once

#include "db/conn_private.h"

enum {
    DB_READS_MAX = 1024, /* reads that are queued or sent, for each shared connection */
    /* Maximum of statements of one iteration on a shared connection; further statements go to
     * another connection. */
    DB_STATEMENTS_SPREAD = 32,
    /* If an outage is longer than this many times down_wait_ms, statements fail at once. */
    DB_DOWN_LONG = 4,
    /* A fiber waits for an answer this much longer than statement_timeout. A shared connection is
     * lost if no bytes come for this much longer than twice statement_timeout. */
    DB_SILENT_SLACK_MS = 500,
    DB_RETRY_MS = 500, /* between two attempts to connect */
    DB_RETRY_JITTER_MS = 250,
    DB_FLUSHES_MAX = 2 /* maximum of unanswered flushes: one runs, the next begins after it */
};

struct db {
    struct db_pool *pool;
    struct db_conn *conn; /* NULL: the shared connections */
    uint32_t losses;      /* `losses` of the connection when the transaction took it */
    bool begun;           /* BEGIN was sent */
    bool wrote;           /* a statement may have changed something */
    bool committed;
    bool ended;              /* the connection was returned to the pool */
    bool flush;              /* the commit is not yet on the disk */
    int64_t position;        /* WAL position after the commit; 0: unknown */
    uint32_t flusher_losses; /* db_flusher_count_losses() when the commit was sent */
    bool rollback_only;
    bool failed;    /* `fault` is the reason; no more statements are sent */
    bool abandoned; /* the fiber gave up before the answers to its statements; they are read and
                       discarded */
    bool retry;
    bool stale; /* retry because a prepared statement was stale */
    struct fault fault;
};

/* Two awaited answers of a flush: the commit, and the flushed WAL position after it. */
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
    bool read_only; /* a transaction was refused as read-only; reset when a later one may write */
    int64_t
        full_ns; /* when a transaction was last refused with "storage_full"; 0: there is space */
    size_t refs; /* references: the creator, and each fiber that still uses the pool */

    char *url_options; /* query part of the URL, or NULL */
    char *host;        /* host of the URL; NULL: a socket, or an address that libpq parses itself */
    uint16_t port;

    struct db_conn conns[DB_CONNS_MAX]; /* shared, exclusive, flusher */
    size_t conn_count;
    struct db_conn *iteration_conn; /* the shared connection chosen last in this iteration */
    size_t iteration_count;         /* statements of this iteration on iteration_conn */
    struct db shared;

    TAILQ_HEAD(, db_wait) queued; /* reads that are sent at the end of the iteration */
    size_t reads;                 /* statements queued or sent on shared connections */
    struct loop_hook hook;

    struct fiber_queue exclusive_queue; /* fibers that wait for an exclusive connection */
    size_t promised;           /* woken fibers that have not run yet; each of them will take an idle
                                  connection */
    int64_t shared_down_ns;    /* since when no shared connection is up; 0: one is up */
    int64_t exclusive_down_ns; /* since when no exclusive connection is up; 0: one is up */

    struct loop_timer retry_timer;
    int64_t next_attempt_ns;

    /* flush.c */
    /* Fibers whose transaction has committed and that wait for the disk. */
    struct fiber_queue commits;
    size_t commits_since; /* fibers that joined `commits` after the running flush had begun */
    int64_t flushed_to;   /* position up to which the write-ahead log is on the disk; 0: unknown */
    struct db_flush flushes[DB_FLUSHES_MAX];
    size_t flush_first, flush_count; /* ring of unanswered flushes, oldest first */

    struct db_params params;
};

/* --- metric.c --- */
enum db_count { DB_COUNT_RECONNECTS, DB_COUNT_TRANSACTIONS, DB_COUNT_FLUSHES };
void db_metric_increment(enum db_count counter);
void db_metric_start_measuring(struct db_pool *pool);
void db_metric_stop_measuring(const struct db_pool *pool);

/* --- pool.c --- */
void db_pool_ref(struct db_pool *pool);
void db_pool_unref(struct db_pool *pool);

/* --- connect.c --- */
bool db_connect_parse_url(struct db_pool *pool, struct fault *fault) MUST_CHECK;
void db_connect_free_url(struct db_pool *pool);
void db_connect_start(struct db_conn *conn);

/* Makes every connection prepare its statements again. */
void db_pool_reprepare_statements(struct db_pool *pool);

/* Called by connect.c when a connection has become READY. */
void db_pool_on_up(struct db_conn *conn);
/* Called for every lost connection; starts to reconnect it. */
void db_pool_on_lost(struct db_conn *conn, enum db_conn_state before);

/* Number of READY or used connections with this role. */
size_t db_pool_count_up_connections(const struct db_pool *pool, enum db_role role);
/* How long a new statement waits for a connection if no connection of the needed kind has been up
 * since `down_ns` (0: one is up). Returns 0 if the statement must fail at once. */
int64_t db_pool_get_down_wait_ns(const struct db_pool *pool, int64_t down_ns);
/* statement_timeout of the connections with this role. */
int64_t db_pool_get_statement_timeout_ns(const struct db_pool *pool, enum db_role role);

/* --- query_run.c --- */
/* Parks until `wait`, which is queued or sent on any connection, is settled. False with a fault:
 * the fiber gave up, and the wait was detached. */
bool db_wait_await(struct db_pool *pool, struct db_wait *wait, struct fault *fault) MUST_CHECK;

/* --- transaction.c --- */
/* Runs calls in the transaction. Their values must have passed db_params_check(). */
bool db_tx_run_calls(struct db *tx, const struct db_call *calls, size_t count,
                     struct fault *fault) MUST_CHECK;

/* --- shared.c --- */
extern const struct db_conn_events db_shared_events;
bool db_shared_on_iteration_end(void *data);
/* Runs `wait` on a shared connection. True: its state is DONE, FAILED, ABORTED or LOST. False with
 * a fault: it was not accepted, or the fiber gave up and the wait was detached. */
bool db_shared_run(struct db_pool *pool, struct db_wait *wait, struct fault *fault) MUST_CHECK;
/* Removes `wait` from the queue, or from the ring of its connection. */
void db_shared_detach_wait(struct db_pool *pool, struct db_wait *wait);
void db_shared_fail_queued(struct db_pool *pool);

/* --- exclusive.c --- */
extern const struct db_conn_events db_exclusive_events;
/* Returns an idle exclusive connection; parks until there is one. NULL with a fault. */
struct db_conn *db_exclusive_take(struct db_pool *pool, struct fault *fault) MUST_CHECK;
/* Returns a connection to the pool, in any state: an idle one goes to the next fiber in the queue,
 * one with outstanding answers is drained first, one inside a transaction is closed. */
void db_exclusive_return(struct db_conn *conn);

/* --- flush.c --- */
extern const struct db_conn_events db_flush_events;
bool db_flush_is_possible(const struct db_pool *pool);
/* Number of times the flusher was lost. A commit sent before the last loss can no longer be
 * confirmed as durable. */
uint32_t db_flusher_count_losses(const struct db_pool *pool);
/* Parks until the write-ahead log is on the disk up to `wal_position`, the position of a commit.
 * `flusher_losses` is the value of db_flusher_count_losses() when that commit was sent. */
bool db_flush_wait(struct db_pool *pool, int64_t wal_position, uint32_t flusher_losses,
                   struct fault *fault) MUST_CHECK;
/* Sends a flush if a fiber waits for one. Called at the end of an iteration. */
void db_flush_send_if_needed(struct db_pool *pool);
