// SPDX-License-Identifier: MIT
/* SQL of chats as recipients of a bot. Every statement that changes a chat locks it until the
 * transaction ends. */
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

/* The part {renew} of such statements, which recompute the next message of the chats `own` for
 * which the condition after it holds. It stands in the statements themselves, so that they are
 * planned once a connection: PostgreSQL plans the body of a function in SQL at each call, which
 * took four fifths of the time. */
extern const struct db_part recipient_renew_parts[];

/* Closes a chat that Telegram reports as unreachable: its queued messages fail, and until
 * recipient_store_mark_reachable() new messages fail without a call. `reason`: Telegram's text, of
 * which 200 characters are stored, unless the chat is closed already. */
bool recipient_store_mark_unreachable(struct db *tx, const struct uuid *bot_id, int64_t chat_id,
                                      struct slice reason, struct fault *fault) MUST_CHECK;

/* Reopens a chat after a message or my_chat_member from it. `was_unreachable` is true if it was
 * closed. */
bool recipient_store_mark_reachable(struct db *tx, const struct uuid *bot_id, int64_t chat_id,
                                    bool *was_unreachable, struct fault *fault) MUST_CHECK;

/* The group `from_chat` became the supergroup `to_chat` (Bot API, migrate_to_chat_id): moves the
 * queued, uncertain and failed messages there and keeps their order. A queued message becomes
 * superseded if one with its supersede_key is queued there. If the group is the bot's staff chat,
 * the supergroup becomes it. */
bool recipient_store_migrate(struct db *tx, const struct uuid *bot_id, int64_t from_chat,
                             int64_t to_chat, struct fault *fault) MUST_CHECK;
