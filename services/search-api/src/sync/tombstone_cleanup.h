// SPDX-License-Identifier: MIT
/* Deletes old tombstones, every hour, page by page, in any number of instances.
 *
 * A tombstone rejects an older version that arrives late. Programs resend from queues and backups
 * within weeks; 90 days are three times as long as bot-gateway itself remembers a deletion. The
 * tombstone of a message that bot-gateway still has stays at any age, because its feed is read
 * again in a new epoch and compared each day: otherwise a person erased only here would reappear.
 * Readers of deletions, such as lexicon/, must read a tombstone before it is deleted, so it stays
 * while a transaction that is older than the tombstone is open. A tombstone that stays because of
 * its message is checked again after another 90 days.
 */
#pragma once

#include "api/service.h"

struct tombstone_cleanup;

/* Returns new. The task runs every hour, the first time after an hour. */
struct tombstone_cleanup *tombstone_cleanup_start(struct service *service,
                                                  struct fault *fault) MUST_CHECK;
/* Stops the task and frees it. Takes NULL. */
void tombstone_cleanup_stop(struct tombstone_cleanup *cleanup);
/* Deletes old tombstones now. It is the periodic_fn of the task. Must run in a fiber. */
bool tombstone_cleanup_run(void *cleanup, struct fault *fault) MUST_CHECK;
