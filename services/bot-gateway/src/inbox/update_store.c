// SPDX-License-Identifier: MIT
#include "inbox/update_store.h"

#include "base/auto.h"

// clang-format off
static const struct db_constraint constraints[] = {
    {"update_bot_id_fkey", FAULT_NOT_FOUND, "not_found", NULL, "There is no such bot."},
    {NULL, FAULT_INTERNAL, NULL, NULL, NULL},
};
/* ON CONFLICT has no target, because any of three keys may exist: the update_id, the hash of a
 * broken body, the id of the row. */
static const struct db_statement insert_statement = {
    .name = "update_insert",
    .parameters = "ids uuid[], bots uuid[], update_ids bigint[], broken_keys bytea[], kinds text[],"
                  " chats bigint[], users bigint[], statuses text[], bodies bytea[], cuts boolean[]",
    .sql = "INSERT INTO update"
           " (id, bot_id, update_id, broken_key, kind, chat_id, user_id, status, body, body_cut)"
           " SELECT * FROM unnest({ids}, {bots}, {update_ids}, {broken_keys}, {kinds}, {chats}, {users},"
           "  {statuses}, {bodies}, {cuts})"
           " ON CONFLICT DO NOTHING RETURNING id",
    .constraints = constraints,
};
enum { INSERT_VALUES = 10 };
static const enum db_value_type insert_types[INSERT_VALUES] = {
    DB_UUID, DB_UUID, DB_INT, DB_BYTES, DB_TEXT, DB_INT, DB_INT, DB_TEXT, DB_BYTES, DB_BOOL,
};

/* Telegram repeats an update for 24 h. If its row were deleted within that time, the update could
 * be stored twice. */
const struct db_statement update_store_delete_old = {
    .name = "update_forget",
    .sql = "DELETE FROM update WHERE id IN (SELECT id FROM update WHERE status <> 'received'"
           "  AND received_at < now() - interval '72 hours'"
           "  AND (status = 'done' OR received_at < now() - interval '30 days')"
           "  LIMIT {limit} FOR UPDATE SKIP LOCKED)",
    .parameters = "limit bigint",
};
// clang-format on

/* The values of an INSERT. Allocated on the heap, because the stack of a fiber is small. */
struct insert {
    struct db_value items[INSERT_VALUES][UPDATE_BATCH_MAX];
};

static void set_insert_values(struct insert *insert, size_t index, const struct update *update)
{
    const struct slice key = {(const char *)update->broken_key, sizeof update->broken_key};
    const struct db_value values[INSERT_VALUES] = {
        db_uuid(&update->id),      db_uuid(&update->bot_id),
        db_int(update->update_id), update->broken ? db_bytes(key) : db_null(),
        db_text(update->kind),     db_int(update->chat_id),
        db_int(update->user_id),   db_str(update->broken ? "dead" : "received"),
        db_bytes(update->body),    db_bool(update->body_cut),
    };

    for (size_t i = 0; i < INSERT_VALUES; i++)
        insert->items[i][index] = values[i];
}

/* Compares with the copies in `insert`: a fiber that was cancelled during the statement has freed
 * its update. */
static void mark_inserted(const struct db_rows *rows, const struct insert *insert, size_t count,
                          bool *is_new)
{
    memset(is_new, 0, count * sizeof *is_new);
    for (int row = 0; row < rows->count; row++) {
        const struct uuid id = db_get_uuid(rows, row, 0);
        for (size_t i = 0; i < count; i++)
            is_new[i] = is_new[i] || uuid_equal(&insert->items[0][i].uuid, &id);
    }
}

bool update_store_insert_and_commit(struct db *tx, const struct update *const *updates,
                                    size_t count, bool *is_new, struct fault *fault)
{
    auto_free struct insert *insert = fault_calloc(sizeof *insert, "updates", fault);
    auto_rows struct db_rows rows = {0};
    struct db_value arrays[INSERT_VALUES];

    if (insert == NULL)
        return false;
    for (size_t i = 0; i < count; i++)
        set_insert_values(insert, i, updates[i]);
    for (size_t i = 0; i < INSERT_VALUES; i++)
        arrays[i] = db_array(insert_types[i], insert->items[i], count);
    const struct db_call call = {&insert_statement, arrays, INSERT_VALUES, &rows};
    if (!db_query_and_commit(tx, &call, 1, fault))
        return false;
    mark_inserted(&rows, insert, count, is_new);
    return true;
}
