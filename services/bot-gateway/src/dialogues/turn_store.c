// SPDX-License-Identifier: MIT
#include "dialogues/turn_store.h"

#include <stddef.h>

#include "base/value.h"
#include "db/transaction.h"

// clang-format off
/* A comparison with NULL is not true: without a chat or a user nothing is before an update. */
#define HEADS                                                                                      \
    " u.status = 'received' AND (u.retry_at IS NULL OR u.retry_at <= now())"                       \
    " AND NOT EXISTS (SELECT FROM update before"                                                   \
    "  WHERE before.bot_id = u.bot_id AND before.chat_id = u.chat_id AND before.user_id = u.user_id" \
    "   AND before.id < u.id AND before.status = 'received')"

static const struct db_statement due_statement = {
    .name = "turn_due",
    .sql = "SELECT EXISTS (SELECT FROM update u WHERE" HEADS "),"
           " extract(epoch FROM now() - (SELECT u.received_at FROM update u WHERE u.status = 'received'"
           "  ORDER BY u.id LIMIT 1))::double precision",
};

#define AT(member) offsetof(struct turn_update, member)
/* The bodies of other kinds are not looked at. */
static const struct db_column columns[] = {
    {DB_UUID,  AT(id),        .name = "id"},
    {DB_UUID,  AT(bot_id),    .name = "bot_id"},
    {DB_UUID,  AT(tenant_id), .sql = "b.tenant_id"},
    {DB_TEXT,  AT(username),  .sql = "b.username"},
    {DB_TEXT,  AT(kind),      .name = "kind"},
    {DB_INT,   AT(chat_id),   .name = "chat_id"},
    {DB_INT,   AT(user_id),   .name = "user_id"},
    {DB_INT,   AT(tries),     .name = "tries"},
    {DB_BYTES, AT(body),
     .sql = "CASE WHEN u.kind IN ('message', 'callback_query', 'my_chat_member') THEN u.body END"},
};
#undef AT
enum { COLUMNS = sizeof columns / sizeof columns[0] };
static const struct db_shape shape = DB_SHAPE(columns, "u");

static const struct db_statement take_statement = {
    .name = "turn_take",
    .shape = &shape,
    .sql = "SELECT {columns} FROM update u JOIN bot b ON b.id = u.bot_id WHERE" HEADS
           " ORDER BY u.id LIMIT 1 FOR UPDATE OF u SKIP LOCKED",
};

static const struct db_statement done_statement = {
    .name = "turn_done",
    .parameters = "id uuid",
    .sql = "UPDATE update SET status = 'done', retry_at = NULL, version = version + 1 WHERE id = {id}",
};

static const struct db_statement fail_statement = {
    .name = "turn_fail",
    .parameters = "id uuid, tries bigint, retry_s bigint, reason text",
    .sql = "UPDATE update"
           " SET tries = tries + 1, version = version + 1, reason = left({reason}, 300),"
           "  retry_at = now() + {retry_s} * interval '1 second',"
           "  status = CASE WHEN {retry_s} IS NULL THEN 'dead' ELSE 'received' END"
           " WHERE id = {id} AND status = 'received' AND tries = {tries}",
};
// clang-format on

bool turn_store_due(struct db *db, struct turn_due *out, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query(db, &due_statement, DB_NO_VALUES, &rows, fault))
        return false;
    out->any = db_get_bool(&rows, 0, 0);
    out->oldest_s = db_is_null(&rows, 0, 1) ? 0 : db_get_double(&rows, 0, 1);
    return true;
}

bool turn_store_take(struct db *tx, struct db_rows *rows, struct turn_update *out, bool *taken,
                     struct fault *fault)
{
    if (!db_query(tx, &take_statement, DB_NO_VALUES, rows, fault))
        return false;
    *taken = rows->count == 1;
    if (*taken)
        db_row_read(rows, 0, 0, columns, COLUMNS, out);
    return true;
}

bool turn_store_done(struct db *tx, const struct uuid *id, struct fault *fault)
{
    const struct db_value values[] = {db_uuid(id)};
    const struct db_call call = {&done_statement, values, 1, NULL};

    return db_commit_with(tx, &call, 1, fault);
}

bool turn_store_fail(struct db *tx, const struct turn_update *update, int64_t retry_s,
                     struct slice reason, bool *counted, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query(tx, &fail_statement,
                  DB_VALUES(db_uuid(&update->id), db_int(update->tries), db_int(retry_s),
                            db_text(reason)),
                  &rows, fault))
        return false;
    *counted = rows.affected == 1;
    return true;
}
