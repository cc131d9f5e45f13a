// SPDX-License-Identifier: MIT
/* Updates for those who hear of them beside the dialogue: placed in the transaction that handles
 * the update, taken to them by api/deliver.
 *
 * The body is {"bot":"name","update":...}, the update byte for byte as Telegram sent it. It names
 * files by their file_id. Never an address of a file: that would hold the bot's token. */
#pragma once

#include "db/query.h"

/* Places the update for each forward of its bot that it fits. Once for each update, in the
 * transaction that sets it to done or dead, late in it: see deliver_store_place(). One that is dead
 * and replayed is placed again, with the same webhook-id. One that cannot be read is never handled,
 * so it is for nobody. */
bool forwards_enqueue(struct db *tx, const struct uuid *update_id, struct fault *fault) MUST_CHECK;
