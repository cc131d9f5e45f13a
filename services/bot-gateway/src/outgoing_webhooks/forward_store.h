// SPDX-License-Identifier: MIT
/* SQL of forwards: webhooks that receive updates of a bot. */
#pragma once

#include "api/list.h"
#include "db/query.h"

#include "outgoing_webhooks/forward.h"

enum { FORWARDS_MAX = 32 }; /* of a bot */

/* Adds a forward to the bot. Call deliver_store_add_receiver() first, with the same id.
 * `match_json` is JSON, absent for all updates; `exclusive` is as in struct forward. FAULT_CONFLICT
 * "too_many_forwards", or "changed" if another forward was added at the same time. */
bool forward_store_insert(struct db *tx, const struct uuid *id, const struct uuid *bot_id,
                          struct slice match_json, bool exclusive, struct fault *fault) MUST_CHECK;
/* Finds a forward of the tenant. FAULT_NOT_FOUND "not_found". Text is in the arena. */
bool forward_store_find(struct db *db, const struct uuid *tenant_id, const struct uuid *id,
                        struct arena *arena, struct forward *out, struct fault *fault) MUST_CHECK;
/* The same, and locks it until the transaction ends. */
bool forward_store_lock(struct db *tx, const struct uuid *tenant_id, const struct uuid *id,
                        struct arena *arena, struct forward *out, struct fault *fault) MUST_CHECK;
/* Changes a forward, which gets the next version. */
bool forward_store_update(struct db *tx, const struct uuid *id, struct slice match_json,
                          bool exclusive, struct fault *fault) MUST_CHECK;
bool forward_store_delete(struct db *tx, const struct uuid *id, struct fault *fault) MUST_CHECK;

/* Statement for list_reply(): the forwards of a tenant, the newest first. Values: tenant, name of a
 * bot (NULL: all bots). */
extern const struct db_statement forward_list_statement;

/* An update to forward. */
struct forward_update {
    struct slice bot;     /* its name */
    struct slice botname; /* Telegram's; absent: unknown */
    int64_t update_id;
    struct slice kind;
    int64_t chat_id; /* FIELD_ABSENT: none */
    int64_t user_id; /* FIELD_ABSENT: none */
    struct slice body;
};
/* Reads the update into `out`, whose texts are borrowed from the rows `update`, and reads the
 * bot's forwards that are not disabled, the oldest first: those that are not exclusive or, if
 * `exclusive`, those that are, and keeps them from being changed or deleted until the transaction
 * ends. `update` has no row if there is no
 * such update. */
bool forward_store_read_update_and_forwards(struct db *tx, const struct uuid *update_id,
                                            bool exclusive, struct db_rows *forwards,
                                            struct db_rows *update, struct forward_update *out,
                                            struct fault *fault) MUST_CHECK;
/* Reads id and match from a row of `forwards`. The match is JSON, absent for all updates. */
void forward_store_read_match(const struct db_rows *forwards, int row, struct uuid *forward_id,
                              struct slice *match_json);
