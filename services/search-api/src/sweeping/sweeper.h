// SPDX-License-Identifier: MIT
/* Forgets what was deleted long ago: each hour, a page at a time, in any number of copies.
 *
 * A tombstone keeps an older version away that comes late. Programs send again out of queues and
 * from backups, which is a matter of weeks: 90 days are three times as long as bot-gateway itself
 * remembers a deletion. What bot-gateway still tells of stays however old it is, because its feed
 * is read anew in a new epoch and compared each day: who was erased here alone would come back.
 * Those who follow deletions (learning/) have read it by then; one that a follower cannot have
 * read, because a transaction is open since before it, stays. */
#pragma once

#include "api/service.h"

struct sweeper;

/* Returns new. */
struct sweeper *sweeper_create(struct service *service, struct fault *fault) MUST_CHECK;
/* From now on, in a running service. */
bool sweeper_start(struct sweeper *sweeper, struct fault *fault) MUST_CHECK;
/* Ends it, started or not. Takes NULL. */
void sweeper_stop(struct sweeper *sweeper);
/* Goes through all that is old, at most SWEEP_PAGES_MAX pages; goes on behind them the next time.
 * For tests, and in a fiber. */
enum { SWEEP_PAGES_MAX = 200 };
bool sweeper_run(struct sweeper *sweeper, struct fault *fault) MUST_CHECK;
