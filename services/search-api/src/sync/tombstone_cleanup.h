// SPDX-License-Identifier: MIT
/* Forgets what was deleted long ago: each hour, a page at a time, in any number of copies.
 *
 * A tombstone keeps an older version away that comes late. Programs send again out of queues and
 * from backups, which is a matter of weeks: 90 days are three times as long as bot-gateway itself
 * remembers a deletion. What bot-gateway still tells of stays however old it is, because its feed
 * is read anew in a new epoch and compared each day: who was erased here alone would come back.
 * Those who follow deletions (learning/) have read it by then; one that a synchroniser cannot have
 * read, because a transaction is open since before it, stays. */
#pragma once

#include "api/service.h"

struct tombstone_cleanup;

/* Returns new. */
struct tombstone_cleanup *tombstone_cleanup_create(struct service *service,
                                                   struct fault *fault) MUST_CHECK;
/* From now on, in a running service. */
bool tombstone_cleanup_start(struct tombstone_cleanup *tombstone_cleanup,
                             struct fault *fault) MUST_CHECK;
/* Ends it, started or not. Takes NULL. */
void tombstone_cleanup_stop(struct tombstone_cleanup *tombstone_cleanup);
/* Goes through all that is old, at most TOMBSTONE_CLEANUP_PAGES_MAX pages; goes on behind them the
 * next time. For tests, and in a fiber. */
enum { TOMBSTONE_CLEANUP_PAGES_MAX = 200 };
bool tombstone_cleanup_run(struct tombstone_cleanup *tombstone_cleanup,
                           struct fault *fault) MUST_CHECK;
