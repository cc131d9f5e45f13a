// SPDX-License-Identifier: MIT
#include <stddef.h>

#include "bookings/block.h"
#include "bookings/booking_expire.h"
#include "bookings/booking_place_store.h"

#define COLUMNS                                                                                    \
    "o.id, o.tenant_id, o.apartment_id, o.check_in, o.check_out, o.reason, o.version,"             \
    " o.created_at, o.updated_at"

// clang-format off
static const struct db_column columns[] = {
    {DB_UUID, offsetof(struct block, id)},
    {DB_UUID, offsetof(struct block, tenant_id)},
    {DB_UUID, offsetof(struct block, apartment_id)},
    {DB_DATE, offsetof(struct block, from)},
    {DB_DATE, offsetof(struct block, to)},
    {DB_TEXT, offsetof(struct block, reason)},
    {DB_INT,  offsetof(struct block, version)},
    {DB_TIME, offsetof(struct block, created_at)},
    {DB_TIME, offsetof(struct block, updated_at)},
};
// clang-format on
_Static_assert(sizeof columns / sizeof columns[0] == BLOCK_COLUMNS, "COLUMNS");

void block_store_read(const struct db_rows *rows, int row, struct block *out)
{
    struct block block = {0};

    db_row_read(rows, row, 0, columns, sizeof columns / sizeof columns[0], &block);
    *out = block;
}

static const struct db_statement insert_statement = {
    .name = "block_insert",
    .sql = "INSERT INTO occupancy AS o (id, tenant_id, apartment_id, kind, status, check_in,"
           " check_out, reason) VALUES ($1, $2, $3, 'block', 'blocked', $4, $5, $6)"
           " ON CONFLICT ON CONSTRAINT occupancy_no_overlap DO NOTHING"
           " RETURNING version, created_at, updated_at",
};

bool block_store_insert(struct db *tx, struct arena *arena, struct block *block,
                        struct block_take *take, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};
    struct block_take found = {0};
    const struct db_value nights[] = {db_uuid(&block->apartment_id), db_date(block->from),
                                      db_date(block->to)};
    const struct db_value values[] = {
        db_uuid(&block->id),  db_uuid(&block->tenant_id), db_uuid(&block->apartment_id),
        db_date(block->from), db_date(block->to),         db_text(block->reason),
    };
    const struct db_call calls[] = {
        {&booking_expire_nights_statement, nights, 3, &found.ended},
        {&insert_statement,                values, 6, &rows       },
    };

    if (!db_query_all(tx, calls, 2, fault))
        return false;
    found.refused = rows.count == 0;
    if (found.refused &&
        !booking_place_store_taken(tx, &block->apartment_id, block->from, block->to, arena,
                                   &found.taken, &found.count, fault)) {
        db_rows_finish(&found.ended);
        return false;
    }
    if (!found.refused) {
        block->version = db_get_int(&rows, 0, 0);
        block->created_at = db_get_time(&rows, 0, 1);
        block->updated_at = db_get_time(&rows, 0, 2);
    }
    *take = found;
    return true;
}

static const struct db_statement find_statement = {
    .name = "block_find",
    .sql = "SELECT " COLUMNS " FROM occupancy o WHERE o.id = $1 AND o.apartment_id = $2"
           " AND o.kind = 'block' AND o.status = 'blocked' FOR UPDATE",
};

static bool not_found(struct fault *fault)
{
    return fault_set(fault, FAULT_NOT_FOUND, "not_found", "There is no such block.");
}

bool block_store_find(struct db *tx, const struct uuid *apartment_id, const struct uuid *id,
                      struct db_rows *rows, struct block *out, struct fault *fault)
{
    if (!db_query(tx, &find_statement, DB_VALUES(db_uuid(id), db_uuid(apartment_id)), rows, fault))
        return false;
    if (rows->count == 0)
        return not_found(fault);
    block_store_read(rows, 0, out);
    return true;
}

static const struct db_statement release_statement = {
    .name = "block_release",
    .sql = "UPDATE occupancy SET status = 'released', version = version + 1, updated_at = now()"
           " WHERE id = $1 AND status = 'blocked' RETURNING version, updated_at",
};

bool block_store_release(struct db *tx, struct block *block, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query(tx, &release_statement, DB_VALUES(db_uuid(&block->id)), &rows, fault))
        return false;
    if (rows.count == 0)
        return not_found(fault);
    block->version = db_get_int(&rows, 0, 0);
    block->updated_at = db_get_time(&rows, 0, 1);
    return true;
}

static const struct db_statement list_statement = {
    .name = "block_list",
    .sql = LIST_PAGE_OF "SELECT " COLUMNS ", coalesce(octet_length(o.reason), 0) AS large"
                        " FROM occupancy o WHERE o.apartment_id = $1"
                        " AND o.kind = 'block' AND o.status = 'blocked' AND o.id < $2"
                        " ORDER BY o.id DESC LIMIT $3" LIST_PAGE_CUT,
};

bool block_store_list(struct db *db, const struct uuid *apartment_id,
                      const struct list_place *place, int64_t limit, struct db_rows *rows,
                      struct fault *fault)
{
    struct uuid after = place->id;

    if (!place->set)
        memset(after.bytes, 0xff, sizeof after.bytes);
    return db_query(db, &list_statement,
                    DB_VALUES(db_uuid(apartment_id), db_uuid(&after), db_int(limit)), rows, fault);
}
