// SPDX-License-Identifier: MIT
#include "history/history_store.h"

#include <stddef.h>

#include "base/language.h"

const char *const history_direction_names[] = {"in", "out", NULL};

// clang-format off
#define AT(member) offsetof(struct history_line, member)
static const struct db_column columns[] = {
    {DB_UUID, AT(id),         .name = "id"},
    {DB_INT,  AT(chat_id),    .name = "chat_id"},
    {DB_INT,  AT(user_id),    .name = "user_id"},
    {DB_INT,  AT(message_id), .name = "message_id"},
    {DB_NAME, AT(direction),  .name = "direction", .names = history_direction_names},
    {DB_NAME, AT(language),   .name = "language", .names = language_names},
    {DB_TEXT, AT(text),       .name = "text"},
    {DB_TIME, AT(sent_at),    .name = "sent_at"},
    {DB_INT,  AT(version),    .name = "version"},
};
#undef AT
static const struct db_shape history_shape = DB_SHAPE(columns, "m");

const struct db_statement history_keep_statement = {
    .name = "history_keep",
    .parameters = "id uuid, bot uuid, chat bigint, person bigint, message bigint, direction text,"
                  " language text, text text, sent_at timestamptz, sending uuid",
    .sql = "INSERT INTO message AS m (id, tenant_id, bot_id, chat_id, user_id, message_id, direction,"
           "  language, text, sent_at)"
           " SELECT {id}, b.tenant_id, b.id, {chat}, {person}, {message}, {direction},"
           "  coalesce({language}, (SELECT coalesce(p.language, p.told_language) FROM person p"
           "   WHERE p.bot_id = b.id AND p.user_id = {person})),"
           "  left({text}, 8192), coalesce({sent_at}, now())"
           " FROM bot b WHERE b.id = {bot} AND ({sending} IS NULL OR EXISTS ("
           "  SELECT FROM sending s WHERE s.id = {sending} AND s.chat_id = {chat}))"
           " ON CONFLICT ON CONSTRAINT message_once DO UPDATE SET text = EXCLUDED.text"
           "  WHERE m.text <> EXCLUDED.text",
};

static const struct db_statement has_line_statement = {
    .name = "history_has_line",
    .parameters = "bot uuid, chat bigint, message bigint",
    .sql = "SELECT FROM message WHERE bot_id = {bot} AND chat_id = {chat} AND message_id = {message}",
};

const struct db_statement history_list_statement = {
    .name = "history_list",
    .parameters = "bot uuid, chat bigint, after uuid, limit bigint",
    .shape = &history_shape,
    .sql = LIST_PAGE_OF
           "SELECT {columns}, octet_length(m.text) AS large FROM message m"
           " WHERE m.bot_id = {bot} AND m.chat_id = {chat} AND m.id < {after}"
           " ORDER BY m.id DESC LIMIT {limit}"
           LIST_PAGE_CUT,
};

const struct db_statement history_store_delete_old = {
    .name = "history_forget",
    .parameters = "limit bigint",
    .sql = "DELETE FROM message WHERE id IN (SELECT id FROM message"
           "  WHERE sent_at < now() - interval '400 days' LIMIT {limit} FOR UPDATE SKIP LOCKED)",
};

/* Deletes tombstones after 30 days, because consumers of the feed may be offline for that long.
 * Without FOR UPDATE, because the service's role may not update tombstones. */
const struct db_statement history_store_delete_tombstones = {
    .name = "history_forget_tombstones",
    .parameters = "limit bigint",
    .sql = "DELETE FROM message_tombstone WHERE id IN (SELECT id FROM message_tombstone"
           "  WHERE deleted_at < now() - interval '30 days' LIMIT {limit})",
};
// clang-format on

void history_fill_line_values(const struct history_line *line,
                              struct db_value values[HISTORY_KEEP_VALUES])
{
    const struct db_value made[HISTORY_KEEP_VALUES] = {
        db_uuid(&line->id),
        db_uuid(&line->bot_id),
        db_int(line->chat_id),
        db_int(line->user_id),
        db_int(line->message_id),
        db_str(history_direction_names[line->direction]),
        line->language >= 0 ? db_str(language_names[line->language]) : db_null(),
        db_text(line->text),
        db_time(line->sent_at),
        db_uuid(&line->sending_id),
    };

    memcpy(values, made, sizeof made);
}

bool history_store_insert_or_replace_line(struct db *tx, const struct history_line *line,
                                          struct fault *fault)
{
    struct db_value values[HISTORY_KEEP_VALUES];

    history_fill_line_values(line, values);
    return db_query(tx, &history_keep_statement, values, HISTORY_KEEP_VALUES, NULL, fault);
}

bool history_store_has_line(struct db *db, const struct uuid *bot_id, int64_t chat_id,
                            int64_t message_id, bool *has, struct fault *fault)
{
    return db_query_one(db, &has_line_statement,
                        DB_VALUES(db_uuid(bot_id), db_int(chat_id), db_int(message_id)), has,
                        fault);
}
