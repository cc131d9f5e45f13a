// SPDX-License-Identifier: MIT
#include "outbox/recipient_store.h"

// clang-format off
const struct db_part recipient_renew_parts[] = {
    {"renew", "UPDATE recipient r SET lane = head.lane,"
              "  due_at = CASE WHEN head.lane IS NOT NULL"
              "   THEN greatest(coalesce(r.due_at, now()), r.parked_until) END,"
              "  parked_until = CASE WHEN r.parked_until > now() THEN r.parked_until END"
              " FROM recipient own LEFT JOIN LATERAL ("
              "  SELECT s.lane FROM sending s"
              "  WHERE s.bot_id = own.bot_id AND s.chat_id = own.chat_id AND s.status = 'queued'"
              "   AND (s.expires_at IS NULL OR s.expires_at > now())"
              "   AND NOT EXISTS (SELECT FROM broadcast b WHERE b.id = s.broadcast_id AND b.status = 'paused')"
              "   AND NOT EXISTS (SELECT FROM sending flight"
              "    WHERE flight.bot_id = own.bot_id AND flight.chat_id = own.chat_id"
              "     AND flight.status = 'sending' AND flight.lane > 0)"
              "  ORDER BY s.lane, s.id LIMIT 1) head ON true"
              " WHERE own.id = r.id AND"},
    {NULL, NULL},
};

const struct db_statement recipient_lock_statement = {
    .name = "recipient_lock",
    .parameters = "bot uuid, chat bigint",
    .sql = "INSERT INTO recipient AS r (bot_id, chat_id) VALUES ({bot}, {chat})"
           " ON CONFLICT (bot_id, chat_id) DO UPDATE SET chat_id = r.chat_id",
};

const struct db_statement recipient_renew_statement = {
    .name = "recipient_renew",
    .parameters = "bot uuid, chat bigint",
    .parts = {recipient_renew_parts},
    .sql = "{renew} own.bot_id = {bot} AND own.chat_id = {chat}",
};

const struct db_statement recipient_renew_all_statement = {
    .name = "recipient_renew_all",
    .parameters = "chats text",
    .parts = {recipient_renew_parts},
    .sql = "{renew} own.id = ANY ({chats}::uuid[])",
};

static const struct db_statement close_statement = {
    .name = "recipient_close",
    .parameters = "bot uuid, chat bigint, reason text",
    .sql = "UPDATE recipient SET unreachable_since = now(), unreachable_reason = left({reason}, 200)"
           " WHERE bot_id = {bot} AND chat_id = {chat} AND unreachable_since IS NULL",
};

static const struct db_statement refuse_statement = {
    .name = "recipient_refuse",
    .parameters = "bot uuid, chat bigint",
    .sql = "UPDATE sending SET status = 'failed', error_code = 'chat_unreachable',"
           "  error_text = 'The chat cannot be reached.'"
           " WHERE bot_id = {bot} AND chat_id = {chat} AND status = 'queued'",
};

static const struct db_statement reopen_statement = {
    .name = "recipient_reopen",
    .parameters = "bot uuid, chat bigint",
    .sql = "UPDATE recipient SET unreachable_since = NULL, unreachable_reason = NULL"
           " WHERE bot_id = {bot} AND chat_id = {chat} AND unreachable_since IS NOT NULL",
};

/* If both chats have a queued message with the same supersede_key, the new chat's message stays. */
static const struct db_statement supersede_statement = {
    .name = "recipient_give_way",
    .parameters = "bot uuid, from bigint, to bigint",
    .sql = "UPDATE sending s SET status = 'superseded'"
           " WHERE s.bot_id = {bot} AND s.chat_id = {from} AND s.status = 'queued'"
           "  AND EXISTS (SELECT FROM sending other WHERE other.bot_id = {bot} AND other.chat_id = {to}"
           "   AND other.status = 'queued' AND other.supersede_key = s.supersede_key)",
};

static const struct db_statement migrate_statement = {
    .name = "recipient_migrate",
    .parameters = "bot uuid, from bigint, to bigint",
    .sql = "UPDATE sending SET chat_id = {to}"
           " WHERE bot_id = {bot} AND chat_id = {from}"
           "  AND status IN ('queued', 'uncertain', 'failed')",
};

static const struct db_statement staff_chat_statement = {
    .name = "recipient_move_staff_chat",
    .parameters = "bot uuid, from bigint, to bigint",
    .sql = "UPDATE staff_chat SET chat_id = {to} WHERE bot_id = {bot} AND chat_id = {from}",
};
// clang-format on

bool recipient_store_mark_unreachable(struct db *tx, const struct uuid *bot_id, int64_t chat_id,
                                      struct slice reason, struct fault *fault)
{
    const struct db_value values[] = {db_uuid(bot_id), db_int(chat_id), db_text(reason)};
    const struct db_call calls[] = {
        {&recipient_lock_statement,  values, 2, NULL},
        {&close_statement,           values, 3, NULL},
        {&refuse_statement,          values, 2, NULL},
        {&recipient_renew_statement, values, 2, NULL},
    };

    return db_query_all(tx, calls, ARRAY_LEN(calls), fault);
}

bool recipient_store_mark_reachable(struct db *tx, const struct uuid *bot_id, int64_t chat_id,
                                    bool *was_unreachable, struct fault *fault)
{
    return db_query_one(tx, &reopen_statement, DB_VALUES(db_uuid(bot_id), db_int(chat_id)),
                        was_unreachable, fault);
}

bool recipient_store_migrate(struct db *tx, const struct uuid *bot_id, int64_t from_chat,
                             int64_t to_chat, struct fault *fault)
{
    /* Locks the chats in the order of their ids. A deadlock with the sender, which has locked the
     * old chat, is retried. */
    const struct db_value less[] = {db_uuid(bot_id),
                                    db_int(from_chat < to_chat ? from_chat : to_chat)};
    const struct db_value more[] = {db_uuid(bot_id),
                                    db_int(from_chat < to_chat ? to_chat : from_chat)};
    const struct db_value both[] = {db_uuid(bot_id), db_int(from_chat), db_int(to_chat)};
    const struct db_call calls[] = {
        {&recipient_lock_statement,  less, 2, NULL},
        {&recipient_lock_statement,  more, 2, NULL},
        {&supersede_statement,       both, 3, NULL},
        {&migrate_statement,         both, 3, NULL},
        {&staff_chat_statement,      both, 3, NULL},
        {&recipient_renew_statement, less, 2, NULL},
        {&recipient_renew_statement, more, 2, NULL},
    };

    return db_query_all(tx, calls, ARRAY_LEN(calls), fault);
}
