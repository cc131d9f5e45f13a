// SPDX-License-Identifier: MIT
/* SQL of messages for callers: queue, find, cancel, send again. The sender's SQL is in
 * sender_store.h. */
#pragma once

#include "db/query.h"

#include "outbox/outbox.h"

/* Queues the message, in a transaction. Queued messages of the chat with the same supersede_key
 * become superseded. `inserted` is false if a message with this dedupe_key exists; then nothing has
 * changed. Sets expires_at, version, created_at and updated_at. Call sender_wake() after the
 * commit. */
bool outbox_store_insert(struct db *tx, struct outbox_message *message, bool *inserted,
                         struct fault *fault) MUST_CHECK;

/* FAULT_NOT_FOUND "not_found". Text is borrowed from `rows`. The status is current even if cleanup
 * has not stored it yet: expired after expires_at, uncertain after the lease. */
bool outbox_store_find(struct db *db, const struct uuid *tenant_id, const struct uuid *id,
                       struct db_rows *rows, struct outbox_message *out,
                       struct fault *fault) MUST_CHECK;
/* The same, and locks the chat and the message. */
bool outbox_store_lock(struct db *tx, const struct uuid *tenant_id, const struct uuid *id,
                       struct db_rows *rows, struct outbox_message *out,
                       struct fault *fault) MUST_CHECK;

/* Applies an action of `actor` to a locked message; sets its status and version. A message sent
 * again after expires_at expires. */
bool outbox_store_apply(struct db *tx, struct outbox_message *message, enum outbox_action action,
                        struct slice actor, struct fault *fault) MUST_CHECK;
