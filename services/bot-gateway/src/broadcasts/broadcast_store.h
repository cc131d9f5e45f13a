// SPDX-License-Identifier: MIT
/* SQL of broadcasts for callers of the API. The SQL of the background task is in
 * broadcaster_store.h. */
#pragma once

#include "api/list.h"

#include "broadcasts/broadcast.h"

struct broadcast_new {
    struct uuid id;
    struct uuid tenant_id;
    struct uuid bot_id;
    struct slice audience; /* JSON, without user_ids */
    struct slice user_ids; /* JSON; absent: not limited to ids */
    struct slice payloads; /* JSON by language: {"ru": `payload` of struct outbox_message, ...} */
    int on_unknown;
};

/* Inserts a broadcast and counts its recipients; call it in a transaction. FAULT_CONFLICT
 * "too_many_broadcasts": the bot has BROADCASTS_MAX unfinished ones. */
bool broadcast_store_insert(struct db *tx, const struct broadcast_new *broadcast,
                            struct fault *fault) MUST_CHECK;

/* Finds a broadcast of the tenant. FAULT_NOT_FOUND "not_found". Text is in the arena. */
bool broadcast_store_find(struct db *db, const struct uuid *tenant_id, const struct uuid *id,
                          struct arena *arena, struct broadcast *out,
                          struct fault *fault) MUST_CHECK;
/* Like broadcast_store_find(), and locks the broadcast until the end of the transaction. */
bool broadcast_store_lock_and_find(struct db *tx, const struct uuid *tenant_id,
                                   const struct uuid *id, struct arena *arena,
                                   struct broadcast *out, struct fault *fault) MUST_CHECK;

/* Statement for list_reply(): the broadcasts of a tenant, the newest first. Values: tenant, name of
 * a bot (NULL: all bots). */
extern const struct db_statement broadcast_list_statement;
void broadcast_store_read_row(const struct db_rows *rows, int row, struct broadcast *out);

/* Applies an action of `actor`, which leads to the status `to`, to a broadcast locked by
 * broadcast_store_lock_and_find(), and cancels or re-queues its messages accordingly. Read the
 * broadcast again after it. */
bool broadcast_store_apply_action(struct db *tx, const struct uuid *id, int action, int to,
                                  struct slice actor, struct fault *fault) MUST_CHECK;
