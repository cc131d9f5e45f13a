// SPDX-License-Identifier: MIT
/* SQL of the tables that every service has in its own schema: idempotency, audit, outbox. These are
 * statements and not functions, because change.c sends several in one round trip. */
#pragma once

#include "db/query.h"

/* $1: number of the advisory lock. Returns whether the lock was taken, and the transaction's time.
 * Not part of the look-up, because the snapshot of the look-up must be taken after the lock. */
extern const struct db_statement change_store_lock;
/* $1 id. Returns fingerprint in hex, status, etag, location, body. */
extern const struct db_statement change_store_lookup;
/* Returns the transaction's time. */
extern const struct db_statement change_store_now;
/* $1 id, client, key, fingerprint in hex, status, etag, location, $8 body. */
extern const struct db_statement change_store_keep;
/* $1 tenant, client, key, actor, request id, method, path, action, resource type, id, version. */
extern const struct db_statement change_store_audit;
/* $1 event id, type, source, resource type, id, version, tenant, $8 data. */
extern const struct db_statement change_store_event;

/* Deletes at most {limit} replies older than 48 h. */
extern const struct db_statement change_store_delete_old;
