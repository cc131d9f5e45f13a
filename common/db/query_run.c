// SPDX-License-Identifier: MIT
#include <assert.h>

#include "base/auto.h"
#include "base/now.h"
#include "base/parse.h"
#include "db/error_private.h"
#include "db/pool_private.h"
#include "db/query.h"

/* The time at which a fiber gives up. PostgreSQL cancels a statement after statement_timeout, so by
 * then even its error should have come. */
static int64_t silence_deadline_ns(const struct db_pool *pool, const struct db_wait *wait)
{
    const struct db_conn *conn = wait->conn;
    const int64_t heard = conn->read_ns > wait->since_ns ? conn->read_ns : wait->since_ns;

    return heard + db_pool_get_statement_timeout_ns(pool, conn->role) +
           DB_SILENT_SLACK_MS * NS_PER_MS;
}

static int64_t wait_deadline_ns(const struct db_pool *pool, const struct db_wait *wait)
{
    if (wait->state == DB_WAIT_SENT)
        return silence_deadline_ns(pool, wait);
    return wait->since_ns + db_pool_get_down_wait_ns(pool, pool->shared_down_ns);
}

static bool is_settled(const struct db_wait *wait)
{
    return wait->state > DB_WAIT_SENT;
}

/* Called when the fiber timed out or was woken. True: it must continue to wait. False with a fault:
 * it has detached `wait`. */
static bool keep_waiting_or_detach(struct db_pool *pool, struct db_wait *wait, struct fault *fault)
{
    const int64_t looked = loop_polled_ns(pool->loop);

    if (fault->kind != FAULT_TIMEOUT || looked >= fiber_deadline_ns(wait->fiber)) {
        db_shared_detach_wait(pool, wait);
        return false;
    }
    if (looked < wait_deadline_ns(pool, wait))
        return true;
    const bool queued = wait->state == DB_WAIT_QUEUED;

    db_shared_detach_wait(pool, wait);
    return queued && db_pool_count_up_connections(pool, DB_SHARED) > 0
               ? db_error_set_overloaded(fault)
               : db_error_set_unavailable(fault);
}

bool db_wait_await(struct db_pool *pool, struct db_wait *wait, struct fault *fault)
{
    while (!is_settled(wait)) {
        struct fault why;

        if (fiber_park(wait_deadline_ns(pool, wait), &why) || is_settled(wait))
            continue;
        if (!keep_waiting_or_detach(pool, wait, &why)) {
            *fault = why;
            return false;
        }
    }
    return true;
}

static bool run_calls_on_shared(struct db_pool *pool, const struct db_call *calls, size_t count,
                                struct fault *fault)
{
    struct db_wait wait AUTO(db_wait_finish);

    db_wait_init(&wait, calls, count);
    if (!db_shared_run(pool, &wait, fault))
        return false;
    if (wait.state == DB_WAIT_FAILED)
        return db_error_set_fault(wait.error, wait.error_statement, fault);
    if (wait.state != DB_WAIT_DONE)
        return db_error_set_unavailable(fault);
    db_wait_move_rows_to_calls(&wait);
    return true;
}

bool db_query_all(struct db *db, const struct db_call *calls, size_t count, struct fault *fault)
{
    assert(count > 0 && count <= DB_CALLS_MAX);
    for (size_t i = 0; i < count; i++)
        if (!db_params_check(calls[i].values, calls[i].count, fault))
            return false;
    return db->conn != NULL ? db_tx_run_calls(db, calls, count, fault)
                            : run_calls_on_shared(db->pool, calls, count, fault);
}

bool db_query(struct db *db, const struct db_statement *statement, const struct db_value *values,
              size_t count, struct db_rows *rows, struct fault *fault)
{
    const struct db_call call = {statement, values, count, rows};

    return db_query_all(db, &call, 1, fault);
}

bool db_query_one(struct db *db, const struct db_statement *statement,
                  const struct db_value *values, size_t count, bool *is_one_row,
                  struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query(db, statement, values, count, &rows, fault))
        return false;
    *is_one_row = rows.count == 1 || rows.affected == 1;
    return true;
}

bool db_query_row(struct db *db, const struct db_statement *statement,
                  const struct db_value *values, size_t count, struct db_rows *rows,
                  struct fault *fault)
{
    if (!db_query(db, statement, values, count, rows, fault))
        return false;
    if (rows->count > 0)
        return true;
    if (statement->no_row.code == NULL)
        return fault_set(fault, FAULT_INTERNAL, "no_row", "A statement returned no row.");
    return fault_set(fault, statement->no_row.kind, statement->no_row.code, "%s",
                     statement->no_row.detail);
}

bool db_find_row(struct db *db, const struct db_statement *statement, const struct db_value *values,
                 size_t count, struct arena *arena, void *out, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query_row(db, statement, values, count, &rows, fault))
        return false;
    db_row_read(&rows, 0, 0, statement->shape->columns, statement->shape->count, out);
    return db_rows_keep(&rows, arena, fault);
}

bool db_write_row(struct db *tx, const struct db_statement *statement,
                  const struct db_value *values, size_t count, void *out, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query_row(tx, statement, values, count, &rows, fault))
        return false;
    db_row_read_returned(&rows, 0, statement->shape, out);
    return true;
}

bool db_query_number(struct db *db, const struct db_statement *statement,
                     const struct db_value *values, size_t count, int64_t *number,
                     struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query(db, statement, values, count, &rows, fault))
        return false;
    const struct slice text = rows.count > 0 ? db_get_text(&rows, 0, 0) : SLICE("0");
    *number = slice_is(text, "t") ? 1 : slice_is(text, "f") ? 0 : INT64_MIN;
    (void)!parse_i64(text, INT64_MIN, INT64_MAX, number);
    return true;
}
