// SPDX-License-Identifier: MIT
#include "api/list.h"

#include "apartments/owner.h"

// clang-format off
#define AT(member) offsetof(struct owner, member)
static const struct db_column columns[] = {
    {DB_UUID, AT(id),           .name = "id"},
    {DB_UUID, AT(tenant_id),    .name = "tenant_id"},
    {DB_TEXT, AT(name),         .name = "name", .flags = DB_WRITTEN},
    {DB_TEXT, AT(phone),        .name = "phone", .flags = DB_WRITTEN},
    {DB_INT,  AT(telegram_id),  .name = "telegram_id", .flags = DB_WRITTEN},
    {DB_NAME, AT(language),     .name = "language", .flags = DB_WRITTEN, .names = language_names},
    {DB_BOOL, AT(notify),       .name = "notify", .flags = DB_WRITTEN},
    {DB_TEXT, AT(payment_info), .name = "payment_info", .flags = DB_WRITTEN},
    {DB_INT,  AT(version),      .name = "version"},
    {DB_TIME, AT(created_at),   .name = "created_at"},
    {DB_TIME, AT(updated_at),   .name = "updated_at"},
};
enum { COLUMNS = ARRAY_LEN(columns) };
static const struct db_shape owner_shape = DB_SHAPE(columns, NULL);

#define FIND(name_, what_, lock_) {                                                                \
    .name = name_,                                                                                 \
    .sql = "SELECT " what_ " FROM owner WHERE id = {id} AND tenant_id = {tenant}" lock_,           \
    .parameters = "id, tenant",                                                                    \
    .shape = &owner_shape,                                                                         \
    .no_row = {FAULT_NOT_FOUND, "not_found", "There is no such owner."}}
static const struct db_statement find_statement = FIND("owner_find", "{columns}", "");
static const struct db_statement lock_statement = FIND("owner_lock", "{columns}", " FOR NO KEY UPDATE");
static const struct db_statement exists_statement = FIND("owner_exists", "1", "");
static const struct db_statement insert_statement = {
    .name = "owner_insert",
    .sql = "INSERT INTO owner (id, tenant_id, {written}) VALUES ({id}, {tenant}, {values})"
           " RETURNING version, created_at, updated_at",
    .parameters = "id, tenant, version bigint",
    .shape = &owner_shape,
};
static const struct db_statement update_statement = {
    .name = "owner_update",
    .sql = "UPDATE owner SET ({written}) = ROW({values})"
           " WHERE id = {id} AND tenant_id = {tenant} AND version = {version}"
           " RETURNING version, created_at, updated_at",
    .parameters = "id, tenant, version bigint",
    .shape = &owner_shape,
    .no_row = {FAULT_PRECONDITION, "version_mismatch", "The owner was changed by another request."},
};
const struct db_statement owner_list_statement = {
    .name = "owner_list",
    .sql = LIST_PAGE_OF
           "SELECT {columns}, octet_length(concat({texts})) AS large"
           " FROM (SELECT * FROM owner"
           "       WHERE tenant_id = {tenant} AND id < {after} AND ({only} IS NULL OR id = {only})"
           "        AND ({telegram_id} IS NULL OR telegram_id = {telegram_id})"
           "       ORDER BY id DESC LIMIT 101) page"
           " LIMIT {limit}"
           LIST_PAGE_CUT,
    .parameters = "tenant uuid, only uuid, telegram_id bigint, after uuid, limit bigint",
    .shape = &owner_shape,
};
// clang-format on

bool owner_store_find(struct db *db, const struct uuid *tenant_id, const struct uuid *id,
                      struct arena *arena, struct owner *out, struct fault *fault)
{
    *out = (struct owner){0};
    return db_find_row(db, &find_statement, DB_VALUES(db_uuid(id), db_uuid(tenant_id)), arena, out,
                       fault);
}

bool owner_store_lock(struct db *tx, const struct uuid *tenant_id, const struct uuid *id,
                      struct arena *arena, struct owner *out, struct fault *fault)
{
    *out = (struct owner){0};
    return db_find_row(tx, &lock_statement, DB_VALUES(db_uuid(id), db_uuid(tenant_id)), arena, out,
                       fault);
}

bool owner_store_exists(struct db *db, const struct uuid *tenant_id, const struct uuid *id,
                        bool *exists, struct fault *fault)
{
    return db_query_one(db, &exists_statement, DB_VALUES(db_uuid(id), db_uuid(tenant_id)), exists,
                        fault);
}

bool owner_store_write(struct db *tx, struct owner *owner, struct fault *fault)
{
    enum { NAMED = 3 };
    struct db_value values[NAMED + COLUMNS] = {db_uuid(&owner->id), db_uuid(&owner->tenant_id),
                                               db_int(owner->version)};
    const size_t count = NAMED + db_row_get_values(&owner_shape, owner, values + NAMED);

    return db_write_row(tx, owner->version == 0 ? &insert_statement : &update_statement, values,
                        count, owner, fault);
}
