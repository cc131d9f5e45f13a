// SPDX-License-Identifier: MIT
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/auto.h"
#include "db/conn_private.h"
#include "db/error_private.h"
#include "db/text_private.h"

/* --- opening and closing --- */

bool db_conn_init(struct db_conn *conn)
{
    conn->watch.fd = -1;
    conn->ring_size = conn->role == DB_SHARED ? DB_RING_SHARED : DB_RING_EXCLUSIVE;
    conn->ring = calloc(conn->ring_size, sizeof *conn->ring);
    conn->prepared = calloc(DB_PREPARED_SLOTS, sizeof *conn->prepared);
    return conn->ring != NULL && conn->prepared != NULL;
}

void db_conn_finish(struct db_conn *conn)
{
    free(conn->ring);
    free(conn->prepared);
}

static void forget_prepared_statements(struct db_conn *conn)
{
    memset(conn->prepared, 0, DB_PREPARED_SLOTS * sizeof *conn->prepared);
    conn->prepared_count = 0;
}

static void notify_wait_settled(struct db_conn *conn, struct db_wait *wait)
{
    wait->conn = NULL;
    conn->events->settled(conn, wait);
}

/* Removes the oldest entry from the ring. Returns its wait if this was the wait's last entry (the
 * entries of a wait are adjacent), otherwise NULL. */
static struct db_wait *ring_pop_get_completed_wait(struct db_conn *conn)
{
    struct db_wait *wait = conn->ring[conn->head].wait;

    conn->head = (conn->head + 1) & (conn->ring_size - 1);
    conn->count--;
    conn->end_of_command = false;
    return conn->count > 0 && conn->ring[conn->head].wait == wait ? NULL : wait;
}

static void settle_all_waits_as_lost(struct db_conn *conn)
{
    while (conn->count > 0) {
        struct db_wait *wait = ring_pop_get_completed_wait(conn);

        if (wait == NULL)
            continue;
        db_wait_finish(wait);
        wait->state = DB_WAIT_LOST;
        notify_wait_settled(conn, wait);
    }
    conn->head = 0;
    conn->unsynced = 0;
}

void db_conn_close(struct db_conn *conn)
{
    const enum db_conn_state before = conn->state;

    if (before == DB_CONN_DOWN)
        return;
    conn->losses++;
    loop_timer_stop(conn->loop, &conn->timer);
    loop_watch_remove(conn->loop, &conn->watch);
    if (conn->pg != conn->stepping)
        PQfinish(conn->pg);
    conn->pg = NULL;
    conn->state = DB_CONN_DOWN;
    settle_all_waits_as_lost(conn);
    conn->events->lost(conn, before);
}

size_t db_conn_count_free_entries(const struct db_conn *conn)
{
    return conn->ring_size - conn->count;
}

/* --- sending --- */

static void ring_append(struct db_conn *conn, struct db_entry entry)
{
    assert(conn->count < conn->ring_size);
    conn->ring[(conn->head + conn->count) & (conn->ring_size - 1)] = entry;
    conn->count++;
    conn->unsynced++;
}

/* Finds or makes the entry of a statement. NULL if the table is full: the program has more than
 * DB_PREPARED_MAX statements, a bug. */
static struct db_prepared *find_or_add_prepared(struct db_conn *conn,
                                                const struct db_statement *statement)
{
    size_t at = ((uintptr_t)statement >> 3) * UINT64_C(0x9E3779B97F4A7C15) >> 40;

    for (;; at++) {
        struct db_prepared *slot = &conn->prepared[at & (DB_PREPARED_SLOTS - 1)];

        if (slot->statement == statement)
            return slot;
        if (slot->statement != NULL)
            continue;
        if (conn->prepared_count >= DB_PREPARED_MAX)
            return NULL;
        conn->prepared_count++;
        slot->statement = statement;
        return slot;
    }
}

/* The name of a prepared statement. It includes the generation, so that no statement is prepared
 * under a name that is still in use. */
static const char *get_prepared_name(const struct db_conn *conn,
                                     const struct db_statement *statement, char buffer[DB_NAME_MAX])
{
    if (conn->generation == 0)
        return statement->name;
    snprintf(buffer, DB_NAME_MAX, "%u:%s", conn->generation, statement->name);
    return buffer;
}

/* False inside a transaction: PostgreSQL refuses every statement of a failed transaction, so it
 * would also refuse DEALLOCATE or DISCARD PLANS and the statements after it. */
static bool is_between_transactions(const struct db_conn *conn)
{
    return conn->role == DB_SHARED || PQtransactionStatus(conn->pg) == PQTRANS_IDLE;
}

static bool send_sync(struct db_conn *conn)
{
    if (PQpipelineSync(conn->pg) != 1)
        return false;
    ring_append(conn, (struct db_entry){.kind = ENTRY_SYNC});
    conn->unsynced = 0;
    return true;
}

/* Sends a statement of this module. On an exclusive connection it gets a Sync of its own, because
 * it would otherwise be the first statement of the following transaction, where SET TRANSACTION
 * must be first. */
static bool send_own_statement(struct db_conn *conn, const char *sql, enum db_entry_kind kind)
{
    if (PQsendQueryParams(conn->pg, sql, 0, NULL, NULL, NULL, NULL, 0) != 1)
        return false;
    ring_append(conn, (struct db_entry){.kind = kind});
    return conn->role == DB_SHARED || send_sync(conn);
}

/* Sends DEALLOCATE ALL or DISCARD PLANS if the connection needs it before its next statements.
 *
 * PostgreSQL keeps a plan until one of its tables is analyzed. A plan made for an empty table reads
 * the whole table, and autovacuum analyzes once a minute. So while a new table fills, each
 * statement would cost more than the previous one. DISCARD PLANS after 256 statements, 1,024, 4,096
 * and so on makes PostgreSQL plan again, also for its checks of foreign keys. */
static bool send_deallocate_or_discard_plans(struct db_conn *conn)
{
    if (!is_between_transactions(conn))
        return true;
    if (conn->deallocate) {
        conn->deallocate = false;
        /* Some may have been prepared since db_conn_reprepare_statements(): a transaction was
         * running. */
        forget_prepared_statements(conn);
        return send_own_statement(conn, "DEALLOCATE ALL", ENTRY_DEALLOCATE);
    }
    if (conn->sent < conn->replan_at)
        return true;
    conn->replan_at *= DB_REPLAN_TIMES;
    return send_own_statement(conn, "DISCARD PLANS", ENTRY_REPLAN);
}

/* Sends a statement's text: to prepare it (`prepares_only`), or to run it once with its values. */
static bool send_statement_text(struct db_conn *conn, const struct db_statement *statement,
                                bool prepares_only, size_t value_count)
{
    AUTO(buf_finish) struct buf text = BUF(DB_PARAMS_BYTES_MAX);
    char name[DB_NAME_MAX];
    struct db_types types;

    db_text_build(statement, &text, &types);
    if (text.failed)
        return false;
    if (prepares_only)
        return PQsendPrepare(conn->pg, get_prepared_name(conn, statement, name), text.data,
                             types.count, types.oids) == 1;
    return PQsendQueryParams(conn->pg, text.data, (int)value_count, types.oids, conn->params->texts,
                             conn->params->lengths, conn->params->formats, 0) == 1;
}

static bool prepare_and_send_call(struct db_conn *conn, struct db_wait *wait,
                                  const struct db_call *call)
{
    struct db_prepared *slot = find_or_add_prepared(conn, call->statement);
    char name[DB_NAME_MAX];

    if (slot == NULL)
        return false;
    if (!slot->sent) {
        if (!send_statement_text(conn, call->statement, true, 0))
            return false;
        ring_append(conn, (struct db_entry){ENTRY_PREPARE, 0, wait, call->statement});
        slot->sent = true;
    }
    return PQsendQueryPrepared(conn->pg, get_prepared_name(conn, call->statement, name),
                               (int)call->count, conn->params->texts, conn->params->lengths,
                               conn->params->formats, 0) == 1;
}

static bool send_call(struct db_conn *conn, struct db_wait *wait, size_t index)
{
    const struct db_call *call = &wait->calls[index];

    if (!db_params_encode(conn->params, call->values, call->count))
        return false;
    conn->sent++;
    const bool sent = call->statement->name != NULL
                          ? prepare_and_send_call(conn, wait, call)
                          : send_statement_text(conn, call->statement, false, call->count);
    if (sent)
        ring_append(conn, (struct db_entry){ENTRY_CALL, (uint32_t)index, wait, call->statement});
    return sent;
}

bool db_conn_send_statements(struct db_conn *conn, struct db_wait *wait)
{
    assert(db_conn_count_free_entries(conn) >= db_wait_entries_max(wait));
    wait->conn = conn;
    wait->state = DB_WAIT_SENT;
    wait->generation = conn->generation;
    wait->since_ns = loop_now_ns(conn->loop);
    /* No answer was due while no statement was sent, so the time without an answer begins now. */
    if (conn->count == 0)
        conn->read_ns = wait->since_ns;
    bool sent = send_deallocate_or_discard_plans(conn);
    for (size_t i = 0; sent && i < wait->count; i++)
        sent = send_call(conn, wait, i);
    if (sent)
        return true;
    /* If sending failed before this wait had an entry in the ring, adds an entry, so that
     * db_conn_close() finds the wait and settles it. */
    if (conn->count == 0 ||
        conn->ring[(conn->head + conn->count - 1) & (conn->ring_size - 1)].wait != wait)
        ring_append(conn, (struct db_entry){ENTRY_CALL, 0, wait, NULL});
    db_conn_close(conn);
    return false;
}

bool db_conn_send_sync(struct db_conn *conn)
{
    assert(conn->count < conn->ring_size);
    if (!send_sync(conn)) {
        db_conn_close(conn);
        return false;
    }
    /* PQpipelineSync() has already flushed, so this is a system call only if the socket was
     * full. */
    const int left = PQflush(conn->pg);

    if (left < 0) {
        db_conn_close(conn);
        return false;
    }
    if (left > 0)
        loop_watch_change(conn->loop, &conn->watch, EPOLLIN | EPOLLOUT);
    return true;
}

void db_conn_detach_wait(struct db_conn *conn, struct db_wait *wait)
{
    for (size_t i = 0; i < conn->count; i++) {
        struct db_entry *entry = &conn->ring[(conn->head + i) & (conn->ring_size - 1)];

        if (entry->wait == wait)
            entry->wait = NULL;
    }
    wait->conn = NULL;
}

void db_conn_reprepare_statements(struct db_conn *conn)
{
    if (conn->state < DB_CONN_READY)
        return;
    conn->generation++;
    conn->deallocate = true;
    forget_prepared_statements(conn);
}

/* --- reading --- */

static void undo_effects_of_entry(struct db_conn *conn, const struct db_entry *entry)
{
    if (entry->kind == ENTRY_DEALLOCATE)
        conn->deallocate = true;
    if (entry->kind == ENTRY_REPLAN)
        conn->replan_at /= DB_REPLAN_TIMES;
    if (entry->kind == ENTRY_PREPARE)
        find_or_add_prepared(conn, entry->statement)->sent = false;
}

/* Handles an error result. False if it means that the server closes the connection. */
static bool store_error_in_wait(struct db_conn *conn, struct db_entry *entry, PGresult *result)
{
    struct db_wait *wait = entry->wait;
    const bool gone = db_error_class(result) == DB_ERROR_GONE;

    undo_effects_of_entry(conn, entry);
    if (gone || wait == NULL || wait->state != DB_WAIT_SENT) {
        PQclear(result);
        return !gone;
    }
    wait->state = DB_WAIT_FAILED;
    wait->error = result;
    wait->error_statement = entry->statement;
    return true;
}

static bool store_result_in_wait(struct db_conn *conn, PGresult *result)
{
    struct db_entry *entry = &conn->ring[conn->head];
    struct db_wait *wait = entry->wait;

    switch (PQresultStatus(result)) {
    case PGRES_TUPLES_OK:
    case PGRES_COMMAND_OK:
        if (wait == NULL || entry->kind != ENTRY_CALL) {
            PQclear(result);
            return true;
        }
        wait->results[entry->call] = result;
        return true;
    case PGRES_PIPELINE_ABORTED:
        PQclear(result);
        undo_effects_of_entry(conn, entry);
        if (wait != NULL && wait->state == DB_WAIT_SENT)
            wait->state = DB_WAIT_ABORTED;
        return true;
    default:
        return store_error_in_wait(conn, entry, result);
    }
}

static void finish_oldest_entry(struct db_conn *conn)
{
    struct db_wait *wait = ring_pop_get_completed_wait(conn);

    if (wait == NULL)
        return;
    if (wait->state == DB_WAIT_SENT)
        wait->state = DB_WAIT_DONE;
    notify_wait_settled(conn, wait);
}

/* Reads one item from libpq: a result, the NULL that ends a command, or a Sync (without a NULL
 * after it). False: the ring expects another item, or the server closes the connection. */
static bool read_pipeline_item(struct db_conn *conn)
{
    PGresult *result = PQgetResult(conn->pg);

    if (result == NULL) {
        if (!conn->end_of_command)
            return false;
        finish_oldest_entry(conn);
        return true;
    }
    if (PQresultStatus(result) == PGRES_PIPELINE_SYNC) {
        const bool expected = conn->ring[conn->head].kind == ENTRY_SYNC;

        PQclear(result);
        if (expected)
            finish_oldest_entry(conn);
        return expected;
    }
    if (conn->end_of_command || conn->ring[conn->head].kind == ENTRY_SYNC) {
        PQclear(result);
        return false;
    }
    conn->end_of_command = true;
    return store_result_in_wait(conn, result);
}

static bool read_results(struct db_conn *conn)
{
    if (PQconsumeInput(conn->pg) != 1 || PQstatus(conn->pg) == CONNECTION_BAD)
        return false;
    conn->read_ns = loop_now_ns(conn->loop);
    if (conn->count == 0)
        return true;
    while (conn->count > 0 && PQisBusy(conn->pg) == 0)
        if (!read_pipeline_item(conn))
            return false;
    if (conn->count == 0 && conn->events->drained != NULL)
        conn->events->drained(conn);
    return true;
}

static void on_socket_ready(void *data, uint32_t events)
{
    struct db_conn *conn = data;

    if ((events & EPOLLOUT) != 0) {
        const int left = PQflush(conn->pg);

        if (left < 0) {
            db_conn_close(conn);
            return;
        }
        if (left == 0)
            loop_watch_change(conn->loop, &conn->watch, EPOLLIN);
    }
    if ((events & ~(uint32_t)EPOLLOUT) != 0 && !read_results(conn))
        db_conn_close(conn);
}

static void ignore_notice(void *data, const char *message)
{
    (void)data;
    (void)message;
}

bool db_conn_start_pipeline(struct db_conn *conn)
{
    struct fault fault;
    struct loop *loop = conn->loop;

    PQsetNoticeProcessor(conn->pg, ignore_notice, NULL);
    loop_timer_stop(loop, &conn->timer);
    loop_watch_remove(loop, &conn->watch);
    if (PQsetnonblocking(conn->pg, 1) != 0 || PQenterPipelineMode(conn->pg) != 1)
        return false;
    if (!loop_watch_add(loop, &conn->watch, PQsocket(conn->pg), EPOLLIN, on_socket_ready, conn,
                        &fault))
        return false;
    forget_prepared_statements(conn);
    conn->generation = 0;
    conn->deallocate = false;
    conn->sent = 0;
    conn->replan_at = DB_REPLAN_FIRST;
    conn->read_ns = loop_now_ns(loop);
    conn->state = DB_CONN_READY;
    return true;
}
