// SPDX-License-Identifier: MIT
/* SQL of the cleanup of the table `document_tombstone`. */
#pragma once

#include "db/transaction.h"

enum { TOMBSTONE_PAGE_MAX = 500 };

/* Deletes tombstones that are at least 90 days old and that every reader of the table can have
 * read, page by page (db_batches_run()). If `fed`, bot-gateway's tables exist, and tombstones of
 * messages that it still has count as new. */
bool tombstone_store_clean(struct db_pool *pool, bool fed, struct fault *fault) MUST_CHECK;
