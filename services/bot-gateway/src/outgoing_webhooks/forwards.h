// SPDX-License-Identifier: MIT
/* Forwards updates to webhooks of other programs: queues them in the transaction that handles the
 * update; api/deliver sends them.
 *
 * The body is {"bot":"name","update":...} with the update byte for byte as Telegram sent it. An
 * update refers to files by file_id, never by a URL, which would contain the bot's token. */
#pragma once

#include "db/query.h"

/* Whether an exclusive forward of the bot matches the update, and takes it over from the dialogue:
 * the oldest of them. It then exists until the transaction ends. */
bool forwards_lock_exclusive(struct db *tx, const struct uuid *update_id, bool *found,
                             struct fault *fault) MUST_CHECK;
/* Queues the update for each matching forward of its bot that is not exclusive; if `is_left`,
 * because no dialogue has answered it, only for that of forwards_lock_exclusive(), if there is one.
 * Call it once per update, late in the transaction that sets the update to done or dead: see
 * deliver_store_enqueue(). A dead update that is replayed is queued again, with the same
 * webhook-id. An unreadable update is never handled and so never forwarded. */
bool forwards_enqueue_update(struct db *tx, const struct uuid *update_id, bool is_left,
                             struct fault *fault) MUST_CHECK;
