// SPDX-License-Identifier: MIT
/* SQL of what is held after a restore of the database: messages, paused broadcasts, dead updates.
 */
#pragma once

#include "db/query.h"

enum { HELD_COLUMNS = 5 };

/* Lists what is held of a bot, or of all bots if `bot` is absent, the oldest first: bot, kind,
 * chat, since when it waits, and text, which is empty unless `texts`. At most 1,000 rows. */
bool held_store_list(struct db *tx, struct slice bot, bool texts, struct db_rows *rows,
                     struct fault *fault) MUST_CHECK;

/* Sends or drops what is held; `count` is how much that was. What was sent is queued again, unless
 * a newer message has its supersede_key. Updates whose calls might take effect twice stay held. */
bool held_store_decide(struct db *tx, struct slice bot, bool send, int64_t *count,
                       struct fault *fault) MUST_CHECK;
