// SPDX-License-Identifier: MIT
/* SQL of what is held after a restore of the database until staff send or drop it: messages, paused
 * broadcasts, dead updates. */
#pragma once

#include "db/query.h"

enum { HELD_COLUMNS = 5 };

/* Lists what is held of a bot, or of all bots if `bot_name` is absent, the oldest first. Columns:
 * bot, kind, chat, since when it waits, text ("" unless `includes_texts` is true). At most 1,000
 * rows. */
bool held_store_list(struct db *tx, struct slice bot_name, bool includes_texts,
                     struct db_rows *rows, struct fault *fault) MUST_CHECK;

/* Sends what is held, or drops it if `send` is false; `count` is the number of messages, broadcasts
 * and updates. A message is sent by queueing it again, unless a newer one has its supersede_key.
 * Updates whose calls might take effect twice stay held. */
bool held_store_send_or_drop(struct db *tx, struct slice bot_name, bool send, int64_t *count,
                             struct fault *fault) MUST_CHECK;
