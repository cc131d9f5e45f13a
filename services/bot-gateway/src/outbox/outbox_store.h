// SPDX-License-Identifier: MIT
/* SQL of messages for callers of the API: queue, find, cancel, send again. The sender's SQL is in
 * sender_store.h. */
#pragma once

#include "api/list.h"
#include "db/query.h"

#include "outbox/outbox.h"

/* Queues the message; call it in a transaction. Queued messages of the chat with the same
 * supersede_key become superseded. If the bot has a message with this dedupe_key, nothing changes
 * and `inserted` is false. Sets expires_at, version, created_at and updated_at. Call sender_wake()
 * after the commit. */
bool outbox_store_insert(struct db *tx, struct outbox_message *message, bool *inserted,
                         struct fault *fault) MUST_CHECK;

/* Finds a message of the tenant. FAULT_NOT_FOUND "not_found". Text is borrowed from `rows`. The
 * status is current even if cleanup has not stored it yet: expired after expires_at, uncertain
 * after the lease. */
bool outbox_store_find(struct db *db, const struct uuid *tenant_id, const struct uuid *id,
                       struct db_rows *rows, struct outbox_message *out,
                       struct fault *fault) MUST_CHECK;
/* Like outbox_store_find(), and locks the chat and the message until the end of the transaction. If
 * the group becomes a supergroup meanwhile, the transaction is retried. */
bool outbox_store_lock(struct db *tx, const struct uuid *tenant_id, const struct uuid *id,
                       struct db_rows *rows, struct outbox_message *out,
                       struct fault *fault) MUST_CHECK;

/* Applies a caller's action, which leads to the status `to`, to a message that outbox_store_lock()
 * has locked; sets its status, `moved`, version and updated_at, and clears its error. `actor` is
 * stored. A message to be sent again becomes superseded if another one with its supersede_key is
 * queued; after expires_at it expires. */
bool outbox_store_apply_action(struct db *tx, struct outbox_message *message, int action, int to,
                               struct slice actor, struct fault *fault) MUST_CHECK;

/* A filter of the list of messages. */
struct outbox_filter {
    struct slice bot; /* its name; absent: any */
    int statuses;     /* bit set of enum outbox_status; 0: all */
    int64_t since;    /* created at this time or later; FIELD_ABSENT: no limit */
};
/* Reads a page of the tenant's messages, newest first, plus one row if more follow. Answers to taps
 * are left out. The rows come from a LIST_PAGE_OF statement; read them with
 * outbox_store_read_listed(). */
bool outbox_store_list(struct db *db, const struct uuid *tenant_id,
                       const struct outbox_filter *filter, const struct list_page *page,
                       struct db_rows *rows, struct fault *fault) MUST_CHECK;
/* Text is borrowed from the rows. */
void outbox_store_read_listed(const struct db_rows *rows, int row, struct outbox_message *out);
/* The argument `large_column` of list_encode(). */
int outbox_store_large_column(void);
