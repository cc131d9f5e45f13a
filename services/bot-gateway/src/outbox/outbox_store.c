// SPDX-License-Identifier: MIT
#include "outbox/outbox_store.h"

#include <stddef.h>

#include "db/transaction.h"

#include "outbox/recipient_store.h"

// clang-format off
/* The current status, even if cleanup has not stored the expiry or the lost lease yet. */
#define STATUS_NOW                                                                                 \
    "CASE WHEN s.status = 'queued' AND s.expires_at <= now() THEN 'expired'"                       \
    " WHEN s.status = 'sending' AND s.leased_until <= now() THEN 'uncertain'"                      \
    " ELSE s.status END"

#define AT(member) offsetof(struct outbox_message, member)
static const struct db_column columns[] = {
    {DB_UUID, AT(id),            .name = "id", .flags = DB_WRITTEN},
    {DB_UUID, AT(tenant_id),     .name = "tenant_id", .flags = DB_WRITTEN},
    {DB_UUID, AT(bot_id),        .name = "bot_id", .flags = DB_WRITTEN},
    {DB_INT,  AT(chat_id),       .name = "chat_id", .flags = DB_WRITTEN},
    {DB_INT,  AT(lane),          .name = "lane", .flags = DB_WRITTEN},
    {DB_TEXT, AT(method),        .name = "method", .flags = DB_WRITTEN},
    {DB_NAME, AT(on_unknown),    .name = "on_unknown", .flags = DB_WRITTEN, .names = outbox_on_unknown_names},
    {DB_TEXT, AT(supersede_key), .name = "supersede_key", .flags = DB_WRITTEN},
    {DB_TEXT, AT(dedupe_key),    .name = "dedupe_key", .flags = DB_WRITTEN},
    {DB_BOOL, AT(confided),      .name = "confided", .flags = DB_WRITTEN},
    {DB_UUID, AT(owner_booking), .name = "owner_booking", .flags = DB_WRITTEN},
    {DB_NAME, AT(status),        .sql = STATUS_NOW, .names = outbox_status_names},
    {DB_TEXT, AT(error_code),    .name = "error_code"},
    {DB_TEXT, AT(error_text),    .name = "error_text"},
    {DB_TEXT, AT(message_ids),   .sql = "s.telegram_message_ids::text"},
    {DB_TIME, AT(sent_at),       .name = "sent_at"},
    {DB_NAME, AT(moved),         .name = "moved", .names = outbox_action_names},
    {DB_TEXT, AT(moved_by),      .name = "moved_by"},
    {DB_TIME, AT(expires_at),    .name = "expires_at"},
    {DB_INT,  AT(version),       .name = "version"},
    {DB_TIME, AT(created_at),    .name = "created_at"},
    {DB_TIME, AT(updated_at),    .name = "updated_at"},
};
#undef AT
enum { COLUMNS = ARRAY_LEN(columns), INSERT_OWN = 4 };
static const struct db_shape shape = DB_SHAPE(columns, "s");

/* Supersedes queued messages with the same supersede_key, unless a message with the dedupe_key
 * exists: then nothing is inserted. */
static const struct db_statement supersede_statement = {
    .name = "sending_supersede",
    .parameters = "bot uuid, chat bigint, key text, dedupe text",
    .sql = "UPDATE sending SET status = 'superseded'"
           " WHERE bot_id = {bot} AND chat_id = {chat} AND supersede_key = {key} AND status = 'queued'"
           "  AND NOT EXISTS (SELECT FROM sending WHERE bot_id = {bot} AND dedupe_key = {dedupe})",
};

static const struct db_statement insert_statement = {
    .name = "sending_place",
    .parameters = "payload jsonb, instead jsonb, ttl_s bigint, held boolean",
    .shape = &shape,
    .sql = "INSERT INTO sending AS s ({written}, payload, instead, expires_at, status, error_code)"
           " VALUES ({values}, {payload}, {instead}, now() + {ttl_s} * interval '1 second',"
           "  CASE WHEN {held} THEN 'uncertain' ELSE 'queued' END, CASE WHEN {held} THEN 'restored' END)"
           " ON CONFLICT (bot_id, dedupe_key) WHERE dedupe_key IS NOT NULL DO NOTHING"
           " RETURNING {generated}",
};

static const struct db_statement find_statement = {
    .name = "sending_find",
    .parameters = "tenant uuid, id uuid",
    .shape = &shape,
    .sql = "SELECT {columns}, bot.name FROM sending s JOIN bot ON bot.id = s.bot_id"
           " WHERE s.id = {id} AND s.tenant_id = {tenant}",
};

static const struct db_statement lock_statement = {
    .name = "sending_lock",
    .parameters = "tenant uuid, id uuid",
    .shape = &shape,
    .sql = "SELECT {columns}, bot.name FROM sending s JOIN bot ON bot.id = s.bot_id"
           " WHERE s.id = {id} AND s.tenant_id = {tenant} FOR UPDATE OF s",
};

/* Supersedes older queued messages with the supersede_key of a message that is to be sent again,
 * unless its time is over. */
static const struct db_statement supersede_older_statement = {
    .name = "sending_supersede_older",
    .parameters = "id uuid",
    .sql = "UPDATE sending older SET status = 'superseded' FROM sending s"
           " WHERE s.id = {id} AND (s.expires_at > now()) IS NOT FALSE"
           "  AND older.bot_id = s.bot_id AND older.chat_id = s.chat_id"
           "  AND older.supersede_key = s.supersede_key AND older.status = 'queued' AND older.id < s.id",
};

/* Applies an action. If the message is to be sent again, but another message with its supersede_key
 * is queued, or a newer one is being sent, it becomes superseded. */
static const struct db_statement apply_statement = {
    .name = "sending_move",
    .parameters = "id uuid, status text, action text, actor text",
    .shape = &shape,
    .sql = "UPDATE sending s"
           " SET status = CASE WHEN {status} = 'queued' AND EXISTS (SELECT FROM sending newer"
           "    WHERE newer.bot_id = s.bot_id AND newer.chat_id = s.chat_id"
           "     AND newer.supersede_key = s.supersede_key AND (newer.status = 'queued'"
           "      OR newer.status = 'sending' AND newer.leased_until > now() AND newer.id > s.id))"
           "   THEN 'superseded' ELSE {status} END,"
           "  moved = {action}, moved_by = {actor}, leased_by = NULL, leased_until = NULL,"
           "  error_code = NULL, error_text = NULL"
           " WHERE s.id = {id}"
           " RETURNING {generated}",
};
/* {path}: the condition of an index. Ids have the time in their first 48 bits, which limits how far
 * a page with `since` looks back; a minute of tolerance for the clocks of processes. */
static const char list_sql[] =
    LIST_PAGE_OF
    "SELECT {columns}, bot.name, octet_length(s.telegram_message_ids::text) AS large"
    " FROM sending s JOIN bot ON bot.id = s.bot_id"
    " WHERE s.tenant_id = {tenant} AND {path} AND s.id < {after} AND s.chat_id IS NOT NULL"
    "  AND ({since} IS NULL OR (s.created_at >= {since} AND s.id >= overlay('00000000-0000-0000-0000-000000000000' PLACING"
    "   regexp_replace(lpad(to_hex(greatest(0, extract(epoch FROM {since}) * 1000 - 60000)::bigint), 12, '0'),"
    "    '^(.{8})(.{4})$', '\\1-\\2') FROM 1 FOR 13)::uuid))"
    "  AND ({bot} IS NULL OR bot.name = {bot})"
    "  AND ({statuses} IS NULL OR " STATUS_NOW " = ANY (string_to_array({statuses}, ',')))"
    " ORDER BY s.id DESC LIMIT {limit}"
    LIST_PAGE_CUT;
#define LIST(name_, path_) {                                                                       \
    .name = name_,                                                                                 \
    .sql = list_sql,                                                                               \
    .parameters = "tenant uuid, bot text, statuses text, since timestamptz, after uuid, limit bigint", \
    .parts = {(const struct db_part[]){{"path", path_}, {NULL, NULL}}},                            \
    .shape = &shape}
static const struct db_statement list_all = LIST("sending_list", "true");
static const struct db_statement list_troubled =
    LIST("sending_list_troubled", "s.status IN ('failed', 'uncertain', 'sending')");
// clang-format on

bool outbox_store_insert(struct db *tx, struct outbox_message *message, bool *inserted,
                         struct fault *fault)
{
    auto_rows struct db_rows rows = {0};
    struct db_value values[INSERT_OWN + COLUMNS] = {db_text(message->payload),
                                                    db_text(message->instead),
                                                    db_int(message->ttl_s), db_bool(message->held)};
    const size_t count = INSERT_OWN + db_row_get_values(&shape, message, values + INSERT_OWN);
    const struct db_value key[] = {db_uuid(&message->bot_id), db_int(message->chat_id),
                                   db_text(message->supersede_key), db_text(message->dedupe_key)};
    const struct db_call calls[] = {
        {&recipient_lock_statement,  key,    2,     NULL },
        {&supersede_statement,       key,    4,     NULL },
        {&insert_statement,          values, count, &rows},
        {&recipient_renew_statement, key,    2,     NULL },
    };
    const bool in_chat = message->chat_id != FIELD_ABSENT;

    if (!(in_chat ? db_query_all(tx, calls, 4, fault) : db_query_all(tx, &calls[2], 1, fault)))
        return false;
    *inserted = rows.count == 1;
    if (*inserted)
        db_row_read_generated(&rows, 0, 0, &shape, message);
    return true;
}

static bool read_found_message(const struct db_rows *rows, struct outbox_message *out,
                               struct fault *fault)
{
    if (rows->count == 0)
        return fault_set(fault, FAULT_NOT_FOUND, "not_found", "There is no such message.");
    *out = (struct outbox_message){.moved = -1, .ttl_s = FIELD_ABSENT};
    db_row_read(rows, 0, 0, columns, COLUMNS, out);
    out->bot = db_get_text(rows, 0, COLUMNS);
    return true;
}

bool outbox_store_find(struct db *db, const struct uuid *tenant_id, const struct uuid *id,
                       struct db_rows *rows, struct outbox_message *out, struct fault *fault)
{
    return db_query(db, &find_statement, DB_VALUES(db_uuid(tenant_id), db_uuid(id)), rows, fault) &&
           read_found_message(rows, out, fault);
}

bool outbox_store_lock(struct db *tx, const struct uuid *tenant_id, const struct uuid *id,
                       struct db_rows *rows, struct outbox_message *out, struct fault *fault)
{
    auto_rows struct db_rows before = {0};
    struct outbox_message found;

    if (!outbox_store_find(tx, tenant_id, id, &before, &found, fault))
        return false;
    const struct db_value chat[] = {db_uuid(&found.bot_id), db_int(found.chat_id)};
    const struct db_value asked[] = {db_uuid(tenant_id), db_uuid(id)};
    const struct db_call calls[] = {
        {&recipient_lock_statement, chat,  2, NULL},
        {&lock_statement,           asked, 2, rows},
    };
    const bool in_chat = found.chat_id != FIELD_ABSENT;

    if (!(in_chat ? db_query_all(tx, calls, 2, fault) : db_query_all(tx, &calls[1], 1, fault)) ||
        !read_found_message(rows, out, fault))
        return false;
    if (out->chat_id != found.chat_id) { /* the group became a supergroup meanwhile */
        fault_set(fault, FAULT_CONFLICT, "changed", "The message was changed at the same time.");
        return db_request_retry(tx, fault);
    }
    return true;
}

bool outbox_store_apply_action(struct db *tx, struct outbox_message *message, int action, int to,
                               struct slice actor, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};
    const struct db_value chat[] = {db_uuid(&message->bot_id), db_int(message->chat_id)};
    const struct db_value values[] = {db_uuid(&message->id), db_str(outbox_status_names[to]),
                                      db_str(outbox_action_names[action]), db_text(actor)};
    const struct db_call calls[] = {
        {&supersede_older_statement, values, 1, NULL },
        {&apply_statement,           values, 4, &rows},
        {&recipient_renew_statement, chat,   2, NULL },
    };
    const size_t first = to == OUTBOX_QUEUED ? 0 : 1;
    const size_t end = message->chat_id != FIELD_ABSENT ? 3 : 2;

    if (!db_query_all(tx, calls + first, end - first, fault))
        return false;
    struct outbox_message made = *message;
    db_row_read_generated(&rows, 0, 0, &shape, &made);
    message->status = made.status;
    message->moved = made.moved;
    message->version = made.version;
    message->updated_at = made.updated_at;
    message->error_code = message->error_text = SLICE_NONE;
    return true;
}

/* --- the list --- */

enum { TROUBLED = 1 << OUTBOX_FAILED | 1 << OUTBOX_UNCERTAIN };

bool outbox_store_list(struct db *db, const struct uuid *tenant_id,
                       const struct outbox_filter *filter, const struct list_page *page,
                       struct db_rows *rows, struct fault *fault)
{
    const bool troubled = filter->statuses != 0 && (filter->statuses & ~TROUBLED) == 0;
    char statuses[LIST_NAMES_MAX];

    return db_query(
        db, troubled ? &list_troubled : &list_all,
        DB_VALUES(db_uuid(tenant_id), db_text(filter->bot),
                  db_text(list_join_names(filter->statuses, outbox_status_names, statuses)),
                  db_time(filter->since), db_uuid(page->after.set ? &page->after.id : &uuid_max),
                  db_int(page->limit + 1)),
        rows, fault);
}

void outbox_store_read_listed(const struct db_rows *rows, int row, struct outbox_message *out)
{
    *out = (struct outbox_message){.moved = -1, .ttl_s = FIELD_ABSENT};
    db_row_read(rows, row, 0, columns, COLUMNS, out);
    out->bot = db_get_text(rows, row, COLUMNS);
}

int outbox_store_large_column(void)
{
    return COLUMNS + 1;
}
