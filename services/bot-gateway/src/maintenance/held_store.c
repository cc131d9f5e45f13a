// SPDX-License-Identifier: MIT
#include "maintenance/held_store.h"

#include "outbox/recipient_store.h"

// clang-format off
static const struct db_part of_bot[] = {
    {"of_bot", "(SELECT id FROM bot WHERE {bot} IS NULL OR name = {bot})"},
    {"held_messages", "s.status = 'uncertain' AND s.error_code = 'restored' AND s.bot_id IN {of_bot}"},
    {NULL, NULL},
};

static const struct db_statement list_statement = {
    .name = "held_list",
    .parameters = "bot text, texts boolean",
    .sql = "SELECT b.name, h.kind, coalesce(h.chat_id::text, ''),"
           "  to_char(h.since AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI'),"
           "  CASE WHEN {texts} THEN left(regexp_replace(coalesce(h.text, ''), '\\s+', ' ', 'g'), 200) ELSE '' END"
           " FROM held h JOIN bot b ON b.id = h.bot_id WHERE {bot} IS NULL OR b.name = {bot}"
           " ORDER BY h.since, b.name, h.chat_id LIMIT 1000",
};

static const struct db_statement broadcasts_statement = {
    .name = "held_broadcasts",
    .parameters = "bot text, send boolean",
    .parts = {of_bot},
    .sql = "UPDATE broadcast SET status = CASE WHEN {send} THEN 'running' ELSE 'cancelled' END,"
           "  moved = CASE WHEN {send} THEN 'resume' ELSE 'cancel' END, moved_by = 'held', running_since = now()"
           " WHERE slot IS NOT NULL AND status = 'paused' AND moved_by = 'restore' AND bot_id IN {of_bot}",
};
static const struct db_statement lock_statement = {
    .name = "held_lock",
    .parameters = "bot text",
    .parts = {of_bot},
    .sql = "SELECT FROM recipient r WHERE r.bot_id IN {of_bot} AND EXISTS (SELECT FROM sending s"
           "  WHERE s.bot_id = r.bot_id AND s.chat_id = r.chat_id"
           "   AND (s.status = 'queued' OR {held_messages}))"
           " ORDER BY r.chat_id, r.id FOR UPDATE",
};
/* Runs in the transaction that cancels the broadcasts: the sender skips queued messages of paused
 * broadcasts, but would send those of cancelled ones. */
static const struct db_statement cancel_statement = {
    .name = "held_cancel",
    .parameters = "bot text",
    .parts = {of_bot},
    .sql = "UPDATE sending s SET status = 'cancelled' FROM broadcast b"
           " WHERE b.slot IS NOT NULL AND b.status = 'cancelled' AND b.bot_id IN {of_bot}"
           "  AND s.broadcast_id = b.id AND s.status = 'queued'",
};
/* Supersedes messages that a person has sent again while a newer one with the supersede_key was held:
 * only one of them can be queued. */
static const struct db_statement supersede_statement = {
    .name = "held_supersede",
    .parameters = "bot text, send boolean",
    .parts = {of_bot},
    .sql = "UPDATE sending older SET status = 'superseded'"
           " WHERE {send} AND older.status = 'queued' AND older.supersede_key IS NOT NULL"
           "  AND EXISTS (SELECT FROM sending s WHERE {held_messages} AND s.bot_id = older.bot_id"
           "   AND s.chat_id = older.chat_id AND s.supersede_key = older.supersede_key AND s.id > older.id)",
};
static const struct db_statement messages_statement = {
    .name = "held_messages",
    .parameters = "bot text, send boolean",
    .parts = {of_bot},
    .sql = "UPDATE sending s SET moved = CASE WHEN {send} THEN 'resend' ELSE 'cancel' END, moved_by = 'held',"
           "  error_code = CASE WHEN NOT {send} THEN s.error_code END,"
           "  status = CASE WHEN NOT {send} THEN 'cancelled' WHEN EXISTS (SELECT FROM sending newer"
           "    WHERE newer.bot_id = s.bot_id AND newer.chat_id = s.chat_id"
           "     AND newer.supersede_key = s.supersede_key AND newer.id > s.id"
           "     AND (newer.status = 'queued' OR newer.status = 'uncertain' AND newer.error_code = 'restored'))"
           "   THEN 'superseded' ELSE 'queued' END"
           " WHERE {held_messages}",
};
/* Updates with calls are handled again only for 47 h after receipt: inbox/update_replay.c. */
static const struct db_statement updates_statement = {
    .name = "held_updates",
    .parameters = "bot text, send boolean",
    .parts = {of_bot},
    .sql = "UPDATE update u SET status = CASE WHEN {send} THEN 'received' ELSE 'done' END, tries = 0,"
           "  reason = CASE WHEN NOT {send} THEN u.reason END, replayed_by = 'held', version = version + 1"
           " WHERE u.status = 'dead' AND u.reason LIKE 'restored:%' AND u.bot_id IN {of_bot}"
           "  AND (NOT {send} OR u.calls IS NULL OR u.received_at > now() - interval '47 hours')",
};
static const struct db_statement renew_statement = {
    .name = "held_renew",
    .parameters = "bot text",
    .parts = {of_bot, recipient_renew_parts},
    .sql = "{renew} own.bot_id IN {of_bot} AND own.lane IS NULL"
           " AND EXISTS (SELECT FROM sending s WHERE s.bot_id = own.bot_id AND s.chat_id = own.chat_id"
           "  AND s.status = 'queued')",
};
// clang-format on

bool held_store_list(struct db *tx, struct slice bot_name, bool includes_texts,
                     struct db_rows *rows, struct fault *fault)
{
    return db_query(tx, &list_statement, DB_VALUES(db_text(bot_name), db_bool(includes_texts)),
                    rows, fault);
}

bool held_store_send_or_drop(struct db *tx, struct slice bot_name, bool send, int64_t *count,
                             struct fault *fault)
{
    auto_rows struct db_rows broadcasts = {0}, messages = {0}, updates = {0};
    const struct db_value values[] = {db_text(bot_name), db_bool(send)};
    const struct db_call calls[] = {
        {&broadcasts_statement, values, 2, &broadcasts},
        {&lock_statement,       values, 1, NULL       },
        {&cancel_statement,     values, 1, NULL       },
        {&supersede_statement,  values, 2, NULL       },
        {&messages_statement,   values, 2, &messages  },
        {&updates_statement,    values, 2, &updates   },
        {&renew_statement,      values, 1, NULL       },
    };

    if (!db_query_all(tx, calls, ARRAY_LEN(calls), fault))
        return false;
    *count = broadcasts.affected + messages.affected + updates.affected;
    return true;
}
