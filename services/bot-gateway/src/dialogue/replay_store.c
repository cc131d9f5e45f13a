// SPDX-License-Identifier: MIT
#include "dialogue/replay_store.h"

#include <stddef.h>

#include "bots/bot.h"

// clang-format off
#define AT(member) offsetof(struct replay_turn, member)
static const struct db_column columns[] = {
    {DB_UUID,  AT(id),           .name = "id"},
    {DB_UUID,  AT(bot_id),       .name = "bot_id"},
    {DB_NAME,  AT(bot_type),     .sql = "b.bot_type", .names = bot_type_names},
    {DB_TEXT,  AT(username),     .sql = "b.username"},
    {DB_INT,   AT(update_id),    .name = "update_id"},
    {DB_INT,   AT(user_id),      .name = "user_id"},
    {DB_TIME,  AT(received_at),  .name = "received_at"},
    {DB_BYTES, AT(body),         .name = "body"},
    {DB_TEXT,  AT(calls),        .sql = "u.calls::text"},
    {DB_TEXT,  AT(state_before), .sql = "u.state_before::text"},
};
#undef AT
enum { COLUMNS = ARRAY_LEN(columns) };
static const struct db_shape shape = DB_SHAPE(columns, "u");

static const struct db_statement turns_statement = {
    .name = "replay_turns",
    .parameters = "bot text, chat bigint, person bigint, since timestamptz, limit bigint",
    .sql = "SELECT u.id FROM update u JOIN bot b ON b.id = u.bot_id"
           " WHERE b.name = {bot} AND u.chat_id = {chat} AND u.status = 'done' AND u.spoken_by IS NULL"
           "  AND u.kind IN ('message', 'callback_query', 'my_chat_member')"
           "  AND ({person} IS NULL OR u.user_id = {person}) AND ({since} IS NULL OR u.received_at >= {since})"
           " ORDER BY coalesce(u.user_id, 0), u.id LIMIT {limit}",
};

static const struct db_statement turn_statement = {
    .name = "replay_turn",
    .parameters = "id uuid",
    .shape = &shape,
    .sql = "SELECT {columns} FROM update u JOIN bot b ON b.id = u.bot_id WHERE u.id = {id}",
};

static const struct db_statement message_statement = {
    .name = "replay_message",
    .parameters = "bot uuid, key text, method text, payload jsonb",
    .sql = "SELECT s.method, was.payload::text, {payload}::text,"
           " s.method IS NOT DISTINCT FROM {method} AND was.payload IS NOT DISTINCT FROM {payload}"
           " FROM (VALUES (1)) one LEFT JOIN sending s ON s.bot_id = {bot} AND s.dedupe_key = {key}"
           "  CROSS JOIN LATERAL (SELECT CASE WHEN s.swapped THEN s.instead ELSE s.payload END AS payload) was",
};
// clang-format on

bool replay_store_turns(struct db *tx, const struct replay_query *query, int64_t limit,
                        struct db_rows *rows, struct fault *fault)
{
    return db_query(tx, &turns_statement,
                    DB_VALUES(db_text(query->bot), db_int(query->chat_id), db_int(query->user_id),
                              db_time(query->from), db_int(limit)),
                    rows, fault);
}

bool replay_store_turn(struct db *tx, const struct uuid *id, struct db_rows *rows,
                       struct replay_turn *out, bool *found, struct fault *fault)
{
    if (!db_query(tx, &turn_statement, DB_VALUES(db_uuid(id)), rows, fault))
        return false;
    *found = rows->count == 1;
    *out = (struct replay_turn){.update_id = FIELD_ABSENT};
    if (*found)
        db_row_read(rows, 0, 0, columns, COLUMNS, out);
    return true;
}

bool replay_store_message(struct db *tx, const struct uuid *bot_id, struct slice key,
                          const struct outbox_message *is, struct db_rows *rows,
                          struct replay_message *out, struct fault *fault)
{
    const struct slice none = SLICE_NONE;

    if (!db_query(tx, &message_statement,
                  DB_VALUES(db_uuid(bot_id), db_text(key), db_text(is != NULL ? is->method : none),
                            db_text(is != NULL ? is->payload : none)),
                  rows, fault))
        return false;
    *out = (struct replay_message){.was_method = db_get_text(rows, 0, 0),
                                   .was = db_get_text(rows, 0, 1),
                                   .is = db_get_text(rows, 0, 2),
                                   .same = db_get_bool(rows, 0, 3)};
    return true;
}
