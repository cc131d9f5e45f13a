// SPDX-License-Identifier: MIT
#include "api/change.h"

#include "api/change_private.h"
#include "api/change_store_private.h"
#include "base/auto.h"
#include "db/batches.h"

enum { TASK_ARENA_MAX = 1024 * 1024 };

static void reset_response(struct change_state *state)
{
    struct http_response *res = state->res;

    if (res == NULL)
        return;
    buf_clear(&res->body);
    res->content_type = NULL;
    res->header_count = state->headers_before;
    res->close = state->close_before;
}

static bool replay_stored_reply(struct change_state *state, const struct db_rows *rows,
                                struct fault *fault)
{
    static const struct {
        const char *name;
        int column;
    } headers[] = {
        {"ETag",     2},
        {"Location", 3}
    };
    struct http_response *res = state->res;
    struct slice body = db_get_text(rows, 0, 4);

    if (!slice_is(db_get_text(rows, 0, 0), state->idempotency.fingerprint))
        return fault_set(fault, FAULT_INVALID, "key_reused",
                         "This Idempotency-Key came with another request before");
    for (size_t i = 0; i < ARRAY_LEN(headers); i++) {
        struct slice value = db_get_text(rows, 0, headers[i].column);

        if (value.at == NULL)
            continue;
        if (!arena_keep(state->change.arena, value, &value, fault))
            return false;
        http_reply_header(res, headers[i].name, value);
    }
    http_reply_header(res, "Idempotent-Replay", SLICE("true"));
    if (body.at != NULL && state->changes->again == NULL)
        buf_slice(&res->body, body);
    else if (body.at != NULL && !state->changes->again(&state->change, body, &res->body, fault))
        return false;
    if (!buf_ok(&res->body, fault))
        return false;
    res->content_type = body.at != NULL ? "application/json" : NULL;
    res->status = (enum http_status)db_get_int(rows, 0, 1);
    state->replayed = true;
    return true;
}

/* Makes the first round trip of a request with an Idempotency-Key: lock, time, stored reply. */
static bool lock_key_or_replay_reply(struct change_state *state, struct fault *fault)
{
    auto_rows struct db_rows lock = {0};
    auto_rows struct db_rows found = {0};
    const struct db_value lock_value = db_int(state->idempotency.lock);
    const struct db_value id_value = db_uuid(&state->idempotency.id);
    const struct db_call calls[] = {
        {&change_store_lock,   &lock_value, 1, &lock },
        {&change_store_lookup, &id_value,   1, &found},
    };

    if (!db_query_all(state->change.tx, calls, 2, fault))
        return false;
    if (found.count > 0)
        return replay_stored_reply(state, &found, fault);
    if (!db_get_bool(&lock, 0, 0)) {
        fault_set(fault, FAULT_CONFLICT, "key_in_progress",
                  "The first request with this Idempotency-Key is still running");
        fault->retry_after_s = 1;
        return false;
    }
    state->change.now_us = db_get_time(&lock, 0, 1);
    return true;
}

static bool read_database_time(struct change_state *state, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query(state->change.tx, &change_store_now, DB_NO_VALUES, &rows, fault))
        return false;
    state->change.now_us = db_get_time(&rows, 0, 0);
    return true;
}

static struct db_value header_as_db_value(const struct http_response *res, const char *name)
{
    for (size_t i = 0; i < res->header_count; i++)
        if (slice_is(slice_of(res->headers[i].name), name))
            return db_text(res->headers[i].value);
    return db_null();
}

static void queue_reply_for_storage(struct change_state *state)
{
    const struct http_response *res = state->res;
    const struct idempotency *idempotency = &state->idempotency;
    const struct slice body = state->stored.at != NULL ? state->stored : buf_as_slice(&res->body);

    change_queue_statement(
        state, &change_store_keep,
        DB_VALUES(db_uuid(&idempotency->id), db_uuid(&state->change.caller->client_id),
                  db_text(idempotency->key), db_str(idempotency->fingerprint),
                  db_int((int64_t)res->status), header_as_db_value(res, "ETag"),
                  header_as_db_value(res, "Location"), body.len > 0 ? db_text(body) : db_null()));
}

/* Ends a dry run: sends the queued writes, so that constraints are checked, and rolls back. */
static bool end_dry_run(struct change_state *state, struct fault *fault)
{
    size_t batch;

    for (size_t sent = 0; sent < state->call_count; sent += batch) {
        batch = state->call_count - sent;
        if (batch > DB_CALLS_MAX)
            batch = DB_CALLS_MAX;
        if (!db_query_all(state->change.tx, state->calls + sent, batch, fault))
            return false;
    }
    db_set_rollback_only(state->change.tx);
    return true;
}

static bool commit_change(struct change_state *state, struct fault *fault)
{
    const struct db_call *calls = state->calls;
    size_t early = 0;

    if (state->call_count > DB_CALLS_MAX)
        early = state->call_count - DB_CALLS_MAX;
    if (early > 0 && !db_query_all(state->change.tx, calls, early, fault))
        return false;
    return db_query_and_commit(state->change.tx, calls + early, state->call_count - early, fault);
}

static bool run_change(struct db *tx, void *arg, struct fault *fault)
{
    struct change_state *state = arg;

    reset_response(state);
    state->change.tx = tx;
    state->replayed = state->overflowed = state->arena_full = false;
    state->call_count = state->write_count = state->event_count = state->audit_count = 0;
    state->after_count = 0;
    state->stored = SLICE_NONE;
    if (!(state->idempotency.on ? lock_key_or_replay_reply(state, fault)
                                : read_database_time(state, fault)))
        return false;
    if (state->replayed)
        return true;
    if (state->res != NULL ? !state->act(&state->change, state->arg, state->res, fault)
                           : !state->task(&state->change, state->arg, fault))
        return false;
    if (state->res != NULL && !buf_ok(&state->res->body, fault))
        return false;
    if (state->idempotency.on && state->res->status >= 200 && state->res->status < 300)
        queue_reply_for_storage(state);
    if (!change_queue_check_limits(state, fault))
        return false;
    return state->change.dry_run ? end_dry_run(state, fault) : commit_change(state, fault);
}

static enum http_status reply_dry_run(struct change_state *state)
{
    const struct http_request *req = state->change.req;
    struct http_response *res = state->res;
    struct slice body;
    struct fault fault;

    if (!buf_keep(&res->body, req->arena, &body, &fault))
        return http_reply_fault(req, res, &fault);
    reset_response(state);
    buf_text(&res->body, "{\"would\":");
    buf_slice(&res->body, body.len > 0 ? body : SLICE("{}"));
    buf_char(&res->body, '}');
    return http_reply_json(res, HTTP_OK);
}

static enum http_status reply_fault(struct change_state *state, const struct fault *fault)
{
    reset_response(state);
    return http_reply_fault(state->change.req, state->res, fault);
}

/* Runs the transaction and then the after-commit callbacks, also if the outcome of the commit is
 * unknown: dropping a cache entry in vain costs one look-up. */
static bool run_transaction_and_callbacks(struct change_state *state, struct fault *fault)
{
    const bool done = db_transaction(state->changes->pool, run_change, state, fault);
    const bool happened =
        done ? !state->change.dry_run : slice_is(slice_of(fault->code), "outcome_unknown");

    for (size_t i = 0; happened && i < state->after_count; i++)
        state->afters[i].run(state->afters[i].arg);
    return done;
}

enum http_status api_change(struct api_changes *changes, const struct http_request *req,
                            struct http_response *res, api_change_fn *act, void *arg)
{
    struct change_state *state = arena_alloc(req->arena, sizeof *state);
    struct fault fault;

    if (state == NULL) {
        arena_fault(&fault);
        return http_reply_fault(req, res, &fault);
    }
    state->change = (struct change){.arena = req->arena, .req = req, .caller = api_caller(req)};
    state->changes = changes;
    state->res = res;
    state->headers_before = res->header_count;
    state->close_before = res->close;
    state->act = act;
    state->arg = arg;
    if (!change_request_read(state, &fault) || !run_transaction_and_callbacks(state, &fault))
        return reply_fault(state, &fault);
    return state->change.dry_run && !state->replayed ? reply_dry_run(state) : res->status;
}

bool api_task(struct api_changes *changes, const struct uuid *tenant_or_nil, api_task_fn *act,
              void *arg, struct fault *fault)
{
    AUTO(arena_finish) struct arena arena = ARENA(TASK_ARENA_MAX);
    struct change_state *state = arena_alloc(&arena, sizeof *state);
    struct api_caller *caller = arena_alloc(&arena, sizeof *caller);

    if (state == NULL || caller == NULL)
        return arena_fault(fault);
    *caller = (struct api_caller){
        .tenant_id = *tenant_or_nil, .actor = ACTOR_SYSTEM, .actor_text = SLICE("system")};
    state->change = (struct change){.arena = &arena, .caller = caller};
    state->changes = changes;
    state->task = act;
    state->arg = arg;
    return run_transaction_and_callbacks(state, fault);
}

bool change_if_match(const struct change *change, int64_t version, struct fault *fault)
{
    return change->req == NULL || http_request_if_match(change->req, version, fault);
}

bool api_changes_delete_old_replies(struct api_changes *changes, struct fault *fault)
{
    return db_batches_run(changes->pool, &change_store_delete_old, IDEMPOTENCY_SWEEP_MAX, fault);
}
