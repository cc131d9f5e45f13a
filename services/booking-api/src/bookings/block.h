// SPDX-License-Identifier: MIT
/* A block: nights that an owner keeps for himself. It is a row of table occupancy like a stay, so
 * the same constraint guards it. Files: handlers/block_handlers.c the routes, block_json.c names
 * and bounds on the wire, block_store.c SQL. */
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
    int32_t to;          /* the day after the last */
    struct slice reason; /* may be absent */
    int64_t version;
    int64_t created_at; /* microseconds UTC */
    int64_t updated_at;
};

/* --- SQL (block_store.c) --- */

/* Takes the nights of a locked apartment. Holds there that are over are ended first. Where somebody
 * has some of the nights nothing is written and `refused` is true; by whom is looked up afterwards,
 * when a hold may just have ended. */
struct block_take {
    struct db_rows ended; /* for booking_expire_record(); owned */
    bool refused;
    struct booking_taken *taken;
    size_t count; /* of `taken` */
};
bool block_store_insert(struct db *tx, struct arena *arena, struct block *block,
                        struct block_take *take, struct fault *fault) MUST_CHECK;

/* FAULT_NOT_FOUND "not_found" where it is none, or no more. Text is borrowed from the rows. */
bool block_store_find(struct db *tx, const struct uuid *apartment_id, const struct uuid *id,
                      struct db_rows *rows, struct block *out, struct fault *fault) MUST_CHECK;

/* Gives the nights back; the version grows. */
bool block_store_release(struct db *tx, struct block *block, struct fault *fault) MUST_CHECK;

/* Those of an apartment, newest first. Rows for block_store_read(), of a LIST_PAGE_OF statement of
 * BLOCK_COLUMNS. */
enum { BLOCK_COLUMNS = 9 };
bool block_store_list(struct db *db, const struct uuid *apartment_id,
                      const struct list_place *place, int64_t limit, struct db_rows *rows,
                      struct fault *fault) MUST_CHECK;
void block_store_read(const struct db_rows *rows, int row, struct block *out);
