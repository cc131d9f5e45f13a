// SPDX-License-Identifier: MIT
/* PostgreSQL. A store function takes a `struct db *`, which is either the shared handle (for reads)
 * or a running transaction on an exclusive connection, and works with both. Each call parks the
 * fiber until its rows have come.
 *
 * Shared connections carry reads only; PostgreSQL refuses writes there
 * (default_transaction_read_only). All statements of one event-loop iteration are followed by one
 * Sync, so they share an implicit transaction. After an error PostgreSQL skips the statements that
 * follow it; they are sent again, each with its own Sync. If a connection is lost, its unanswered
 * reads are sent again, at most once for each shared connection. If a fiber gives up, its answer is
 * read and discarded.
 *
 * A large answer delays the statements that follow it on the connection: request pages of at most
 * 256 kB.
 *
 * While there is no connection, a statement waits `down_wait_ms` for one, then fails with
 * FAULT_UNAVAILABLE "database_unavailable". If no connection has been up for longer than four times
 * `down_wait_ms`, statements fail at once.
 *
 * Durability: see db/transaction.h. */
#pragma once

#include <stdint.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/slice.h"
#include "base/uuid.h"
#include "loop/loop.h"
#include "loop/work.h"

struct db;      /* borrowed; a store function must not keep it */
struct db_pool; /* owns the connections */

/* Maximum number of connections of a pool: shared, exclusive and the flusher (db/transaction.h). */
enum { DB_CONNS_MAX = 16 };

/* Options of a pool, with their defaults. Texts are borrowed as long as the pool lives. */
struct db_options {
    const char *url; /* postgresql://user:pw@host:port/name?... or with a socket directory */
    const char *application; /* application_name: "<service>/<schema version>" */
    const char *search_path; /* such as "template, api" */
    size_t shared;           /* default: 2 */
    size_t exclusive;        /* default: 2 */
    size_t wait_max;         /* default: 256; maximum of fibers waiting for exclusive connections */
    int64_t wait_ms;         /* default: 1000; how long a fiber waits for an exclusive connection */
    int64_t down_wait_ms; /* default: 500; how long a statement waits for a lost connection, or for
                             room on one. After an outage of 4 * down_wait_ms it fails at once. */
    int64_t connect_ms;   /* default: 2000; limit of an attempt to connect */
    int64_t statement_ms; /* default: 1000; statement_timeout of shared connections */
    int64_t exclusive_statement_ms; /* default: 3000; statement_timeout of exclusive connections */
    int64_t lock_ms; /* default: 3000; lock_timeout of exclusive connections. It must exceed
                        PostgreSQL's deadlock_timeout of a second, or a deadlock is reported as a
                        busy lock */
    int64_t idle_ms; /* default: 5000; idle_in_transaction_session_timeout of exclusive ones */
};
void db_options_defaults(struct db_options *options);

/* Returns new and starts connecting in the background. Lost connections are reconnected, with
 * jitter and at most 2 attempts a second for the whole process. `on_state` (or NULL) is called when
 * the pool becomes usable or unusable. */
struct db_pool *db_pool_create(struct loop *loop, struct work *work,
                               const struct db_options *options,
                               void (*on_state)(void *data, bool usable), void *data,
                               struct fault *fault);
void db_pool_destroy(struct db_pool *pool); /* NULL is allowed; waiting fibers fail */
bool db_pool_is_usable(const struct db_pool *pool);

/* The handle for reads on the shared connections. */
struct db *db_shared(struct db_pool *pool);
