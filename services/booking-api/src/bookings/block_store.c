// SPDX-License-Identifier: MIT
#include <stddef.h>

#include "bookings/block.h"
#include "bookings/booking_store.h"

// clang-format off
#define AT(member) offsetof(struct block, member)
static const struct db_column columns[] = {
    {DB_UUID, AT(id),           .name = "id", .flags = DB_WRITTEN},
    {DB_UUID, AT(tenant_id),    .name = "tenant_id", .flags = DB_WRITTEN},
    {DB_UUID, AT(apartment_id), .name = "apartment_id", .flags = DB_WRITTEN},
    {DB_DATE, AT(from),         .name = "check_in", .flags = DB_WRITTEN},
    {DB_DATE, AT(to),           .name = "check_out", .flags = DB_WRITTEN},
    {DB_TEXT, AT(reason),       .name = "reason", .flags = DB_WRITTEN},
    {DB_INT,  AT(version),      .name = "version"},
    {DB_TIME, AT(created_at),   .name = "created_at"},
    {DB_TIME, AT(updated_at),   .name = "updated_at"},
};
enum { COLUMNS = ARRAY_LEN(columns) };
static const struct db_shape shape = DB_SHAPE(columns, NULL);

static const struct db_statement insert_statement = {
    .name = "block_insert",
    .shape = &shape,
    .sql = "INSERT INTO occupancy (kind, status, {written})"
           " VALUES ('block', 'blocked', {values})"
           " ON CONFLICT ON CONSTRAINT occupancy_no_overlap DO NOTHING"
           " RETURNING version, created_at, updated_at",
};

#define NO_BLOCK {FAULT_NOT_FOUND, "not_found", "There is no such block."}
static const struct db_statement find_statement = {
    .name = "block_find",
    .parameters = "id, apartment",
    .shape = &shape,
    .sql = "SELECT {columns} FROM occupancy"
           " WHERE id = {id} AND apartment_id = {apartment} AND kind = 'block' AND status = 'blocked'"
           " FOR UPDATE",
    .no_row = NO_BLOCK,
};

static const struct db_statement release_statement = {
    .name = "block_release",
    .parameters = "id",
    .shape = &shape,
    .no_row = NO_BLOCK,
    .sql = "UPDATE occupancy SET status = 'released', version = version + 1, updated_at = now()"
           " WHERE id = {id} AND status = 'blocked'"
           " RETURNING version, updated_at",
};

const struct db_statement block_list_statement = {
    .name = "block_list",
    .parameters = "apartment, after uuid, limit",
    .shape = &shape,
    .sql = LIST_PAGE_OF
           "SELECT {columns}, coalesce(octet_length(reason), 0) AS large"
           " FROM occupancy"
           " WHERE apartment_id = {apartment} AND kind = 'block' AND status = 'blocked'"
           "  AND id < {after}"
           " ORDER BY id DESC LIMIT {limit}"
           LIST_PAGE_CUT,
};
// clang-format on

bool block_store_insert(struct db *tx, struct block *block, struct db_rows *expired_bookings,
                        bool *taken, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};
    struct db_value values[COLUMNS];
    const size_t count = db_row_get_values(&shape, block, values);
    const struct db_value nights[] = {db_uuid(&block->apartment_id), db_date(block->from),
                                      db_date(block->to)};
    const struct db_call calls[] = {
        {&booking_expire_store_nights_statement, nights, 3,     expired_bookings},
        {&insert_statement,                      values, count, &rows           },
    };

    if (!db_query_all(tx, calls, 2, fault))
        return false;
    *taken = rows.count == 0;
    if (!*taken)
        db_row_read_returned(&rows, 0, &shape, block);
    return true;
}

bool block_store_lock(struct db *tx, const struct uuid *apartment_id, const struct uuid *id,
                      struct arena *arena, struct block *out, struct fault *fault)
{
    *out = (struct block){0};
    return db_find_row(tx, &find_statement, DB_VALUES(db_uuid(id), db_uuid(apartment_id)), arena,
                       out, fault);
}

bool block_store_release(struct db *tx, struct block *block, struct fault *fault)
{
    return db_write_row(tx, &release_statement, DB_VALUES(db_uuid(&block->id)), block, fault);
}
