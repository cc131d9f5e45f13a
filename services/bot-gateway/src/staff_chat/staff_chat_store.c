// SPDX-License-Identifier: MIT
#include "staff_chat/staff_chat_store.h"

#include "base/language.h"

bool staff_code_compute_hash(struct slice typed, uint8_t hash[DIGEST_SHA256_LEN])
{
    char code[STAFF_CODE_LEN + 1];

    if (!digest_base32_read(typed, code, STAFF_CODE_LEN))
        return false;
    digest_sha256(slice_of(code), hash);
    return true;
}

// clang-format off
#define NO_BOT {FAULT_NOT_FOUND, "bot_unknown", "There is no bot of this name."}

static const struct db_statement code_statement = {
    .name = "staff_code",
    .parameters = "bot text, hash bytea, language text, seconds bigint",
    .sql = "INSERT INTO staff_code AS c (bot_id, hash, language, ends_at)"
           " SELECT id, {hash}, {language}, now() + make_interval(secs => {seconds}) FROM bot WHERE name = {bot} AND bot_type <> 'flow'"
           " ON CONFLICT (bot_id) DO UPDATE SET hash = excluded.hash, language = excluded.language,"
           "  ends_at = excluded.ends_at"
           " RETURNING (SELECT b.username FROM bot b WHERE b.id = c.bot_id)",
    .no_row = {FAULT_NOT_FOUND, "bot_unknown", "There is no bot of this name that can have a staff chat."},
};

static const struct db_statement view_statement = {
    .name = "staff_chat_view",
    .parameters = "bot uuid, chat bigint, person bigint",
    .sql = "SELECT s.bot_id IS NOT NULL, coalesce(s.language, c.language), m.name, c.hash"
           " FROM bot b"
           " LEFT JOIN staff_chat s ON s.bot_id = b.id AND s.chat_id = {chat}"
           " LEFT JOIN staff_member m ON m.bot_id = b.id AND m.user_id = {person}"
           " LEFT JOIN staff_code c ON c.bot_id = b.id AND c.ends_at > now()"
           " WHERE b.id = {bot}",
};

/* The staff chats of active bots of the same tenant and type. If several bots have the same chat,
 * the bot with the lowest id writes. */
static const struct db_statement find_statement = {
    .name = "staff_chat_find",
    .parameters = "bot uuid",
    .sql = "WITH chats AS (SELECT s.bot_id, s.chat_id, s.thread_id, s.language,"
           "   NOT EXISTS (SELECT FROM recipient r WHERE r.bot_id = s.bot_id AND r.chat_id = s.chat_id"
           "    AND r.unreachable_since IS NOT NULL) AS is_reachable"
           "  FROM bot ours JOIN bot b ON b.tenant_id = ours.tenant_id AND b.bot_type = ours.bot_type AND b.is_active"
           "  JOIN staff_chat s ON s.bot_id = b.id WHERE ours.id = {bot})"
           " SELECT own.chat_id, own.thread_id, own.language, own.is_reachable,"
           "  EXISTS (SELECT FROM chats c WHERE c.bot_id <> {bot} AND c.is_reachable),"
           "  EXISTS (SELECT FROM chats c WHERE c.bot_id < {bot} AND c.is_reachable AND c.chat_id = own.chat_id),"
           "  EXISTS (SELECT FROM chats)"
           " FROM (SELECT) one LEFT JOIN chats own ON own.bot_id = {bot}",
};

static const struct db_statement link_statement = {
    .name = "staff_chat_link",
    .parameters = "bot uuid, chat bigint, thread bigint, topics boolean, person bigint, member text, hash bytea",
    .sql = "WITH used AS (DELETE FROM staff_code WHERE bot_id = {bot} AND hash = {hash} AND ends_at > now()"
           "  RETURNING bot_id, language),"
           " known AS (INSERT INTO staff_member (bot_id, user_id, name)"
           "  SELECT bot_id, {person}, {member} FROM used WHERE {person} IS NOT NULL"
           "  ON CONFLICT ON CONSTRAINT staff_member_once DO UPDATE SET name = excluded.name)"
           " INSERT INTO staff_chat (bot_id, chat_id, thread_id, has_topics, language)"
           " SELECT bot_id, {chat}, {thread}, {topics}, language FROM used"
           " ON CONFLICT (bot_id) DO UPDATE SET chat_id = excluded.chat_id, thread_id = excluded.thread_id,"
           "  has_topics = excluded.has_topics, language = excluded.language, linked_at = now()",
};

static const struct db_statement remove_statement = {
    .name = "staff_chat_remove",
    .parameters = "bot text",
    .sql = "WITH ours AS (SELECT id FROM bot WHERE name = {bot}),"
           " members AS (DELETE FROM staff_member WHERE bot_id IN (SELECT id FROM ours)),"
           " codes AS (DELETE FROM staff_code WHERE bot_id IN (SELECT id FROM ours)),"
           " chats AS (DELETE FROM staff_chat WHERE bot_id IN (SELECT id FROM ours) RETURNING bot_id)"
           " SELECT EXISTS (SELECT FROM chats) FROM ours",
    .no_row = NO_BOT,
};
// clang-format on

bool staff_chat_store_replace_code(struct db *tx, const struct staff_code *code,
                                   struct db_rows *rows, struct slice *username,
                                   struct fault *fault)
{
    if (!db_query_row(tx, &code_statement,
                      DB_VALUES(db_text(code->bot), db_bytes(code->hash),
                                db_str(language_names[code->language]), db_int(code->valid_s)),
                      rows, fault))
        return false;
    *username = db_get_text(rows, 0, 0);
    return true;
}

bool staff_chat_store_read_view(struct db *db, const struct uuid *bot_id, int64_t chat_id,
                                int64_t user_id, struct db_rows *rows, struct staff_chat_view *out,
                                struct fault *fault)
{
    if (!db_query(db, &view_statement, DB_VALUES(db_uuid(bot_id), db_int(chat_id), db_int(user_id)),
                  rows, fault))
        return false;
    *out = (struct staff_chat_view){.is_linked = db_get_bool(rows, 0, 0),
                                    .language = language_or(db_get_text(rows, 0, 1), LANGUAGE_RU),
                                    .member = db_get_text(rows, 0, 2),
                                    .code_hash = db_get_bytes(rows, 0, 3)};
    return true;
}

static enum staff_chat_state choose_staff_chat_state(bool is_reachable, bool other_bot_writes,
                                                     bool other_bot_writes_here, bool any_is_linked)
{
    if (is_reachable)
        return other_bot_writes_here ? STAFF_CHAT_ELSEWHERE : STAFF_CHAT_HERE;
    if (other_bot_writes)
        return STAFF_CHAT_ELSEWHERE;
    return any_is_linked ? STAFF_CHAT_LOST : STAFF_CHAT_NONE;
}

bool staff_chat_store_find(struct db *db, const struct uuid *bot_id, struct staff_chat *out,
                           struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query(db, &find_statement, DB_VALUES(db_uuid(bot_id)), &rows, fault))
        return false;
    *out = (struct staff_chat){
        .state = choose_staff_chat_state(db_get_bool(&rows, 0, 3), db_get_bool(&rows, 0, 4),
                                         db_get_bool(&rows, 0, 5), db_get_bool(&rows, 0, 6)),
        .is_linked = !db_is_null(&rows, 0, 0),
        .chat_id = db_get_int(&rows, 0, 0),
        .thread_id = db_is_null(&rows, 0, 1) ? 0 : db_get_int(&rows, 0, 1),
        .language = language_or(db_get_text(&rows, 0, 2), LANGUAGE_RU)};
    return true;
}

bool staff_chat_store_link(struct db *tx, const struct staff_chat_link *link, bool *linked,
                           struct fault *fault)
{
    return db_query_one(tx, &link_statement,
                        DB_VALUES(db_uuid(&link->bot_id), db_int(link->chat_id),
                                  db_int(link->thread_id), db_bool(link->has_topics),
                                  db_int(link->user_id), db_text(link->name),
                                  db_bytes(link->code_hash)),
                        linked, fault);
}

bool staff_chat_store_remove(struct db *tx, struct slice bot_name, bool *removed,
                             struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query_row(tx, &remove_statement, DB_VALUES(db_text(bot_name)), &rows, fault))
        return false;
    *removed = db_get_bool(&rows, 0, 0);
    return true;
}
