// SPDX-License-Identifier: MIT
/* A webhook: a receiver of a tenant's events, for example a workflow of n8n. The feeder reads the
 * outbox, enqueues the events of the wanted types for api/deliver, and moves the webhook's
 * position.
 *
 * webhook_store.c    the SQL
 * webhook_feeder.c   the background task
 * webhook_json.c     JSON, and the stored answer of POST, which lacks the secret */
#pragma once

#include "api/change.h"
#include "api/deliver.h"
#include "api/events.h"
#include "db/query.h"

enum {
    WEBHOOKS_PER_TENANT = 32,
    WEBHOOK_WAITING_MAX = 1000, /* deliveries of a webhook; later events wait in the outbox */
    WEBHOOK_AFTER_MAX = 200,    /* bytes of `after` of a replay */
    /* A webhook that has failed for so long is disabled; its deliveries are retried as long. */
    WEBHOOK_FAILING_MAX_S = 3 * 24 * 3600
};

enum { WEBHOOK_NOT_REVIVED = -1 };
enum webhook_status { WEBHOOK_ACTIVE, WEBHOOK_FAILING, WEBHOOK_DISABLED };
extern const char *const webhook_status_names[];

struct webhook {
    struct uuid id;
    struct uuid tenant_id;
    struct slice url;
    struct field_texts types;
    struct slice secret; /* only in POST and its answer */
    int status;          /* enum webhook_status */
    int revive;          /* PATCH: index of the status that it has, or WEBHOOK_NOT_REVIVED */
    int64_t failing_since;
    struct slice last_error;
    int64_t version;
    int64_t created_at;
    int64_t updated_at;
};

/* --- SQL (webhook_store.c). Text is in the arena --- */

/* Statement for list_reply(): the webhooks of a tenant, newest first. Value: tenant. */
extern const struct db_statement webhook_list_statement;

/* FAULT_NOT_FOUND "not_found". */
bool webhook_store_find(struct db *db, const struct uuid *tenant_id, const struct uuid *id,
                        struct arena *arena, struct webhook *out, struct fault *fault) MUST_CHECK;
/* Also locks it. */
bool webhook_store_lock(struct db *tx, const struct uuid *tenant_id, const struct uuid *id,
                        struct arena *arena, struct webhook *out, struct fault *fault) MUST_CHECK;
/* Adds a webhook for the events after `from`. Call deliver_store_add_receiver() first, with the
 * same id. `types` is JSON. FAULT_CONFLICT "too_many_webhooks", or "changed_meanwhile" if another
 * webhook was added at the same time. */
bool webhook_store_insert(struct db *tx, const struct webhook *webhook, struct slice types,
                          const struct event_position *from, struct fault *fault) MUST_CHECK;
/* Writes the types of a locked webhook. If `from` is not NULL, it continues there. */
bool webhook_store_update(struct db *tx, const struct uuid *id, struct slice types,
                          const struct event_position *from_or_null,
                          struct fault *fault) MUST_CHECK;
/* Gives the webhook its next version, which is set in `webhook`. */
bool webhook_store_touch(struct db *tx, struct webhook *webhook, struct fault *fault) MUST_CHECK;
/* Moves the position of a locked webhook back to `after`, unless it is before that already. */
bool webhook_store_rewind(struct db *tx, const struct uuid *id, const struct event_position *after,
                          struct fault *fault) MUST_CHECK;
bool webhook_store_delete(struct db *tx, const struct uuid *id, struct fault *fault) MUST_CHECK;
/* Whether the event of a test waits for the webhook. */
bool webhook_store_has_test(struct db *tx, const struct uuid *id, bool *has,
                            struct fault *fault) MUST_CHECK;

/* Whether a webhook has events to enqueue, or its end must be announced. */
bool webhook_store_has_due(struct db *db, bool *has_due, struct fault *fault) MUST_CHECK;
/* Enqueues a page of events for each of some webhooks. `enqueued` is the number of deliveries,
 * `moved` that of webhooks whose position has moved. In a transaction. */
bool webhook_store_enqueue(struct db *tx, int64_t *enqueued, int64_t *moved,
                           struct fault *fault) MUST_CHECK;
/* Finds a webhook that was disabled without an event. */
bool webhook_store_find_disabled(struct db *db, struct arena *arena, struct webhook *out,
                                 bool *found, struct fault *fault) MUST_CHECK;
/* Marks it as announced, with a new version; `marked` is false if it is not disabled any more or
 * was marked meanwhile. */
bool webhook_store_mark_announced(struct db *tx, const struct uuid *id, int64_t *version,
                                  bool *marked, struct fault *fault) MUST_CHECK;
