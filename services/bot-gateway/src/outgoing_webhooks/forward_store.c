// SPDX-License-Identifier: MIT
#include "outgoing_webhooks/forward_store.h"

#include <stddef.h>

// clang-format off
#define AT(member) offsetof(struct forward, member)
static const struct db_column columns[] = {
    {DB_UUID, AT(id),            .name = "id"},
    {DB_TEXT, AT(bot),           .sql = "b.name"},
    {DB_TEXT, AT(match),         .sql = "f.match::text"},
    {DB_TEXT, AT(url),           .sql = "r.url"},
    {DB_NAME, AT(status),        .names = forward_status_names,
     .sql = "CASE WHEN r.disabled_at IS NOT NULL THEN 'disabled' WHEN r.failing_since IS NOT NULL THEN 'failing' ELSE 'active' END"},
    {DB_TIME, AT(failing_since), .sql = "r.failing_since"},
    {DB_TEXT, AT(last_error),    .sql = "r.last_error"},
    {DB_BOOL, AT(exclusive),     .name = "exclusive"},
    {DB_INT,  AT(version),       .name = "version"},
    {DB_TIME, AT(created_at),    .name = "created_at"},
};
#undef AT
static const struct db_shape forward_shape = DB_SHAPE(columns, "f");

#define OF_TENANT                                                                                  \
    " FROM forward f JOIN receiver r ON r.id = f.id JOIN bot b ON b.id = f.bot_id WHERE b.tenant_id = {tenant}"

static const struct db_constraint constraints[] = {
    {"slot",              FAULT_CONFLICT, "too_many_forwards", NULL, "The bot has 32 forwards; delete one first."},
    {"forward_slot_once", FAULT_CONFLICT, "changed",           NULL, "Another forward was made at the same moment."},
    {NULL, FAULT_INTERNAL, NULL, NULL, NULL},
};
static const struct db_statement insert_statement = {
    .name = "forward_insert",
    .parameters = "id uuid, bot uuid, match jsonb, exclusive boolean, most integer",
    .sql = "INSERT INTO forward (id, bot_id, match, exclusive, slot) VALUES ({id}, {bot}, {match}, {exclusive},"
           " (SELECT min(slot) FROM generate_series(1, {most}) slot"
           "  WHERE NOT EXISTS (SELECT FROM forward f WHERE f.bot_id = {bot} AND f.slot = slot.slot)))",
    .constraints = constraints,
};

#define FIND(name_, lock_)                                                                         \
    {.name = (name_), .parameters = "tenant uuid, id uuid", .shape = &forward_shape,               \
     .sql = "SELECT {columns}" OF_TENANT " AND f.id = {id}" lock_,                                 \
     .no_row = {FAULT_NOT_FOUND, "not_found", "There is no such forward."}}
static const struct db_statement find_statement = FIND("forward_find", "");
static const struct db_statement lock_statement = FIND("forward_lock", " FOR UPDATE OF f");

static const struct db_statement update_forward_statement = {
    .name = "forward_change",
    .parameters = "id uuid, match jsonb, exclusive boolean",
    .sql = "UPDATE forward SET match = {match}, exclusive = {exclusive}, version = version + 1 WHERE id = {id}",
};

static const struct db_statement delete_statement = {
    .name = "forward_delete",
    .parameters = "id uuid",
    .sql = "DELETE FROM forward WHERE id = {id}",
};

const struct db_statement forward_list_statement = {
    .name = "forward_list",
    .parameters = "tenant uuid, bot text, after uuid, limit bigint",
    .shape = &forward_shape,
    .sql = LIST_PAGE_OF
           "SELECT {columns}, octet_length(f.match::text) AS large" OF_TENANT
           " AND ({bot} IS NULL OR b.name = {bot}) AND f.id < {after} ORDER BY f.id DESC LIMIT {limit}"
           LIST_PAGE_CUT,
};

#define FORWARDS_OF                                                                                \
    "SELECT f.id, f.match::text FROM update u JOIN forward f ON f.bot_id = u.bot_id"               \
    " JOIN receiver r ON r.id = f.id WHERE u.id = {update} AND r.disabled_at IS NULL"
static const struct db_statement of_statement = {
    .name = "forward_of",
    .parameters = "update uuid",
    .sql = FORWARDS_OF " AND NOT f.exclusive ORDER BY f.id",
};
static const struct db_statement exclusive_of_statement = {
    .name = "forward_exclusive_of",
    .parameters = "update uuid",
    .sql = FORWARDS_OF " AND f.exclusive ORDER BY f.id FOR SHARE OF f",
};

#define AT(member) offsetof(struct forward_update, member)
static const struct db_column update_columns[] = {
    {DB_TEXT,  AT(bot),       .sql = "b.name"},
    {DB_TEXT,  AT(botname),   .sql = "b.username"},
    {DB_INT,   AT(update_id), .name = "update_id"},
    {DB_TEXT,  AT(kind),      .name = "kind"},
    {DB_INT,   AT(chat_id),   .name = "chat_id"},
    {DB_INT,   AT(user_id),   .name = "user_id"},
    {DB_BYTES, AT(body),      .name = "body"},
};
#undef AT
static const struct db_shape update_shape = DB_SHAPE(update_columns, "u");

static const struct db_statement update_statement = {
    .name = "forward_update",
    .parameters = "update uuid",
    .shape = &update_shape,
    .sql = "SELECT {columns} FROM update u JOIN bot b ON b.id = u.bot_id"
           " WHERE u.id = {update}",
};
// clang-format on

bool forward_store_insert(struct db *tx, const struct uuid *id, const struct uuid *bot_id,
                          struct slice match_json, bool exclusive, struct fault *fault)
{
    return db_query(tx, &insert_statement,
                    DB_VALUES(db_uuid(id), db_uuid(bot_id), db_text(match_json), db_bool(exclusive),
                              db_int(FORWARDS_MAX)),
                    NULL, fault);
}

bool forward_store_find(struct db *db, const struct uuid *tenant_id, const struct uuid *id,
                        struct arena *arena, struct forward *out, struct fault *fault)
{
    *out = (struct forward){0};
    return db_find_row(db, &find_statement, DB_VALUES(db_uuid(tenant_id), db_uuid(id)), arena, out,
                       fault);
}

bool forward_store_lock(struct db *tx, const struct uuid *tenant_id, const struct uuid *id,
                        struct arena *arena, struct forward *out, struct fault *fault)
{
    *out = (struct forward){0};
    return db_find_row(tx, &lock_statement, DB_VALUES(db_uuid(tenant_id), db_uuid(id)), arena, out,
                       fault);
}

bool forward_store_update(struct db *tx, const struct uuid *id, struct slice match_json,
                          bool exclusive, struct fault *fault)
{
    return db_query(tx, &update_forward_statement,
                    DB_VALUES(db_uuid(id), db_text(match_json), db_bool(exclusive)), NULL, fault);
}

bool forward_store_delete(struct db *tx, const struct uuid *id, struct fault *fault)
{
    return db_query(tx, &delete_statement, DB_VALUES(db_uuid(id)), NULL, fault);
}

/* --- for an update --- */

bool forward_store_read_update_and_forwards(struct db *tx, const struct uuid *update_id,
                                            bool exclusive, struct db_rows *forwards,
                                            struct db_rows *update, struct forward_update *out,
                                            struct fault *fault)
{
    const struct db_value values[] = {db_uuid(update_id)};
    const struct db_call calls[] = {
        {exclusive ? &exclusive_of_statement : &of_statement, values, 1, forwards},
        {&update_statement,                                   values, 1, update  },
    };

    if (!db_query_all(tx, calls, 2, fault))
        return false;
    *out = (struct forward_update){0};
    if (update->count == 1)
        db_row_read(update, 0, 0, update_columns, ARRAY_LEN(update_columns), out);
    return true;
}

void forward_store_read_match(const struct db_rows *forwards, int row, struct uuid *forward_id,
                              struct slice *match_json)
{
    *forward_id = db_get_uuid(forwards, row, 0);
    *match_json = db_get_text(forwards, row, 1);
}
