// SPDX-License-Identifier: MIT
/* PostgreSQL. A store function takes a `struct db *`: either the shared handle (reads) or one
 * running transaction on an exclusive connection. It works with both. Each call parks the fiber
 * until its rows are there.
 *
 * Shared connections carry reads only; PostgreSQL refuses writes there
 * (default_transaction_read_only). The statements of one iteration are sent with one Sync, so they
 * share an implicit transaction. After an error PostgreSQL skips those behind it; they are sent
 * again, each with a Sync of its own. When a connection is lost, the reads in flight on it are sent
 * again, at most once for each shared connection. When a fiber gives up, its answer is read and
 * discarded.
 *
 * A large answer delays the statements behind it on the connection: ask for pages, at most 256 kB.
 *
 * Without a connection a statement waits `down_wait_ms` for one to come back, then fails with
 * FAULT_UNAVAILABLE "database_unavailable"; two seconds into an outage it fails at once.
 *
 * Durability: see db/transaction.h.
 */
#pragma once

#include <stdint.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/slice.h"
#include "base/uuid.h"
#include "loop/loop.h"
#include "loop/work.h"

struct db;      /* borrowed by stores; never kept */
struct db_pool; /* owns the connections */

/* Connections of a pool: shared ones, exclusive ones, and the flusher (db/transaction.h). */
enum { DB_CONNS_MAX = 16 };

/* The texts are borrowed for as long as the pool lives. */
struct db_options {
    const char *url; /* postgresql://user:pw@host:port/name?... or with a socket directory */
    const char *application; /* application_name; service and schema version */
    const char *search_path; /* "template, api" */
    size_t shared;           /* 2 */
    size_t exclusive;        /* 2 */
    size_t wait_max;         /* fibers waiting for an exclusive connection: 256 */
    int64_t wait_ms;         /* their limit: 1000 */
    int64_t down_wait_ms; /* how long a statement waits for a connection to come back, or for room
                             on one that is up: 500. After an outage of four times that it fails at
                             once. */
    int64_t connect_ms;   /* 2000 */
    int64_t statement_ms; /* statement_timeout of shared connections: 1000 */
    int64_t exclusive_statement_ms; /* of exclusive ones: 3000 */
    int64_t lock_ms; /* lock_timeout of exclusive ones: 3000; longer than PostgreSQL's own
                        deadlock_timeout of a second, or a deadlock reads as a lock that is busy */
    int64_t idle_ms; /* idle_in_transaction_session_timeout: 5000 */
};
void db_options_defaults(struct db_options *options);

/* Returns new and starts connecting in the background. Lost connections are reconnected, with
 * jitter and at most 2 attempts a second for the whole process. `on_state` (or NULL) is called when
 * the pool becomes usable or unusable. */
struct db_pool *db_pool_create(struct loop *loop, struct work *work,
                               const struct db_options *options,
                               void (*on_state)(void *data, bool usable), void *data,
                               struct fault *fault);
void db_pool_destroy(struct db_pool *pool); /* takes NULL; waiting fibers fail */
bool db_pool_usable(const struct db_pool *pool);

/* The shared handle. */
struct db *db_shared(struct db_pool *pool);
