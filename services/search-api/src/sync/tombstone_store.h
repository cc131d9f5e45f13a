// SPDX-License-Identifier: MIT
/* SQL of the cleanup of the table `document_tombstone`, every hour, page by page, in any number of
 * instances.
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

#include "base/fault.h"

enum { TOMBSTONE_PAGE_MAX = 500 };

/* Deletes old tombstones of the struct service. It is a periodic_fn. Must run in a fiber. */
bool tombstone_store_clean(void *service, struct fault *fault) MUST_CHECK;
