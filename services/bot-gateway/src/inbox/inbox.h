// SPDX-License-Identifier: MIT
/* Stores updates, each once; they are on the disk before the call returns.
 *
 * Updates share commits. Those that arrive in one event-loop iteration, or while the connections
 * are busy, form a batch. The first of them waits for a connection and stores the batch by one
 * statement in one round trip. Without load an update does not wait for others. */
#pragma once

#include "base/metric.h"
#include "db/db.h"

#include "inbox/update.h"

struct inbox;

/* Returns new. */
struct inbox *inbox_create(struct db_pool *pool, struct fault *fault);
void inbox_destroy(struct inbox *inbox); /* takes NULL */

/* Sets a callback `run(data)` that is called after each commit of updates, in the fiber that made
 * it. It must not wait. NULL: none. */
void inbox_on_stored(struct inbox *inbox, void (*run)(void *data), void *data);

/* Sets a callback `run(data, update)` that is called for each update that could not be stored
 * because PostgreSQL is unavailable, in the fiber of its inbox_store(). It must not wait. */
void inbox_on_missed(struct inbox *inbox, void (*run)(void *data, const struct update *update),
                     void *data);

/* Gives the update its id and stores it, unless the bot has an update with the same update_id (of a
 * broken one: with the same body). Runs in a fiber and respects its deadline. FAULT_UNAVAILABLE and
 * FAULT_TIMEOUT: it may be stored nevertheless, and Telegram must send it again. FAULT_NOT_FOUND:
 * the bot was deleted. */
bool inbox_store(struct inbox *inbox, struct update *update, struct fault *fault) MUST_CHECK;

/* Counts a refused request of the webhook, and logs one line in INBOX_LOG_MS. `bot` is the name of
 * the path, `why` is static. */
enum { INBOX_LOG_MS = 10000 };
void inbox_refused(struct inbox *inbox, struct slice bot, const char *why);
