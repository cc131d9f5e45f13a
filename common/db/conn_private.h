// SPDX-License-Identifier: MIT
/* One connection in pipeline mode: what was sent, in order, and who waits for it. Private to db/.
 *
 * A caller's statements are one `struct db_wait` on its fiber's stack. The connection's ring holds
 * one entry for each message that will be answered; a fiber that gave up takes itself out of the
 * ring and the answers are drained unheard. */
#pragma once

#include <libpq-fe.h>

#include "db/params_private.h"
#include "db/query.h"
#include "loop/fiber.h"

enum {
    DB_RING_SHARED = 2048, /* powers of two */
    DB_RING_EXCLUSIVE = 64,
    DB_PREPARED_SLOTS = 1024, /* a power of two */
    DB_PREPARED_MAX = 768,    /* statements of one program */
    DB_NAME_MAX = 64,         /* PostgreSQL's NAMEDATALEN */
    DB_OWN_CALLS_MAX = 4,     /* BEGIN, COMMIT and their like beside a caller's own */
    DB_REPLAN_FIRST = 256,    /* statements sent before plans are made anew; */
    DB_REPLAN_TIMES = 4       /* then after so many times as many, and so on */
};

enum db_role { DB_SHARED, DB_EXCLUSIVE, DB_FLUSHER };

enum db_wait_state {
    DB_WAIT_QUEUED,
    DB_WAIT_SENT,
    /* settled: */
    DB_WAIT_DONE,
    DB_WAIT_FAILED,  /* `error` says why */
    DB_WAIT_ABORTED, /* somebody else's error in the same Sync */
    DB_WAIT_LOST     /* no answer came */
};

struct db_conn;

struct db_wait {
    struct fiber *fiber;
    const struct db_call *calls;
    size_t count;
    enum db_wait_state state;
    struct db_conn *conn; /* while SENT */
    struct db_wait *prev; /* while QUEUED */
    struct db_wait *next;
    int64_t since_ns; /* queued or sent */
    uint32_t generation;
    bool alone;      /* gets a Sync of its own */
    size_t losses;   /* connections that broke under it */
    bool reprepared; /* its prepared statement was found to be out of date */
    PGresult *error;
    const struct db_statement *error_statement;
    PGresult *results[DB_CALLS_MAX + DB_OWN_CALLS_MAX];
};

/* Borrows `calls`. */
void db_wait_init(struct db_wait *wait, const struct db_call *calls, size_t count);
/* Drops results nobody took. */
void db_wait_finish(struct db_wait *wait);

enum db_conn_state {
    DB_CONN_DOWN,
    DB_CONN_RESOLVING,
    DB_CONN_CONNECTING,
    DB_CONN_READY,
    DB_CONN_TAKEN,   /* exclusive: a transaction has it */
    DB_CONN_DRAINING /* exclusive: being brought back to idle without its fiber */
};

enum db_entry_kind { ENTRY_PREPARE, ENTRY_DEALLOCATE, ENTRY_REPLAN, ENTRY_CALL, ENTRY_SYNC };

struct db_entry {
    enum db_entry_kind kind;
    uint32_t call;
    struct db_wait *wait; /* NULL: nobody listens any more */
    const struct db_statement *statement;
};

struct db_prepared {
    const struct db_statement *statement;
    bool sent;
};

struct db_conn_events {
    /* Every entry of `wait` is answered. */
    void (*settled)(struct db_conn *conn, struct db_wait *wait);
    /* Nothing is in flight any more. */
    void (*drained)(struct db_conn *conn);
};

struct db_pool;

struct db_conn {
    struct db_pool *pool;
    enum db_role role;
    enum db_conn_state state;
    const struct db_conn_events *events;
    PGconn *pg;
    PGconn *stepping; /* in the work pool just now (connect.c): not ours to close */
    struct loop_watch watch;
    struct loop_timer timer; /* bounds connecting and draining */
    struct db_entry *ring;
    size_t ring_size;
    size_t head, count;
    size_t unsynced;     /* entries since the last Sync */
    bool end_of_command; /* the head's result is in; its terminating NULL is not */
    bool deallocate;     /* statements prepared before a schema change are still there */
    uint32_t life;       /* how often it was lost: a transaction of an earlier life is over */
    uint32_t generation; /* of names of prepared statements */
    uint64_t sent;       /* statements, since it is connected */
    uint64_t replan_at;
    size_t prepared_count;
    struct db_prepared *prepared;
    int64_t read_ns; /* when bytes last came */
};

bool db_conn_init(struct db_conn *conn, struct db_pool *pool, enum db_role role,
                  const struct db_conn_events *events) MUST_CHECK;
void db_conn_finish(struct db_conn *conn);

/* Starts to live: `conn->pg` is connected and its watch is there. */
bool db_conn_begin(struct db_conn *conn) MUST_CHECK;
/* Closes it; all that wait settle as LOST. */
void db_conn_lose(struct db_conn *conn);
/* Free entries. Sending a wait takes at most 2 a call, its Sync, and 2 for upkeep. */
size_t db_conn_room(const struct db_conn *conn);
static inline size_t db_wait_entries(const struct db_wait *wait)
{
    return 2 * wait->count + 3;
}
/* Queues all statements of `wait`. False: the connection is broken and was lost. */
bool db_conn_send(struct db_conn *conn, struct db_wait *wait) MUST_CHECK;
/* Sync and flush of what was queued. False as above. */
bool db_conn_sync(struct db_conn *conn) MUST_CHECK;
/* The fiber of `wait` gave up. */
void db_conn_forget(struct db_conn *conn, struct db_wait *wait);
/* A prepared statement was out of date: all are prepared anew. */
void db_conn_stale(struct db_conn *conn);
