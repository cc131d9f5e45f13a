// SPDX-License-Identifier: MIT
/* SQL of chats as recipients of a bot. Every statement locks the chat until the transaction
 * ends. */
#pragma once

#include "db/query.h"

/* The first and the last statement of a transaction that changes messages of a chat. The first
 * locks the chat, and creates its row if needed; the last recomputes the chat's next message.
 * Values of both: the bot, the chat's id. */
extern const struct db_statement recipient_lock_statement;
extern const struct db_statement recipient_renew_statement;
/* The last statement of a transaction that changes messages of several chats. Value: the ids of
 * their rows in table recipient, as the text of an array. */
extern const struct db_statement recipient_renew_all_statement;

/* Closes a chat that Telegram reports as unreachable: its queued messages fail, and until
 * recipient_store_reopen() new messages fail without a call. `reason` is Telegram's text. */
bool recipient_store_close(struct db *tx, const struct uuid *bot_id, int64_t chat_id,
                           struct slice reason, struct fault *fault) MUST_CHECK;

/* Reopens a chat after a message or my_chat_member from it. `reopened` is true if it was closed. */
bool recipient_store_reopen(struct db *tx, const struct uuid *bot_id, int64_t chat_id,
                            bool *reopened, struct fault *fault) MUST_CHECK;

/* The group `from` became the supergroup `to` (Bot API, migrate_to_chat_id): moves the unsent
 * messages there and keeps their order. */
bool recipient_store_migrate(struct db *tx, const struct uuid *bot_id, int64_t from, int64_t to,
                             struct fault *fault) MUST_CHECK;
