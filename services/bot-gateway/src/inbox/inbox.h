// SPDX-License-Identifier: MIT
/* Takes updates in: stored once and on the disk before true is returned.
 *
 * Commits are shared. Updates that come in one turn of the loop, or while the connections for
 * changes are busy, gather in one batch, whose first one waits for a connection and then stores all
 * of them with one statement in one round trip. Without others an update waits for nobody. */
#pragma once

#include "base/metric.h"
#include "db/db.h"

#include "inbox/update.h"

struct inbox;

/* Returns new. */
struct inbox *inbox_create(struct db_pool *pool, struct fault *fault);
void inbox_destroy(struct inbox *intake); /* takes NULL */

/* From now on `run(data)` is called after each commit of updates, in the fiber that made it. It
 * must not wait. `run` NULL: nobody is told. */
void inbox_on_stored(struct inbox *intake, void (*run)(void *data), void *data);

/* From now on `run(data, update)` is called for each update that could not be stored because
 * PostgreSQL cannot be used, in the fiber of its inbox_store(). It must not wait. */
void inbox_on_missed(struct inbox *intake, void (*run)(void *data, const struct update *update),
                     void *data);

/* Gives the update its id and stores it, unless Telegram's id is there already for this bot (of a
 * broken one: its very body). In a fiber, as long as its deadline allows. FAULT_UNAVAILABLE and
 * FAULT_TIMEOUT: perhaps it is stored all the same, so Telegram has to send it again.
 * FAULT_NOT_FOUND: the bot has gone. */
bool inbox_store(struct inbox *intake, struct update *update, struct fault *fault) MUST_CHECK;

/* A request of the webhook was refused: counted, and told in one log line every
 * INBOX_LOG_MS at most. `bot` is the name it gave, `why` static text. */
enum { INBOX_LOG_MS = 10000 };
void inbox_refused(struct inbox *intake, struct slice bot, const char *why);
