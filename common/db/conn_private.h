// SPDX-License-Identifier: MIT
/* One connection in pipeline mode: which messages were sent, in order, and which fiber waits for
 * each answer.
 *
 * The statements of one call are a `struct db_wait` on the stack of the waiting fiber. The ring of
 * a connection has one entry for each message that PostgreSQL will answer. A fiber that gives up
 * removes its wait from the ring; the answers are then read and discarded. */
#pragma once

#include <sys/queue.h>

#include <libpq-fe.h>

#include "db/params_private.h"
#include "db/query.h"
#include "loop/fiber.h"

enum {
    DB_RING_SHARED = 2048,    /* entries of a shared connection's ring; a power of two */
    DB_RING_EXCLUSIVE = 64,   /* entries of the rings of other connections; a power of two */
    DB_PREPARED_SLOTS = 1024, /* a power of two */
    DB_PREPARED_MAX = 768,    /* maximum number of prepared statements of one program */
    DB_NAME_MAX = 64,         /* PostgreSQL's NAMEDATALEN */
    DB_OWN_CALLS_MAX = 4, /* statements such as BEGIN and COMMIT, in addition to the caller's own */
    DB_REPLAN_FIRST = 256, /* statements sent on a connection before its first DISCARD PLANS, which
                              lets PostgreSQL plan again */
    /* Factor by which the number of statements before each later DISCARD PLANS grows. */
    DB_REPLAN_TIMES = 4
};

enum db_role { DB_SHARED, DB_EXCLUSIVE, DB_FLUSHER };

enum db_wait_state {
    DB_WAIT_QUEUED,
    DB_WAIT_SENT,
    /* states in which no further answer is awaited: */
    DB_WAIT_DONE,
    DB_WAIT_FAILED,  /* `error` is the reason */
    DB_WAIT_ABORTED, /* skipped: another statement of the same Sync failed */
    DB_WAIT_LOST     /* the connection was lost before the answer came, or the pool was closed
                        before the wait was sent */
};

struct db_conn;

struct db_wait {
    struct fiber *fiber;
    const struct db_call *calls;
    size_t count;
    enum db_wait_state state;
    struct db_conn *conn;        /* set in the state SENT */
    TAILQ_ENTRY(db_wait) queued; /* used in the state QUEUED */
    int64_t since_ns;            /* when it was queued; once it is sent, when it was sent */
    uint32_t generation;
    bool own_sync;   /* its statements get a Sync of their own */
    size_t resends;  /* how many times it was sent again because its connection was lost */
    bool reprepared; /* sent again because its prepared statement was stale */
    PGresult *error;
    const struct db_statement *error_statement;
    PGresult *results[DB_CALLS_MAX + DB_OWN_CALLS_MAX];
};

/* --- wait.c --- */
/* `calls` is borrowed until db_wait_finish(). */
void db_wait_init(struct db_wait *wait, const struct db_call *calls, size_t count);
/* Frees the results that db_wait_move_rows_to_calls() has not moved. */
void db_wait_finish(struct db_wait *wait);
/* Moves the results of a wait in the state DONE to the `rows` of its calls. */
void db_wait_move_rows_to_calls(struct db_wait *wait);

enum db_conn_state {
    DB_CONN_DOWN,
    DB_CONN_RESOLVING,
    DB_CONN_CONNECTING,
    DB_CONN_READY,
    DB_CONN_TAKEN,   /* exclusive connections: a transaction uses it */
    DB_CONN_DRAINING /* exclusive connections: the fiber gave up, and the answers to its statements
                        must still be read */
};

enum db_entry_kind { ENTRY_PREPARE, ENTRY_DEALLOCATE, ENTRY_REPLAN, ENTRY_CALL, ENTRY_SYNC };

struct db_entry {
    enum db_entry_kind kind;
    uint32_t call;
    struct db_wait *wait; /* NULL: no fiber waits for this answer */
    const struct db_statement *statement;
};

struct db_prepared {
    const struct db_statement *statement;
    bool sent;
};

struct db_conn_events {
    /* Called when every entry of `wait` was answered, or the connection was lost. */
    void (*settled)(struct db_conn *conn, struct db_wait *wait);
    /* Called when every message was answered, so the ring is empty. May be NULL. */
    void (*drained)(struct db_conn *conn);
    /* Called when the connection was closed, after all its waits were settled; `before` is the
     * state in which it was closed. */
    void (*lost)(struct db_conn *conn, enum db_conn_state before);
};

struct db_conn {
    /* Set before db_conn_init(): */
    struct db_pool *pool; /* passed to the handlers of events; conn.c does not use it */
    struct loop *loop;
    struct db_params *params; /* buffer for encoded values, which all connections share */
    enum db_role role;
    const struct db_conn_events *events;

    enum db_conn_state state;
    PGconn *pg;
    /* The PGconn that a job of the work pool is connecting (connect.c). db_conn_close() must not
     * close it: run_connect_step() does. */
    PGconn *stepping;
    struct loop_watch watch;
    struct loop_timer timer; /* limits connecting and draining */
    struct db_entry *ring;
    size_t ring_size;
    size_t head, count;
    size_t unsynced; /* entries since the last Sync */
    /* The result of the oldest entry has come, but not the NULL that ends it. */
    bool end_of_command;
    bool deallocate; /* DEALLOCATE is needed: the server still has statements prepared before a
                        schema change */
    /* Number of times the connection was lost; failed flushes of the flusher count too. A
     * transaction stores the number when it begins. If the number has changed since, PostgreSQL has
     * ended the transaction. */
    uint32_t losses;
    uint32_t generation; /* part of the names of prepared statements; if it is increased, all
                            statements are prepared again */
    uint64_t sent;       /* statements sent since it was connected */
    uint64_t replan_at;
    size_t prepared_count;
    struct db_prepared *prepared;
    int64_t read_ns; /* when bytes were last received */
};

bool db_conn_init(struct db_conn *conn) MUST_CHECK;
void db_conn_finish(struct db_conn *conn);

/* Enters pipeline mode and the state READY. `conn->pg` must be connected. False: libpq or the loop
 * failed. */
bool db_conn_start_pipeline(struct db_conn *conn) MUST_CHECK;
/* Closes the connection, whose waits are settled as LOST. Does nothing in the state DOWN. */
void db_conn_close(struct db_conn *conn);
/* Number of free entries of the ring. A wait takes at most 2 for each call, 1 for its Sync, and 2
 * for DISCARD PLANS and DEALLOCATE. */
size_t db_conn_count_free_entries(const struct db_conn *conn);
static inline size_t db_wait_entries_max(const struct db_wait *wait)
{
    return 2 * wait->count + 3;
}
/* Sends all statements of `wait`, without a Sync. False: sending failed, the connection is lost,
 * and the wait was settled as LOST. */
bool db_conn_send_statements(struct db_conn *conn, struct db_wait *wait) MUST_CHECK;
/* Sends a Sync and flushes the socket. False: the connection is lost. */
bool db_conn_send_sync(struct db_conn *conn) MUST_CHECK;
/* Removes `wait` from the ring because its fiber gave up. */
void db_conn_detach_wait(struct db_conn *conn, struct db_wait *wait);
/* Call it when a prepared statement is stale: all statements are prepared again under new names. */
void db_conn_reprepare_statements(struct db_conn *conn);
