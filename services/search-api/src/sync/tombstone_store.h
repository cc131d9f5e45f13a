// SPDX-License-Identifier: MIT
/* SQL of the cleanup of the table `document_tombstone`, every hour, page by page, in any number of
 * instances.
 *
 * A tombstone rejects an older version that arrives late. Tombstones are deleted after 90 days:
 * programs resend from queues and backups within weeks, and bot-gateway itself remembers a deletion
 * for 30 days. The tombstone of a message that bot-gateway still has stays, and is checked again
 * after another 90 days: the feed is read again in a new epoch and compared each day, so without
 * the tombstone the messages of a person erased only in search-api would reappear. A tombstone also
 * stays while a transaction that is older than the tombstone is open, so that readers of deletions,
 * such as lexicon/, read it before it is deleted.
 */
#pragma once

#include "base/fault.h"

enum { TOMBSTONE_PAGE_MAX = 500 };

/* Deletes old tombstones. Is a periodic_fn; `service` is a struct service. Must run in a fiber. */
bool tombstone_store_delete_expired(void *service, struct fault *fault) MUST_CHECK;
