// SPDX-License-Identifier: MIT
/* A block: nights that an owner reserves for private use. Like a stay, it is a row of table
 * occupancy, so the same exclusion constraint guards it. Files: handlers/block_handlers.c has the
 * routes, block_json.c the JSON fields, block_store.c the SQL. */
#pragma once

#include "db/query.h"

enum { BLOCK_REASON_MAX = 3000 };

struct block {
    struct uuid id;
    struct uuid tenant_id;
    struct uuid apartment_id;
    struct uuid owner_id; /* of the apartment */
    int32_t from;
    int32_t to;          /* exclusive: the last night is to - 1 */
    struct slice reason; /* may be absent */
    int64_t version;
    int64_t created_at; /* microseconds UTC */
    int64_t updated_at;
};

/* --- SQL (block_store.c) --- */

/* Inserts a block into a locked apartment, after expiring overdue holds on its nights:
 * `expired_bookings` is for booking_record_expired(). If a night is taken, inserts nothing and sets
 * `taken` to true. */
bool block_store_insert(struct db *tx, struct block *block, struct db_rows *expired_bookings,
                        bool *taken, struct fault *fault) MUST_CHECK;

/* Finds and locks a block of the apartment. FAULT_NOT_FOUND "not_found" if it does not exist or was
 * released. Text is in the arena. */
bool block_store_lock(struct db *tx, const struct uuid *apartment_id, const struct uuid *id,
                      struct arena *arena, struct block *out, struct fault *fault) MUST_CHECK;

/* Releases the nights of the block and increments its version. */
bool block_store_release(struct db *tx, struct block *block, struct fault *fault) MUST_CHECK;

/* Statement for list_reply(): the blocks of an apartment, newest first. Value: apartment_id. */
extern const struct db_statement block_list_statement;
