// SPDX-License-Identifier: MIT
/* One change, whole: what every mutation of every service does around its own statements.
 *
 * api_change() opens a transaction; answers a replay from the stored reply (Idempotency-Key, scope:
 * client, fingerprint: method, path, query, actor, canonical body); runs `act`; then sends `act`'s
 * deferred writes, the events, the audit row and the stored reply together with COMMIT in one round
 * trip; only then the after-commit callbacks run and the reply goes out. With `?dry_run=true`
 * everything but the commit happens and the reply becomes 200 {"would": <body>}.
 * A false of `act` rolls back and becomes the problem; nothing but committed 2xx is stored.
 *
 * Round trips: one before `act` (BEGIN, lock, look-up, clock), `act`'s own, one for the rest.
 * The query of a change knows dry_run and nothing else; api_change() reads it.
 */
#pragma once

#include "api/caller.h"
#include "db/transaction.h"
#include "http/reply.h"

struct api_changes; /* what it needs of the process */

struct api_changes_options {
    struct db_pool *pool;
    const char *service; /* names the events' source */
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
 * does. A dry run encodes what would be; for DELETE `{"deleted":"<id>"}`. Runs again from scratch
 * when the transaction is retried. */
typedef bool api_change_fn(struct change *change, void *arg, struct http_response *res,
                           struct fault *fault);

/* In `act` the body is decoded first (http_request_decode: parsed already for the fingerprint), so
 * that a key used for something else is told before the body's faults. */
enum http_status api_change(struct api_changes *changes, const struct http_request *req,
                            struct http_response *res, api_change_fn *act, void *arg);

/* Whether the caller's If-Match allows a change of the resource at `version`; a task has none. Else
 * FAULT_PRECONDITION "version_mismatch". */
bool change_if_match(const struct change *change, int64_t version, struct fault *fault) MUST_CHECK;

/* A statement whose rows nobody needs, sent with COMMIT. Values are copied (text is not: it lives
 * in the arena). Its constraints still become faults (none may be DEFERRABLE). At most 8 (further
 * ones: FAULT_INTERNAL at commit). */
void change_write(struct change *change, const struct db_statement *statement,
                  const struct db_value *values, size_t count);

/* What others must hear: a row of the outbox. `data` is JSON in the arena; `version` is the
 * resource's after this change and the event's sequence. At most 8. */
void change_event(struct change *change, const char *type, const char *resource,
                  const struct uuid *id, int64_t version, struct slice data);

/* Who changed what: exactly one per mutation of a resource; request id, client, key, actor and
 * route are added. At most 8. */
void change_audit(struct change *change, const char *action, const char *resource,
                  const struct uuid *id, int64_t version);

/* Sends what was left behind so far, inside the transaction, and makes room for as much again: for
 * tasks that change many things at once. What the arena held for it may be forgotten after that;
 * `change->arena` may be set to another one in between. */
bool change_flush(struct change *change, struct fault *fault) MUST_CHECK;

/* Runs after the commit, also after one whose outcome is unknown (never for dry runs and replays),
 * in the fiber: drop a cache entry. */
void change_after(struct change *change, void (*run)(void *arg), void *arg);

/* The same writes for our own background work: no request, no key; actor "system". */
typedef bool api_task_fn(struct change *change, void *arg, struct fault *fault);
bool api_task(struct api_changes *changes, const struct uuid *tenant_or_nil, struct arena *arena,
              api_task_fn *act, void *arg, struct fault *fault) MUST_CHECK;

/* Deletes stored answers older than 48 h, at most IDEMPOTENCY_SWEEP_MAX at once; `more` says
 * whether some are left. In a fiber. */
enum { IDEMPOTENCY_SWEEP_MAX = 500 };
bool api_changes_sweep(struct api_changes *changes, bool *more, struct fault *fault) MUST_CHECK;
