// SPDX-License-Identifier: MIT
/* SQL of messages as those see them who send them: accepted, looked at, cancelled, sent anew. What
 * the sender does with them is in sender_store.h. */
#pragma once

#include "db/query.h"

#include "outbox/outbox.h"

/* Queues the message, in a transaction. What waits in the same chat with the same supersede_key is
 * superseded. `placed` is false when a message with this dedupe_key is there already; then nothing
 * has changed. Sets expires_at, version, created_at and updated_at. After the commit the sender is
 * woken (sender_wake()). */
bool outbox_store_insert(struct db *tx, struct outbox_message *sending, bool *placed,
                         struct fault *fault) MUST_CHECK;

/* FAULT_NOT_FOUND "not_found". Text is borrowed from `rows`. A message whose time is over reads as
 * expired, one whose sender is gone as uncertain, before the row says so. */
bool outbox_store_find(struct db *db, const struct uuid *tenant_id, const struct uuid *id,
                       struct db_rows *rows, struct outbox_message *out,
                       struct fault *fault) MUST_CHECK;
/* The same; its chat and it are locked until the transaction ends. */
bool outbox_store_lock(struct db *tx, const struct uuid *tenant_id, const struct uuid *id,
                       struct db_rows *rows, struct outbox_message *out,
                       struct fault *fault) MUST_CHECK;

/* Does to a locked message what `actor` asks for; it gets its new status and version. A message
 * that goes again after its time is over expires. */
bool outbox_store_move(struct db *tx, struct outbox_message *sending, enum outbox_action action,
                       struct slice actor, struct fault *fault) MUST_CHECK;
