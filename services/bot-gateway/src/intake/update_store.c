// SPDX-License-Identifier: MIT
#include "intake/update_store.h"

#include "base/auto.h"

// clang-format off
static const struct db_constraint constraints[] = {
    {"update_bot_id_fkey", FAULT_NOT_FOUND, "not_found", NULL, "There is no such bot."},
    {NULL, FAULT_INTERNAL, NULL, NULL, NULL},
};
/* Without a target: the same update_id, the same broken body, the same id of ours. */
static const struct db_statement insert_statement = {
    .name = "update_insert",
    .sql = "INSERT INTO update"
           " (id, bot_id, update_id, broken_key, kind, chat_id, user_id, status, body, body_cut)"
           " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
           " ON CONFLICT DO NOTHING",
    .constraints = constraints,
};
enum { INSERT_VALUES = 10 };

/* Telegram asks again for 24 h; what is forgotten earlier could be taken a second time. */
#define FORGOTTEN                                                                                  \
    " FROM update WHERE status <> 'received'"                                                      \
    " AND received_at < now() - interval '72 hours'"                                               \
    " AND (status = 'done' OR received_at < now() - interval '30 days')"
static const struct db_statement forgettable_statement = {
    .name = "update_forgettable",
    .sql = "SELECT EXISTS (SELECT" FORGOTTEN ")",
};
static const struct db_statement forget_statement = {
    .name = "update_forget",
    .sql = "DELETE FROM update WHERE id IN"
           " (SELECT id" FORGOTTEN " LIMIT {limit} FOR UPDATE SKIP LOCKED)",
    .parameters = "limit bigint",
};
// clang-format on

static void values_of(const struct update *update, struct db_value values[INSERT_VALUES])
{
    const struct slice key = {(const char *)update->broken_key, sizeof update->broken_key};
    const struct db_value made[INSERT_VALUES] = {
        db_uuid(&update->id),      db_uuid(&update->bot_id),
        db_int(update->update_id), update->broken ? db_bytes(key) : db_null(),
        db_text(update->kind),     db_int(update->chat_id),
        db_int(update->user_id),   db_str(update->broken ? "dead" : "received"),
        db_bytes(update->body),    db_bool(update->body_cut),
    };
    memcpy(values, made, sizeof made);
}

/* On the heap, because a fiber's stack is small. */
struct insert {
    struct db_value values[UPDATE_BATCH_MAX][INSERT_VALUES];
    struct db_call calls[UPDATE_BATCH_MAX];
    struct db_rows rows[UPDATE_BATCH_MAX];
};

bool update_store_commit(struct db *tx, const struct update *const *updates, size_t count,
                         bool *fresh, struct fault *fault)
{
    auto_free struct insert *insert = fault_calloc(sizeof *insert, "updates", fault);
    if (insert == NULL)
        return false;
    for (size_t i = 0; i < count; i++) {
        values_of(updates[i], insert->values[i]);
        insert->calls[i] =
            (struct db_call){&insert_statement, insert->values[i], INSERT_VALUES, &insert->rows[i]};
    }
    if (!db_commit_with(tx, insert->calls, count, fault))
        return false;
    for (size_t i = 0; i < count; i++) {
        fresh[i] = insert->rows[i].affected == 1;
        db_rows_finish(&insert->rows[i]);
    }
    return true;
}

bool update_store_forgettable(struct db *db, bool *any, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};
    if (!db_query(db, &forgettable_statement, DB_NO_VALUES, &rows, fault))
        return false;
    *any = db_get_bool(&rows, 0, 0);
    return true;
}

bool update_store_forget(struct db *tx, bool *more, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};
    if (!db_query(tx, &forget_statement, DB_VALUES(db_int(UPDATE_FORGET_MAX)), &rows, fault))
        return false;
    *more = rows.affected == UPDATE_FORGET_MAX;
    return true;
}
