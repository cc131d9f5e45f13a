// SPDX-License-Identifier: MIT
/* Stores updates of Telegram, each once. An update is on disk before inbox_store() returns.
 *
 * Updates share commits. Those that arrive in one event-loop iteration, or while all database
 * connections are busy, form a batch. The fiber of the first update in a batch waits for a
 * connection and stores the whole batch by one statement in one round trip. Without load an update
 * does not wait for others. */
#pragma once

#include "base/metric.h"
#include "db/db.h"

#include "inbox/update.h"

struct inbox;

/* Returns a new inbox; NULL: `fault` is set. */
struct inbox *inbox_create(struct db_pool *pool, struct fault *fault);
void inbox_destroy(struct inbox *inbox); /* takes NULL */

/* Sets a callback `run(data)` that is called after each commit of updates, in the fiber that made
 * the commit. The callback must not wait. `run` may be NULL. */
void inbox_set_stored_callback(struct inbox *inbox, void (*run)(void *data), void *data);

/* Sets a callback `run(data, update)` for each update that could not be stored because PostgreSQL
 * is unavailable. It is called in the fiber of inbox_store() and must not wait. */
void inbox_set_missed_callback(struct inbox *inbox,
                               void (*run)(void *data, const struct update *update), void *data);

/* Gives the update its id and stores it, unless the bot already has an update with the same
 * update_id, or a broken one with the same body. Must be called in a fiber, and respects the
 * fiber's deadline. After FAULT_UNAVAILABLE or FAULT_TIMEOUT the update may be stored nevertheless,
 * and Telegram must send it again. FAULT_NOT_FOUND: the bot was deleted. */
bool inbox_store(struct inbox *inbox, struct update *update, struct fault *fault) MUST_CHECK;

/* Counts a webhook request that was refused, and logs at most one line per INBOX_LOG_MS. `bot_name`
 * is the bot's name in the URL path; `reason` is a static string. */
enum { INBOX_LOG_MS = 10000 };
void inbox_count_refused_request(struct inbox *inbox, struct slice bot_name, const char *reason);
