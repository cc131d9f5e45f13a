// SPDX-License-Identifier: MIT
/* SQL of chats, as their bots reach them. Every statement here locks the chat until its transaction
 * ends. */
#pragma once

#include "db/query.h"

/* Locks the chat, which is made when it is not known, and renews what is next there: the first and
 * the last statement of a transaction that changes messages of the chat. Their values are the bot
 * and the chat's id. */
extern const struct db_statement recipient_lock_statement;
extern const struct db_statement recipient_renew_statement;

/* Telegram takes nothing for this chat any more: what waits for it is cancelled, and what comes
 * later fails without a call, until recipient_store_reopen(). `reason` is Telegram's text. */
bool recipient_store_close(struct db *tx, const struct uuid *bot_id, int64_t chat_id,
                           struct slice reason, struct fault *fault) MUST_CHECK;

/* The chat can be reached: somebody wrote from it, or my_chat_member says so. `reopened` is true
 * when it was closed. */
bool recipient_store_reopen(struct db *tx, const struct uuid *bot_id, int64_t chat_id,
                            bool *reopened, struct fault *fault) MUST_CHECK;

/* The group `from` became the supergroup `to` (Bot API, migrate_to_chat_id): its messages that were
 * not sent go there, in their order. */
bool recipient_store_migrate(struct db *tx, const struct uuid *bot_id, int64_t from, int64_t to,
                             struct fault *fault) MUST_CHECK;
