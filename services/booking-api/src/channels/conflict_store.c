// SPDX-License-Identifier: MIT
#include <stddef.h>

#include "api/list.h"

#include "channels/conflict.h"
#include "channels/feed.h"

// clang-format off
#define AT(member) offsetof(struct conflict, member)
static const struct db_column columns[] = {
    {DB_UUID, AT(id),           .name = "id"},
    {DB_UUID, AT(tenant_id),    .name = "tenant_id"},
    {DB_UUID, AT(apartment_id), .name = "apartment_id"},
    {DB_UUID, AT(feed_id),      .name = "feed_id"},
    {DB_DATE, AT(from),         .name = "check_in"},
    {DB_DATE, AT(to),           .name = "check_out"},
    {DB_NAME, AT(status),       .name = "status", .names = conflict_status_names},
    {DB_BOOL, AT(told),         .name = "told"},
    {DB_BOOL, AT(told_end),     .name = "told_end"},
    {DB_INT,  AT(version),      .name = "version"},
    {DB_TIME, AT(created_at),   .name = "created_at"},
    {DB_TIME, AT(updated_at),   .name = "updated_at"},
    {DB_UUID, AT(owner_id),     .name = "owner_id", .sql = "a.owner_id"},
    {DB_NAME, AT(channel),      .name = "channel", .sql = "f.channel", .names = calendar_channel_names},
    {DB_UUID, AT(booking_id),   .name = "booking_id", .sql = "CASE c.kind WHEN 'booking' THEN c.occupancy_id END"},
    {DB_UUID, AT(block_id),     .name = "block_id", .sql = "CASE c.kind WHEN 'block' THEN c.occupancy_id END"},
};
static const struct db_shape shape = DB_SHAPE(columns, "c");
static const struct db_shape row_shape = DB_SHAPE(columns, NULL);

#define FROM_CONFLICT                                                                              \
    " FROM calendar_conflict c JOIN channel_feed f ON f.id = c.feed_id"                            \
    " JOIN apartment a ON a.id = c.apartment_id"
#define FIND(name_, lock_) {                                                                       \
    .name = name_,                                                                                 \
    .parameters = "tenant, id",                                                                    \
    .shape = &shape,                                                                               \
    .sql = "SELECT {columns}" FROM_CONFLICT " WHERE c.id = {id} AND c.tenant_id = {tenant}" lock_, \
    .no_row = {FAULT_NOT_FOUND, "not_found", "There is no such conflict."}}
static const struct db_statement find_statement = FIND("calendar_conflict_find", "");
static const struct db_statement lock_statement = FIND("calendar_conflict_lock", " FOR NO KEY UPDATE OF c");

const struct db_statement conflict_list_statement = {
    .name = "calendar_conflict_list",
    .parameters = "tenant uuid, owner uuid, apartment uuid, statuses text, after uuid, limit bigint",
    .shape = &shape,
    .sql = LIST_PAGE_OF
           "SELECT {columns}, 0 AS large" FROM_CONFLICT
           " WHERE c.tenant_id = {tenant} AND c.id < {after}"
           "  AND ({owner} IS NULL OR a.owner_id = {owner})"
           "  AND ({apartment} IS NULL OR c.apartment_id = {apartment})"
           "  AND ({statuses} IS NULL OR c.status = ANY (string_to_array({statuses}, ',')))"
           " ORDER BY c.id DESC LIMIT {limit}"
           LIST_PAGE_CUT,
};

static const struct db_statement decide_statement = {
    .name = "calendar_conflict_decide",
    .parameters = "id uuid, status text, actor text",
    .shape = &row_shape,
    .sql = "UPDATE calendar_conflict SET status = {status}, resolved_by = {actor}, told = true,"
           "  told_end = true, version = version + 1, updated_at = now()"
           " WHERE id = {id} RETURNING version, updated_at",
};

static const struct db_statement untold_statement = {
    .name = "calendar_conflict_untold",
    .shape = &shape,
    .sql = "SELECT {columns}" FROM_CONFLICT
           " WHERE NOT c.told OR (NOT c.told_end AND c.status <> 'open') ORDER BY c.id LIMIT 1",
};
static const struct db_statement told_statement = {
    .name = "calendar_conflict_told",
    .parameters = "id uuid",
    .sql = "UPDATE calendar_conflict SET told = true, told_end = status <> 'open' WHERE id = {id}",
};
// clang-format on

/* A conflict has no text, so the rows need not be kept. */
static bool find(struct db *db, const struct db_statement *statement, const struct uuid *tenant_id,
                 const struct uuid *id, struct conflict *out, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query_row(db, statement, DB_VALUES(db_uuid(tenant_id), db_uuid(id)), &rows, fault))
        return false;
    *out = (struct conflict){0};
    db_row_read(&rows, 0, 0, columns, ARRAY_LEN(columns), out);
    return true;
}

bool conflict_store_find(struct db *db, const struct uuid *tenant_id, const struct uuid *id,
                         struct conflict *out, struct fault *fault)
{
    return find(db, &find_statement, tenant_id, id, out, fault);
}

bool conflict_store_lock(struct db *tx, const struct uuid *tenant_id, const struct uuid *id,
                         struct conflict *out, struct fault *fault)
{
    return find(tx, &lock_statement, tenant_id, id, out, fault);
}

bool conflict_store_decide(struct db *tx, struct conflict *conflict, enum conflict_status status,
                           struct slice actor, struct fault *fault)
{
    if (!db_write_row(tx, &decide_statement,
                      DB_VALUES(db_uuid(&conflict->id), db_str(conflict_status_names[status]),
                                db_text(actor)),
                      conflict, fault))
        return false;
    conflict->status = (int)status;
    return true;
}

bool conflict_store_find_untold(struct db *db, struct conflict *out, bool *found,
                                struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query(db, &untold_statement, DB_NO_VALUES, &rows, fault))
        return false;
    *found = rows.count > 0;
    *out = (struct conflict){0};
    if (*found)
        db_row_read(&rows, 0, 0, columns, ARRAY_LEN(columns), out);
    return true;
}

bool conflict_store_write_told(struct db *tx, const struct conflict *conflict, struct fault *fault)
{
    return db_query(tx, &told_statement, DB_VALUES(db_uuid(&conflict->id)), NULL, fault);
}
