// SPDX-License-Identifier: MIT
#include "outbox/sender_store.h"

#include <stddef.h>

#include "db/transaction.h"

#include "history/history_store.h"
#include "outbox/message.h"
#include "outbox/recipient_store.h"

// clang-format off
#define AT(member) offsetof(struct sender_call, member)
static const struct db_column call_columns[] = {
    {DB_UUID, AT(id),         .name = "id"},
    {DB_UUID, AT(bot_id),     .name = "bot_id"},
    {DB_INT,  AT(chat_id),    .name = "chat_id"},
    {DB_INT,  AT(info.lane),  .name = "lane"},
    {DB_INT,  AT(info.tries), .name = "tries"},
    {DB_INT,  AT(info.unknown_calls), .name = "unknown_calls"},
    {DB_INT,  AT(info.age_s), .sql = "extract(epoch FROM now() - s.created_at)::bigint"},
    {DB_NAME, AT(info.on_unknown), .name = "on_unknown", .names = outbox_on_unknown_names},
    {DB_BOOL, AT(info.plain), .name = "plain"},
    {DB_BOOL, AT(confided),   .name = "confided"},
    {DB_BOOL, AT(info.has_instead), .sql = "s.instead IS NOT NULL AND NOT s.swapped"},
    {DB_BOOL, AT(info.is_ephemeral), .sql = "(s.payload -> s.part) ? '" MESSAGE_EPHEMERAL "'"},
    {DB_BOOL, AT(info.in_topic), .sql = "(s.payload -> s.part) ? 'message_thread_id'"},
    {DB_TEXT, AT(method),     .sql = "CASE WHEN s.anew THEN 'sendMessage' ELSE coalesce(s.payload -> s.part ->> 'method', s.method) END"},
    {DB_TEXT, AT(parameters), .sql = "((s.payload -> s.part) - 'method' - CASE WHEN s.plain THEN '{text,parse_mode}' ELSE '{}' END::text[]"
                                     " - CASE WHEN s.anew THEN '{message_id}' ELSE '{}' END::text[]"
                                     " || CASE WHEN s.payload -> s.part -> 'message_thread_id' = '-1'"
                                     " THEN jsonb_build_object('message_thread_id', s.telegram_message_ids -> 0) ELSE '{}' END"
                                     " || CASE WHEN s.chat_id IS NULL THEN '{}'"
                                     " ELSE jsonb_build_object('chat_id', s.chat_id) END)::text"},
    {DB_TEXT, AT(markup),     .sql = "CASE WHEN s.plain THEN s.payload -> s.part ->> 'text' END"},
};
#undef AT
const struct db_shape sender_call_shape = DB_SHAPE(call_columns, "s");

static const struct db_statement answers_statement = {
    .name = "sender_answers",
    .parameters = "bots uuid[], most bigint",
    .sql = "SELECT id, bot_id FROM sending"
           " WHERE status = 'queued' AND lane = 0 AND bot_id = ANY ({bots})"
           " ORDER BY id LIMIT {most}",
};

/* Chats with a due message. Reads `recipient` only: the length of the queue does not matter. */
static const struct db_statement chats_statement = {
    .name = "sender_chats",
    .parameters = "bots uuid[], most bigint",
    .sql = "SELECT due.id, due.bot_id, due.chat_id"
           " FROM bot CROSS JOIN LATERAL ("
           "  (SELECT id, bot_id, chat_id, lane, due_at FROM recipient"
           "   WHERE bot_id = bot.id AND lane = 1 AND due_at <= now() ORDER BY due_at LIMIT {most})"
           "  UNION ALL"
           "  (SELECT id, bot_id, chat_id, lane, due_at FROM recipient"
           "   WHERE bot_id = bot.id AND lane = 2 AND due_at <= now() ORDER BY due_at LIMIT {most})"
           "  ORDER BY lane, due_at LIMIT {most}) due"
           " WHERE bot.id = ANY ({bots})"
           "  AND NOT EXISTS (SELECT FROM sending_pause p WHERE p.bot_id = bot.id AND p.paused_until > now())"
           " ORDER BY due.bot_id, due.lane, due.due_at",
};

static const struct db_statement next_statement = {
    .name = "sender_next",
    .parameters = "bots uuid[]",
    .sql = "SELECT ceil(extract(epoch FROM min(greatest(next.due_at, next.paused_until)) - now()) * 1000)::bigint"
           " FROM bot CROSS JOIN LATERAL ("
           "  SELECT min(r.due_at) AS due_at, p.paused_until"
           "  FROM (VALUES (1), (2)) lanes (lane) CROSS JOIN LATERAL ("
           "    SELECT due_at FROM recipient WHERE bot_id = bot.id AND lane = lanes.lane AND due_at > now()"
           "    ORDER BY due_at LIMIT 1) r"
           "   LEFT JOIN sending_pause p ON p.bot_id = bot.id AND p.paused_until > now()"
           "  GROUP BY p.paused_until) next"
           " WHERE bot.id = ANY ({bots})",
};

/* A lease that ends later than ten leases from now is of a clock that was ahead, and does not hold. */
static const struct db_statement hold_lease_statement = {
    .name = "sender_hold_lease",
    .parameters = "process uuid, lease bigint",
    .sql = "UPDATE sender SET previous = owner, owner = {process},"
           "  leased_until = now() + {lease} * interval '1 millisecond'"
           " WHERE owner = {process} OR leased_until <= now()"
           "  OR leased_until > now() + {lease} * interval '10 milliseconds'"
           " RETURNING previous",
};

static const struct db_statement release_lease_statement = {
    .name = "sender_release_lease",
    .parameters = "process uuid",
    .sql = "UPDATE sender SET leased_until = '-infinity' WHERE owner = {process}",
};

/* Whether the process holds the sender's lease. Its lock prevents that another process takes the
 * lease before the transaction ends. */
static const struct db_statement holds_statement = {
    .name = "sender_holds",
    .parameters = "process uuid",
    .sql = "SELECT FROM sender WHERE owner = {process} AND leased_until > now() FOR SHARE",
};

/* Locks those of {chats} that are due; skips chats that another transaction has locked. */
static const struct db_statement lock_statement = {
    .name = "sender_lock",
    .parameters = "chats uuid[]",
    .sql = "WITH locked AS MATERIALIZED (SELECT id FROM recipient"
           "  WHERE id = ANY ({chats}) AND due_at <= now() FOR UPDATE SKIP LOCKED)"
           " SELECT coalesce(array_agg(id), '{}')::text FROM locked",
};

static const struct db_statement wait_statement = {
    .name = "sender_wait",
    .parameters = "chats uuid[], waits bigint[]",
    .sql = "UPDATE recipient r SET due_at = now() + w.ms * interval '1 millisecond'"
           " FROM unnest({chats}, {waits}) w (id, ms),"
           "  (SELECT id FROM recipient WHERE id = ANY ({chats}) AND due_at <= now()"
           "   FOR UPDATE SKIP LOCKED) free"
           " WHERE r.id = w.id AND r.id = free.id",
};

#define LEASED                                                                                     \
    " status = 'sending', leased_by = {process}, tries = s.tries + 1,"                             \
    " leased_until = now() + {lease} * interval '1 millisecond'"

static const struct db_statement mark_statement = {
    .name = "sender_mark",
    .parameters = "process uuid, lease bigint, chats text, answers uuid[]",
    .shape = &sender_call_shape,
    .sql = "WITH heads AS MATERIALIZED ("
           "  SELECT head.id FROM recipient r CROSS JOIN LATERAL ("
           "    SELECT q.id FROM sending q"
           "    WHERE q.bot_id = r.bot_id AND q.chat_id = r.chat_id AND q.status = 'queued'"
           "     AND (q.expires_at IS NULL OR q.expires_at > now())"
           "     AND NOT EXISTS (SELECT FROM broadcast b WHERE b.id = q.broadcast_id AND b.status = 'paused')"
           "     AND NOT EXISTS (SELECT FROM sending f WHERE f.bot_id = r.bot_id"
           "      AND f.chat_id = r.chat_id AND f.status = 'sending' AND f.lane > 0)"
           "    ORDER BY q.lane, q.id LIMIT 1) head"
           "  WHERE r.id = ANY ({chats}::uuid[]) AND r.unreachable_since IS NULL),"
           " answers AS MATERIALIZED (SELECT id FROM sending"
           "  WHERE id = ANY ({answers}) AND status = 'queued' FOR UPDATE SKIP LOCKED)"
           " UPDATE sending s SET" LEASED
           " WHERE s.id IN (SELECT id FROM heads UNION ALL SELECT id FROM answers) AND s.status = 'queued'"
           " RETURNING {columns}",
};

static const struct db_statement refuse_statement = {
    .name = "sender_refuse",
    .parameters = "chats text",
    .sql = "UPDATE sending s SET status = 'failed', error_code = 'chat_unreachable',"
           "  error_text = 'The chat cannot be reached.'"
           " FROM recipient r"
           " WHERE r.id = ANY ({chats}::uuid[]) AND r.unreachable_since IS NOT NULL"
           "  AND s.bot_id = r.bot_id AND s.chat_id = r.chat_id AND s.status = 'queued'",
};

/* Locks a chat. Not recipient_lock_statement, which would create a chat that was erased meanwhile. */
static const struct db_statement hold_statement = {
    .name = "sender_hold",
    .parameters = "bot uuid, chat bigint",
    .sql = "SELECT FROM recipient WHERE bot_id = {bot} AND chat_id = {chat} FOR UPDATE",
};

/* Stores the outcome of a call. {done}, which means that the part was sent, is stored even if the
 * lease has expired and the message has become uncertain. */
static const struct db_statement end_statement = {
    .name = "sender_end",
    .parameters = "id uuid, process uuid, lapsed boolean, done boolean, status text, plain boolean, anew boolean,"
                  " instead boolean, leave_topic boolean, unknown boolean, message bigint, code text, text text",
    .sql = "UPDATE sending s SET status = next.status, part = CASE WHEN {instead} THEN 0 ELSE s.part + {done}::integer END,"
           "  plain = s.plain OR {plain}, anew = s.anew OR {anew}, swapped = s.swapped OR {instead},"
           "  payload = CASE WHEN {instead} AND NOT s.swapped THEN s.instead"
           "   WHEN {leave_topic} THEN (SELECT jsonb_agg(p.one - 'message_thread_id' ORDER BY p.n)"
           "    FROM jsonb_array_elements(s.payload) WITH ORDINALITY p (one, n))"
           "   ELSE s.payload END,"
           "  instead = CASE WHEN {instead} AND NOT s.swapped THEN s.payload ELSE s.instead END, error_code = {code}, error_text = left({text}, 300),"
           "  unknown_calls = s.unknown_calls + {unknown}::integer,"
           "  telegram_message_ids = CASE WHEN {instead} THEN '[]' WHEN {message} IS NULL THEN s.telegram_message_ids"
           "   ELSE s.telegram_message_ids || to_jsonb({message}) END,"
           "  sent_at = CASE WHEN next.status = 'sent' THEN now() ELSE s.sent_at END,"
           "  leased_by = NULL, leased_until = NULL"
           " FROM (SELECT CASE"
           "   WHEN {done} AND own.part + 1 = own.parts THEN 'sent'"
           "   WHEN NOT {done} AND {status} <> 'queued' THEN {status}"
           "   WHEN EXISTS (SELECT FROM sending newer WHERE newer.bot_id = own.bot_id"
           "    AND newer.chat_id = own.chat_id AND newer.supersede_key = own.supersede_key"
           "    AND newer.status = 'queued') THEN 'superseded'"
           "   ELSE 'queued' END AS status"
           "  FROM sending own WHERE own.id = {id}) next"
           " WHERE s.id = {id} AND (s.status = 'sending' AND s.leased_by = {process}"
           "   AND (NOT {lapsed} OR s.leased_until <= now())"
           "  OR {done} AND s.status = 'uncertain' AND s.moved IS NULL)",
};

static const struct db_statement park_statement = {
    .name = "sender_park",
    .parameters = "bot uuid, chat bigint, ms bigint",
    .sql = "UPDATE recipient"
           " SET parked_until = greatest(parked_until, now() + {ms} * interval '1 millisecond')"
           " WHERE bot_id = {bot} AND chat_id = {chat} AND {ms} > 0",
};

static const struct db_statement pause_statement = {
    .name = "sender_pause",
    .parameters = "bot uuid, ms bigint, reason text",
    .sql = "INSERT INTO sending_pause AS p (bot_id, paused_until, reason)"
           " VALUES ({bot}, now() + {ms} * interval '1 millisecond', {reason})"
           " ON CONFLICT (bot_id) DO UPDATE SET reason = EXCLUDED.reason,"
           "  paused_until = greatest(p.paused_until, EXCLUDED.paused_until)",
};
// clang-format on

void sender_due_finish(struct sender_due *due)
{
    db_rows_finish(&due->answers);
    db_rows_finish(&due->chats);
}

bool sender_store_find_due_messages(struct db *db, struct db_value bot_ids, int64_t rows_max,
                                    struct sender_due *out, struct fault *fault)
{
    auto_rows struct db_rows next = {0};
    struct sender_due due = {.next_ms = FIELD_ABSENT};
    const struct db_value values[] = {bot_ids, db_int(rows_max)};
    const struct db_call calls[] = {
        {&answers_statement, values, 2, &due.answers},
        {&chats_statement,   values, 2, &due.chats  },
        {&next_statement,    values, 1, &next       },
    };

    if (!db_query_all(db, calls, ARRAY_LEN(calls), fault))
        return false;
    due.next_ms = db_get_int(&next, 0, 0);
    *out = due;
    return true;
}

bool sender_store_take_lease(struct db_pool *pool, const struct uuid *process, bool *held,
                             struct uuid *previous, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_execute(pool, &hold_lease_statement,
                    DB_VALUES(db_uuid(process), db_int(SENDER_HOLD_MS)), &rows, fault))
        return false;
    *held = rows.count == 1;
    *previous = *held ? db_get_uuid(&rows, 0, 0) : (struct uuid){0};
    return true;
}

bool sender_store_release_lease(struct db_pool *pool, const struct uuid *process,
                                struct fault *fault)
{
    return db_execute(pool, &release_lease_statement, DB_VALUES(db_uuid(process)), NULL, fault);
}

/* --- the claim --- */

bool sender_store_claim_messages(struct db *tx, const struct sender_claim *claim,
                                 struct db_rows *rows, struct fault *fault)
{
    auto_rows struct db_rows holds = {0}, locked = {0};
    const struct db_value process = db_uuid(claim->process);
    const struct db_value waits[] = {claim->waiting, claim->waits};
    const struct db_call first[] = {
        {&holds_statement, &process,      1, &holds },
        {&lock_statement,  &claim->chats, 1, &locked},
        {&wait_statement,  waits,         2, NULL   },
    };

    if (!db_query_all(tx, first, 3, fault))
        return false;
    if (holds.count == 0)
        return true;
    const struct db_value mine[] = {db_text(db_get_text(&locked, 0, 0))};
    const struct db_value marks[] = {process, db_int(SENDER_LEASE_MS), mine[0], claim->answers};
    const struct db_call second[] = {
        {&mark_statement,                marks, 4, rows},
        {&refuse_statement,              mine,  1, NULL},
        {&recipient_renew_all_statement, mine,  1, NULL},
    };
    return db_query_all(tx, second, 3, fault);
}

void sender_store_read_call(const struct db_rows *rows, int row, struct sender_call *out)
{
    *out = (struct sender_call){.info.on_unknown = OUTBOX_HOLD};
    db_row_read(rows, row, 0, call_columns, ARRAY_LEN(call_columns), out);
    out->info.edits = outcome_method_edits_message(out->method);
    out->info.has_file = outcome_method_sends_file(out->method);
    out->info.edits_text = outcome_method_edits_text(out->method);
}

/* --- the outcome --- */

/* The line of the sent message in the history. The id of a private chat is the id of its user (Bot
 * API, Chat); ids of groups and channels are negative. */
static struct history_line make_history_line(const struct sender_end *end)
{
    return (struct history_line){.id = uuid_make(),
                                 .bot_id = end->bot_id,
                                 .chat_id = end->chat_id,
                                 .user_id = end->chat_id > 0 ? end->chat_id : FIELD_ABSENT,
                                 .message_id = end->result->message_id,
                                 .direction = HISTORY_OUT,
                                 .language = -1,
                                 .text = end->text,
                                 .sent_at = FIELD_ABSENT,
                                 .sending_id = end->id};
}

/* Stores the outcome of a call in its message. `stored` is false if this process does not hold the
 * message any more. */
static bool store_message_outcome(struct db *tx, const struct sender_end *end, bool *stored,
                                  struct fault *fault)
{
    auto_rows struct db_rows ended = {0};
    struct db_value line_values[HISTORY_KEEP_VALUES];
    const struct outcome *outcome = end->outcome;
    const struct db_value chat[] = {db_uuid(&end->bot_id), db_int(end->chat_id),
                                    db_int(outcome->backoff_ms)};
    const struct db_value values[] = {
        db_uuid(&end->id),
        db_uuid(end->process),
        db_bool(end->lapsed),
        db_bool(outcome->status == OUTBOX_SENT),
        db_str(outbox_status_names[outcome->status]),
        db_bool(outcome->plain),
        db_bool(outcome->as_new),
        db_bool(outcome->instead),
        db_bool(outcome->leave_topic),
        db_bool(end->result->end == TELEGRAM_UNCERTAIN),
        db_int(outcome->status == OUTBOX_SENT ? end->result->message_id : FIELD_ABSENT),
        db_str(outcome->code),
        outcome->code != NULL ? db_text(end->result->text) : db_null(),
    };
    const struct db_call calls[] = {
        {&hold_statement,            chat,        2,                   NULL  },
        {&end_statement,             values,      13,                  &ended},
        {&park_statement,            chat,        3,                   NULL  },
        {&recipient_renew_statement, chat,        2,                   NULL  },
        {&history_keep_statement,    line_values, HISTORY_KEEP_VALUES, NULL  },
    };
    const bool in_chat = end->chat_id != FIELD_ABSENT;
    const bool in_history =
        in_chat && end->text.at != NULL && end->result->message_id != FIELD_ABSENT;

    if (in_history) {
        const struct history_line line = make_history_line(end);
        history_fill_line_values(&line, line_values);
    }
    if (!(in_chat ? db_query_all(tx, calls, in_history ? 5 : 4, fault)
                  : db_query_all(tx, &calls[1], 1, fault)))
        return false;
    *stored = ended.affected == 1;
    return true;
}

bool sender_store_apply_outcome(struct db *tx, const struct sender_end *end, struct fault *fault)
{
    const struct outcome *outcome = end->outcome;
    bool mine;

    if (!store_message_outcome(tx, end, &mine, fault))
        return false;
    if (!mine)
        return true;
    if (outcome->close_chat &&
        !recipient_store_mark_unreachable(tx, &end->bot_id, end->chat_id, end->result->text, fault))
        return false;
    if (outcome->move_chat &&
        !recipient_store_migrate(tx, &end->bot_id, end->chat_id, end->result->migrate_to, fault))
        return false;
    return outcome->pause_bot_ms == 0 ||
           db_query(tx, &pause_statement,
                    DB_VALUES(db_uuid(&end->bot_id), db_int(outcome->pause_bot_ms),
                              db_text(slice_of(outcome->code))),
                    NULL, fault);
}
