// SPDX-License-Identifier: MIT
/* One change: the frame of every mutation in every service.
 *
 * api_change()
 *   1. opens a transaction;
 *   2. with an Idempotency-Key repeated within 48 h, returns the stored reply and stops (`again` of
 *      struct api_changes rereads parts that are visible for a limited time);
 *   3. calls `act`;
 *   4. sends the statements that `act` has queued (writes, events, audit rows), the reply to store
 *      and COMMIT, all in one round trip;
 *   5. waits until the commit is on the disk;
 *   6. runs the after-commit callbacks and sends the reply.
 * If `act` returns false, the transaction is rolled back and the fault is the reply. Only replies
 * with a 2xx are stored: if `act` returns true with another status, the transaction is committed,
 * and a repeated request calls `act` again.
 *
 * Round trips: one before `act` (BEGIN, lock, look-up, clock), those of `act` itself, and one for
 * the queue and COMMIT, or two if more than DB_CALLS_MAX statements are queued (at most 25: 8
 * writes, 8 events, 8 audit rows, the stored reply).
 *
 * Idempotency-Key is used for POST only, and ignored on a route with HTTP_ROUTE_READS. A key
 * belongs to its client (api/idempotency.h). While the first request with a key runs, other
 * requests with this key fail with FAULT_CONFLICT "key_in_progress". Later, a different request
 * with this key fails with FAULT_INVALID "key_reused".
 *
 * `?dry_run=true`, the only query parameter of a change, runs all checks and then rolls back: the
 * queued writes are sent, so that constraints are checked. Events and audit rows are not queued,
 * the Idempotency-Key is ignored, the callbacks do not run. The reply becomes 200 {"would": <body>}
 * without the headers that `act` has set, such as ETag and Location. */
#pragma once

#include "api/caller.h"
#include "db/transaction.h"
#include "http/reply.h"

struct change;

/* For a repeated request: writes the stored body into `out`. Parts that are visible for a limited
 * time are replaced by what the caller may see now. Called in the transaction of the repeated
 * request. */
typedef bool api_again_fn(struct change *change, struct slice stored, struct buf *out,
                          struct fault *fault);

/* Settings of all changes of a process. */
struct api_changes {
    struct db_pool *pool;
    const char *source;  /* member `source` of the events: the service's name */
    api_again_fn *again; /* NULL: stored bodies are returned unchanged */
};

struct change {
    struct db *tx; /* for reads, and for writes whose result is needed */
    struct arena *arena;
    const struct http_request *req; /* NULL in a task */
    const struct api_caller *caller;
    bool dry_run;
    /* The database's transaction time, the clock of all rules; set before `act` runs. */
    int64_t now_us;
};

/* The function `act` of a change. Encodes the resource into res->body and sets res->status (and
 * headers), as http_reply_resource() does. In a dry run it encodes the result that a commit would
 * have; for DELETE `{"deleted":"<id>"}`. Called again with an empty queue if the transaction is
 * retried, so it must have no effects outside of the database. */
typedef bool api_change_fn(struct change *change, void *arg, struct http_response *res,
                           struct fault *fault);

/* Runs `act` in the steps at the top of this file. `act` decodes the body with
 * http_request_decode(): in a POST before anything else; in a PATCH over the present row, so after
 * locking the row and checking the caller's rights and If-Match. api_change() has already parsed
 * the JSON for the Idempotency-Key's fingerprint, so "key_reused" is reported before faults of
 * fields. */
enum http_status api_change(struct api_changes *changes, const struct http_request *req,
                            struct http_response *res, api_change_fn *act, void *arg);

/* Reads `?dry_run=true`. For handlers that call another service before their change, or do not use
 * api_change(). If the query has no dry_run, `dry_run` is unchanged. */
bool change_read_dry_run(const struct http_request *req, bool *dry_run,
                         struct fault *fault) MUST_CHECK;

/* Whether the request's If-Match allows a change of the resource at `version`, or if this is a
 * task, which has no If-Match. Otherwise FAULT_PRECONDITION "version_mismatch". */
bool change_if_match(const struct change *change, int64_t version, struct fault *fault) MUST_CHECK;

/* Queues a statement that is sent with COMMIT; its rows are not read. Values are copied, but text
 * is borrowed and must live in the arena. The statement's `constraints` map violations to faults.
 * A constraint must not be INITIALLY DEFERRED: it would fail at COMMIT, which has no `constraints`,
 * so the fault would be "database_error", and a dry run would not detect it.
 *
 * At most 8 statements, 8 events and 8 audit rows. If there are more, the change fails at commit
 * with FAULT_INTERNAL "change_too_large"; if the arena is full, with FAULT_UNAVAILABLE
 * "out_of_memory". */
void change_write(struct change *change, const struct db_statement *statement,
                  const struct db_value *values, size_t count);

/* Stores `body` for the Idempotency-Key instead of the reply, which has a secret that must not be
 * stored. `again` of struct api_changes adds it to a repeated reply. `body` must live in the arena.
 */
void change_store_reply(struct change *change, struct slice body);

/* Queues an event: a row of the outbox. `data` is JSON in the arena. `version` is the resource's
 * version after this change, and the sequence of the event. */
void change_event(struct change *change, const char *type, const char *resource,
                  const struct uuid *id, int64_t version, struct slice data);

/* Queues an audit row; exactly one for each changed resource. Request id, client, key, actor and
 * route are added. */
void change_audit(struct change *change, const char *action, const char *resource,
                  const struct uuid *id, int64_t version);

/* Queues an event whose data is `resource`, encoded by `table` (at most 2 kB), and an audit row. */
bool change_record(struct change *change, const char *event, const char *action, const char *noun,
                   const struct uuid *id, int64_t version, const struct fields *table,
                   const void *resource, struct fault *fault) MUST_CHECK;

/* The first parameters of statements that write audit rows themselves; change_get_trace() sets
 * their values. The route is "POST /v1/notes/:id/close", or "task note-api", in the arena; a task
 * has no request_id. */
#define CHANGE_TRACE_PARAMETERS "client uuid, key uuid, actor text, request_id text, route text"
enum { CHANGE_TRACES = 5, CHANGE_TRACED_MAX = 8 /* further values of change_query_traced() */ };
bool change_get_trace(const struct change *change, struct db_value values[CHANGE_TRACES],
                      struct fault *fault) MUST_CHECK;
/* Runs a statement whose parameters are CHANGE_TRACE_PARAMETERS and then `values`.
 * `number_or_null`, unless it is NULL, becomes the number of db_query_number(). */
bool change_query_traced(struct change *change, const struct db_statement *statement,
                         const struct db_value *values, size_t count, int64_t *number_or_null,
                         struct fault *fault) MUST_CHECK;

/* The key of the advisory lock by which requests about one person's `noun` exclude each other. The
 * person is the Telegram account or, if `telegram_id` is FIELD_ABSENT, the phone. FIELD_ABSENT:
 * both are absent. */
int64_t change_person_lock_key(const struct change *change, const char *noun, int64_t telegram_id,
                               struct slice phone);

enum { CHANGE_LOCK_VALUES = 4 };
/* Values for a statement that locks what the caller may see: the id, the tenant, the number of an
 * actor of `number_kind`, the id of an actor of `id_kind`. They are NULL for other actors. */
void change_set_lock_values(const struct change *change, const struct uuid *id,
                            unsigned number_kind, unsigned id_kind,
                            struct db_value out[CHANGE_LOCK_VALUES]);

/* Calls run(arg) in the fiber after the commit, for instance to drop a cache entry; also if the
 * outcome of the commit is unknown, but not after a dry run or a replayed reply. `arg` must live
 * until the call. At most 8 callbacks; with more the change fails with "change_too_large". */
void change_after_commit(struct change *change, void (*run)(void *arg), void *arg);

typedef bool api_task_fn(struct change *change, void *arg, struct fault *fault);
/* Runs `act` as a change by background work: without request and Idempotency-Key, with actor
 * "system". `tenant_or_nil` is the tenant of its events and audit rows. Its arena of at most 1 MiB
 * is freed at the end, so members and bad fields of the fault must not be read. */
bool api_task(struct api_changes *changes, const struct uuid *tenant_or_nil, api_task_fn *act,
              void *arg, struct fault *fault) MUST_CHECK;

enum { IDEMPOTENCY_SWEEP_MAX = 500 };
/* Must run in a fiber. Deletes stored replies older than 48 h, IDEMPOTENCY_SWEEP_MAX in each
 * transaction. */
bool api_changes_delete_old_replies(struct api_changes *changes, struct fault *fault) MUST_CHECK;
