// SPDX-License-Identifier: MIT
/* One change: what every mutation of every service does around its own statements.
 *
 * api_change() opens a transaction; answers a replay from the stored reply (Idempotency-Key, scope:
 * client, fingerprint: method, path, query, actor, canonical body); runs `act`; then sends `act`'s
 * deferred writes, the events, the audit row and the stored reply together with COMMIT in one round
 * trip; only then the after-commit callbacks run and the reply goes out. With `?dry_run=true`
 * everything but the commit happens and the reply becomes 200 {"would": <body>}.
 * When `act` returns false, the transaction is rolled back and its fault is the answer. Only
 * answers of 2xx are stored, in the transaction itself.
 *
 * Round trips: one before `act` (BEGIN, lock, look-up, clock), `act`'s own, one for the rest.
 * The only parameter of a change's query is dry_run; api_change() reads it.
 */
#pragma once

#include "api/caller.h"
#include "db/transaction.h"
#include "http/reply.h"

struct api_changes; /* one for the process: its pool and its name */

struct api_changes_options {
    struct db_pool *pool;
    const char *service; /* the `source` of its events */
};
struct api_changes *api_changes_create(const struct api_changes_options *options,
                                       struct fault *fault);
void api_changes_destroy(struct api_changes *changes); /* takes NULL */

struct change {
    struct db *tx; /* for reads and writes whose result is needed */
    struct arena *arena;
    const struct http_request *req;
    const struct api_caller *caller;
    bool dry_run;
    int64_t now_us; /* the database's transaction time; one clock for all rules;
                       set before `act` runs */
};

/* Encodes the resource into res->body and sets res->status (and headers), as http_reply_resource()
 * does. In a dry run it encodes the result that a commit would have; for DELETE
 * `{"deleted":"<id>"}`. It runs again from scratch when the transaction is retried. */
typedef bool api_change_fn(struct change *change, void *arg, struct http_response *res,
                           struct fault *fault);

/* `act` decodes the body, with http_request_decode(), before anything else. The body was parsed for
 * the fingerprint already, so "this key came with another request" is reported before faults of the
 * body. */
enum http_status api_change(struct api_changes *changes, const struct http_request *req,
                            struct http_response *res, api_change_fn *act, void *arg);

/* True when the caller's If-Match allows a change of the resource at `version`; always for a task,
 * which has no If-Match. Else FAULT_PRECONDITION "version_mismatch". */
bool change_if_match(const struct change *change, int64_t version, struct fault *fault) MUST_CHECK;

/* Queues a statement that is sent with COMMIT; its rows are not read. Values are copied, but text
 * is not: it must live in the arena. A violated constraint becomes its fault as usual; the
 * constraint must not be DEFERRABLE. At most 8 statements; more are FAULT_INTERNAL at commit. */
void change_write(struct change *change, const struct db_statement *statement,
                  const struct db_value *values, size_t count);

/* Queues an event: a row of the outbox. `data` is JSON in the arena. `version` is the resource's
 * version after this change, and the sequence of the event. At most 8. */
void change_event(struct change *change, const char *type, const char *resource,
                  const struct uuid *id, int64_t version, struct slice data);

/* Queues an audit row, exactly one for each resource that is changed. Request id, client, key,
 * actor and route are added. At most 8. */
void change_audit(struct change *change, const char *action, const char *resource,
                  const struct uuid *id, int64_t version);

/* What an audit row calls the request: its id (absent in a task), and its method and route, as
 * "POST /v1/notes/:id/close" or "task note-api", in the arena. For a statement that writes
 * many audit rows by itself. */
bool change_asked(const struct change *change, struct slice *request_id, struct slice *route,
                  struct fault *fault) MUST_CHECK;

/* Sends the queued statements, events and audit rows now, inside the transaction, for tasks that
 * change many things at once. Afterwards the queue is empty, and the arena that held their text may
 * be reset; `change->arena` may be set to another one before and after. */
bool change_flush(struct change *change, struct fault *fault) MUST_CHECK;

/* Calls `run` in the fiber after the commit, for instance to drop a cache entry. Also after a
 * commit whose outcome is unknown; never after a dry run or a replay. */
void change_after(struct change *change, void (*run)(void *arg), void *arg);

/* A change of our own background work: without request and Idempotency-Key, with actor "system". */
typedef bool api_task_fn(struct change *change, void *arg, struct fault *fault);
bool api_task(struct api_changes *changes, const struct uuid *tenant_or_nil, struct arena *arena,
              api_task_fn *act, void *arg, struct fault *fault) MUST_CHECK;

/* Deletes stored answers older than 48 h, at most IDEMPOTENCY_SWEEP_MAX at once; `more` says
 * whether some are left. In a fiber. */
enum { IDEMPOTENCY_SWEEP_MAX = 500 };
bool api_changes_sweep(struct api_changes *changes, bool *more, struct fault *fault) MUST_CHECK;
