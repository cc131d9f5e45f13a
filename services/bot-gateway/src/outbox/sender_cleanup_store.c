// SPDX-License-Identifier: MIT
/* SQL of the sender's periodic work: leases, expired and old messages, gauges. */
#include <stddef.h>

#include "db/transaction.h"

#include "outbox/recipient_store.h"
#include "outbox/sender_store.h"

// clang-format off
static const struct db_statement lapsed_statement = {
    .name = "sender_lapsed",
    .parameters = "own uuid[], most bigint",
    .shape = &sender_call_shape,
    .sql = "SELECT {columns}, s.leased_by"
           " FROM sending s WHERE status = 'sending' AND leased_until <= now() AND NOT id = ANY ({own})"
           " ORDER BY leased_until LIMIT {most}",
};

static const struct db_statement renew_leases_statement = {
    .name = "sender_keep",
    .parameters = "messages uuid[], lease bigint",
    .sql = "UPDATE sending SET leased_until = now() + {lease} * interval '1 millisecond'"
           " WHERE status = 'sending' AND id = ANY ({messages})",
};

/* Locks chats with expired messages. Skips chats that another transaction has locked: a later run
 * expires their messages. */
static const struct db_statement lock_statement = {
    .name = "sender_expire_lock",
    .parameters = "most bigint",
    .sql = "WITH over AS MATERIALIZED (SELECT bot_id, chat_id FROM sending"
           "  WHERE status = 'queued' AND expires_at <= now() AND lane > 0"
           "  ORDER BY expires_at LIMIT {most}),"
           " locked AS MATERIALIZED (SELECT r.id FROM recipient r"
           "  WHERE (r.bot_id, r.chat_id) IN (SELECT bot_id, chat_id FROM over)"
           "  FOR UPDATE SKIP LOCKED)"
           " SELECT coalesce(array_agg(id), '{}')::text FROM locked",
};

static const struct db_statement expire_statement = {
    .name = "sender_expire",
    .parameters = "chats text",
    .sql = "UPDATE sending s SET status = 'expired'"
           " FROM recipient r"
           " WHERE r.id = ANY ({chats}::uuid[]) AND s.bot_id = r.bot_id AND s.chat_id = r.chat_id"
           "  AND s.status = 'queued' AND s.expires_at <= now()",
};

static const struct db_statement expire_answers_statement = {
    .name = "sender_expire_answers",
    .sql = "UPDATE sending SET status = 'expired'"
           " WHERE status = 'queued' AND expires_at <= now() AND lane = 0",
};

const struct db_statement sender_store_delete_old = {
    .name = "sender_forget",
    .parameters = "limit bigint",
    .sql = "DELETE FROM sending WHERE id IN (SELECT id FROM sending"
           "  WHERE status IN ('sent', 'failed', 'expired', 'superseded', 'cancelled')"
           "   AND updated_at < now() - interval '30 days' LIMIT {limit} FOR UPDATE SKIP LOCKED)",
};

const struct db_statement sender_store_limit_inactive = {
    .name = "sender_limit_inactive",
    .parameters = "limit bigint",
    .sql = "UPDATE sending SET expires_at = now() + interval '1 day' WHERE id IN (SELECT s.id"
           "  FROM bot b JOIN sending s ON s.bot_id = b.id AND s.status = 'queued'"
           "  WHERE NOT b.is_active AND s.expires_at IS NULL AND s.broadcast_id IS NULL"
           "  LIMIT {limit} FOR UPDATE OF s SKIP LOCKED)",
};

const struct db_statement sender_store_cancel_old_confided = {
    .name = "sender_cancel_confided",
    .parameters = "limit bigint",
    .sql = "UPDATE sending SET status = 'cancelled' WHERE id IN (SELECT id FROM sending"
           "  WHERE confided AND status = 'uncertain'"
           "   AND updated_at < now() - interval '7 days' LIMIT {limit} FOR UPDATE SKIP LOCKED)",
};

static const struct db_statement gauges_statement = {
    .name = "sender_gauges",
    .sql = "SELECT coalesce(extract(epoch FROM now() - min(oldest.created_at)), 0)::double precision,"
           "  (SELECT count(*) FROM recipient WHERE parked_until > now()), (SELECT count(*) FROM held)"
           " FROM (VALUES (0), (1), (2)) lanes (lane) CROSS JOIN LATERAL (SELECT created_at FROM sending s"
           "  WHERE status = 'queued' AND lane = lanes.lane"
           "   AND NOT EXISTS (SELECT FROM broadcast b WHERE b.id = s.broadcast_id AND b.status = 'paused')"
           "   AND NOT EXISTS (SELECT FROM bot b WHERE b.id = s.bot_id AND NOT b.is_active)"
           "  ORDER BY id LIMIT 1) oldest",
};
// clang-format on
bool sender_store_find_lapsed_calls(struct db *db, struct db_value excluded_messages,
                                    struct db_rows *rows, struct fault *fault)
{
    return db_query(db, &lapsed_statement, DB_VALUES(excluded_messages, db_int(SENDER_CLEANUP_MAX)),
                    rows, fault);
}

void sender_store_read_lapsed_call(const struct db_rows *rows, int row, struct sender_call *call,
                                   struct uuid *process)
{
    sender_store_read_call(rows, row, call);
    *process = db_get_uuid(rows, row, (int)sender_call_shape.count);
}

bool sender_store_renew_message_leases(struct db_pool *pool, struct db_value message_ids,
                                       struct fault *fault)
{
    return db_execute(pool, &renew_leases_statement,
                      DB_VALUES(message_ids, db_int(SENDER_LEASE_MS)), NULL, fault);
}

bool sender_store_expire_messages(struct db *tx, int64_t *expired_count, struct fault *fault)
{
    auto_rows struct db_rows locked = {0}, chats = {0}, answers = {0};

    if (!db_query(tx, &lock_statement, DB_VALUES(db_int(SENDER_CLEANUP_MAX)), &locked, fault))
        return false;
    const struct db_value mine[] = {db_text(db_get_text(&locked, 0, 0))};
    const struct db_call calls[] = {
        {&expire_statement,              mine, 1, &chats  },
        {&expire_answers_statement,      NULL, 0, &answers},
        {&recipient_renew_all_statement, mine, 1, NULL    },
    };

    if (!db_query_all(tx, calls, 3, fault))
        return false;
    *expired_count = chats.affected + answers.affected;
    return true;
}

bool sender_store_read_gauges(struct db *db, struct sender_gauges *out, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query(db, &gauges_statement, DB_NO_VALUES, &rows, fault))
        return false;
    *out = (struct sender_gauges){.oldest_s = db_get_double(&rows, 0, 0),
                                  .throttled = db_get_int(&rows, 0, 1),
                                  .held = db_get_int(&rows, 0, 2)};
    return true;
}
