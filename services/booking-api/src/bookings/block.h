// SPDX-License-Identifier: MIT
/* A block: nights that an owner reserves for private use. Like a stay, it is a row of table
 * occupancy, so the same exclusion constraint guards it. Files: handlers/block_handlers.c has the
 * routes, block_json.c the JSON fields, block_store.c the SQL. */
#pragma once

#include "api/list.h"
#include "db/query.h"

#include "bookings/booking.h"

enum { BLOCK_REASON_MAX = 3000 };

struct block {
    struct uuid id;
    struct uuid tenant_id;
    struct uuid apartment_id;
    struct uuid owner_id; /* of the apartment */
    int32_t from;
    int32_t to;          /* the day after the last one */
    struct slice reason; /* may be absent */
    int64_t version;
    int64_t created_at; /* microseconds UTC */
    int64_t updated_at;
};

/* --- SQL (block_store.c) --- */

/* Inserts a block into a locked apartment, after expiring overdue holds on its nights. If any
 * night is taken, nothing is inserted and `refused` is true. `taken` is read by a later statement,
 * so it may be empty when the conflicting hold has just ended. */
struct block_take {
    struct db_rows ended; /* for booking_expire_record(); owned */
    bool refused;
    struct booking_taken *taken;
    size_t count; /* of `taken` */
};
bool block_store_insert(struct db *tx, struct arena *arena, struct block *block,
                        struct block_take *take, struct fault *fault) MUST_CHECK;

/* FAULT_NOT_FOUND "not_found" if it does not exist (any more). Text is borrowed from the rows. */
bool block_store_find(struct db *tx, const struct uuid *apartment_id, const struct uuid *id,
                      struct db_rows *rows, struct block *out, struct fault *fault) MUST_CHECK;

/* Releases the nights and increments the version. */
bool block_store_release(struct db *tx, struct block *block, struct fault *fault) MUST_CHECK;

/* Lists the blocks of an apartment, newest first. The rows come from a LIST_PAGE_OF statement and
 * have BLOCK_COLUMNS columns; read them with block_store_read(). */
enum { BLOCK_COLUMNS = 9 };
bool block_store_list(struct db *db, const struct uuid *apartment_id,
                      const struct list_cursor *cursor, int64_t limit, struct db_rows *rows,
                      struct fault *fault) MUST_CHECK;
void block_store_read(const struct db_rows *rows, int row, struct block *out);
