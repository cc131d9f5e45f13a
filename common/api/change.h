// SPDX-License-Identifier: MIT
/* One change: what every mutation of every service does around its own statements.
 *
 * api_change()
 *   1. opens a transaction;
 *   2. with an Idempotency-Key that came before, answers from the stored reply, and is done (what
 *      its reader may see only for a time is read anew: `again` of struct api_changes);
 *   3. runs `act`;
 *   4. sends what `act` has queued (writes, events, audit rows) and the reply to be stored together
 *      with COMMIT;
 *   5. waits until the commit is on the disk;
 *   6. runs the after-commit callbacks and gives the reply.
 * When `act` returns false, the transaction is rolled back and its fault is the reply. Only replies
 * of 2xx are stored: true with another status commits, and a repeat acts again.
 *
 * Round trips: one before `act` (BEGIN, lock, look-up, clock), `act`'s own, one for the queue and
 * COMMIT; two when more than DB_CALLS_MAX statements are queued (at most 25: 8 writes, 8 events, 8
 * audit rows, the stored reply).
 *
 * Idempotency-Key counts for POST only, and not on a route with HTTP_ROUTE_READS; elsewhere it is
 * ignored. A key belongs to its client (repeat.h). While the first request with a key runs, any
 * other with it is refused: FAULT_CONFLICT "key_in_progress"; afterwards one that is not the same:
 * FAULT_INVALID "key_reused".
 *
 * `?dry_run=true`, the only parameter of a change's query, does all that can be refused and then
 * rolls back: the queued writes are sent, so that constraints are checked. Events and audit rows
 * are not queued, the Idempotency-Key is ignored, the callbacks do not run. The reply becomes 200
 * {"would": <body>} without the headers that `act` has set, such as ETag and Location.
 */
#pragma once

#include "api/caller.h"
#include "db/transaction.h"
#include "http/reply.h"

struct change;

/* Writes a stored body as its reader may see it now; other parts of it stay as they were said
 * first. In the transaction of the repeated request, whose caller is the first one's. */
typedef bool api_again_fn(struct change *change, struct slice stored, struct buf *out,
                          struct fault *fault);

/* One for the process. */
struct api_changes {
    struct db_pool *pool;
    const char *source;  /* of its events: the service's name */
    api_again_fn *again; /* NULL: every body is sent again as it is stored */
};
/* api_replays_total */
void api_changes_metrics_register(void);

struct change {
    struct db *tx; /* for reads and writes whose result is needed */
    struct arena *arena;
    const struct http_request *req; /* NULL in a task */
    const struct api_caller *caller;
    bool dry_run;
    int64_t now_us; /* the database's transaction time; one clock for all rules;
                       set before `act` runs */
};

/* Encodes the resource into res->body and sets res->status (and headers), as http_reply_resource()
 * does. In a dry run it encodes the result that a commit would have; for DELETE
 * `{"deleted":"<id>"}`. When the transaction is tried again, `act` runs again from the start, with
 * an empty queue: what it did outside of the database would be done twice. */
typedef bool api_change_fn(struct change *change, void *arg, struct http_response *res,
                           struct fault *fault);

/* `act` decodes the body with http_request_decode(): that of a POST first of all; that of a PATCH
 * over the row as it is, so after the row is locked and the caller's rights and If-Match are
 * checked. api_change() has parsed the JSON before, for the key's fingerprint, so "key_reused" is
 * reported before faults of the fields. */
enum http_status api_change(struct api_changes *changes, const struct http_request *req,
                            struct http_response *res, api_change_fn *act, void *arg);

/* True when the caller's If-Match allows a change of the resource at `version`; always for a task,
 * which has no If-Match. Else FAULT_PRECONDITION "version_mismatch". */
bool change_if_match(const struct change *change, int64_t version, struct fault *fault) MUST_CHECK;

/* Queues a statement that is sent with COMMIT; its rows are not read. Values are copied, but text
 * is not: it must live in the arena. A violated constraint becomes its fault as usual. The
 * constraint must not be INITIALLY DEFERRED: it would fail at COMMIT, which has no table of
 * constraints, so the fault would be "database_error", and in a dry run none.
 *
 * At most 8 statements, 8 events and 8 audit rows. One more fails the change at change_flush() or
 * at commit: FAULT_INTERNAL "change_too_large". So does an arena that is full: FAULT_UNAVAILABLE
 * "out_of_memory". */
void change_write(struct change *change, const struct db_statement *statement,
                  const struct db_value *values, size_t count);

/* Queues an event: a row of the outbox. `data` is JSON in the arena. `version` is the resource's
 * version after this change, and the sequence of the event. */
void change_event(struct change *change, const char *type, const char *resource,
                  const struct uuid *id, int64_t version, struct slice data);

/* Queues an audit row, exactly one for each resource that is changed. Request id, client, key,
 * actor and route are added. */
void change_audit(struct change *change, const char *action, const char *resource,
                  const struct uuid *id, int64_t version);

/* What an audit row calls the request: its id (absent in a task), and its method and route, as
 * "POST /v1/notes/:id/close" or "task note-api", in the arena. For a statement that writes
 * many audit rows by itself. */
bool change_request_info(const struct change *change, struct slice *request_id, struct slice *route,
                         struct fault *fault) MUST_CHECK;

/* Sends the queued statements, events and audit rows now, inside the transaction, for tasks that
 * change many things at once. Afterwards the queue is empty, and the arena that held their text may
 * be reset; `change->arena` may be set to another one before and after. The callbacks stay: an
 * `arg` of change_after() must not be in an arena that is reset. */
bool change_flush(struct change *change, struct fault *fault) MUST_CHECK;

/* Calls `run` in the fiber after the commit, for instance to drop a cache entry. Also after a
 * commit whose outcome is unknown; never after a dry run or a replay. `arg` must live until then.
 * At most 8 callbacks; one more fails the change as one more write does. */
void change_after(struct change *change, void (*run)(void *arg), void *arg);

/* A change of our own background work: without request and Idempotency-Key, with actor "system".
 * `tenant_or_nil` is the tenant of its events and audit rows. */
typedef bool api_task_fn(struct change *change, void *arg, struct fault *fault);
bool api_task(struct api_changes *changes, const struct uuid *tenant_or_nil, struct arena *arena,
              api_task_fn *act, void *arg, struct fault *fault) MUST_CHECK;

/* Deletes stored answers older than 48 h, at most IDEMPOTENCY_SWEEP_MAX at once; `more` says
 * whether some are left. In a fiber. */
enum { IDEMPOTENCY_SWEEP_MAX = 500 };
bool api_changes_sweep(struct api_changes *changes, bool *more, struct fault *fault) MUST_CHECK;
