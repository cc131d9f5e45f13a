// SPDX-License-Identifier: MIT
#include "broadcasts/broadcaster_store.h"

#include <stddef.h>

#include "outbox/recipient_store.h"

// clang-format off
#define AT(member) offsetof(struct broadcast_state, member)
static const struct db_column columns[] = {
    {DB_NAME, AT(status), .name = "status", .names = broadcast_status_names},
    {DB_BOOL, AT(settled), .sql = "NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.datname = current_database()"
                                 " AND a.usename = current_user AND a.xact_start <= b.created_at)"},
    {DB_BOOL, AT(found),  .sql = "b.found_at IS NOT NULL"},
    {DB_BOOL, AT(left),   .sql = "EXISTS (SELECT FROM broadcast_person q WHERE q.broadcast_id = b.id)"},
    {DB_INT,  AT(queued), .sql = "w.queued"},
    {DB_INT,  AT(ready),  .sql = "w.ready"},
};
#undef AT
static const struct db_shape shape = DB_SHAPE(columns, "b");

#define STATE                                                                                      \
    "{columns} FROM broadcast b CROSS JOIN LATERAL (SELECT count(*) AS queued,"                    \
    "  count(*) FILTER (WHERE r.parked_until IS NULL OR r.parked_until <= now()) AS ready"         \
    " FROM sending s JOIN recipient r ON r.bot_id = s.bot_id AND r.chat_id = s.chat_id"            \
    " WHERE s.broadcast_id = b.id AND s.status IN ('queued', 'sending')) w"                        \
    " WHERE b.slot IS NOT NULL"

static const struct db_statement list_statement = {
    .name = "broadcaster_list",
    .parameters = "most bigint",
    .shape = &shape,
    .sql = "SELECT b.id, " STATE " AND (b.status <> 'paused' OR b.found_at IS NULL) ORDER BY b.id LIMIT {most}",
};

static const struct db_statement lock_statement = {
    .name = "broadcaster_lock",
    .parameters = "id uuid",
    .sql = "SELECT FROM broadcast WHERE id = {id} AND slot IS NOT NULL FOR NO KEY UPDATE SKIP LOCKED",
};

/* Reads the state of a locked broadcast. People are found by a later statement, whose snapshot thus
 * begins after `settled` became true: after the end of all transactions that may have stored a
 * person with a first_seen_at before the broadcast. Only this role stores people, so transactions
 * of other roles, such as a backup, are not waited for. */
static const struct db_statement state_statement = {
    .name = "broadcaster_state",
    .parameters = "id uuid",
    .shape = &shape,
    .sql = "SELECT b.id, " STATE " AND b.id = {id}",
};

const struct db_part broadcast_match_parts[] = {
    {"broadcast_fits",
     "({audience} ->> 'language' IS NULL OR coalesce(p.language, p.told_language) = {audience} ->> 'language')"
     " AND ({audience} ->> 'seen_after' IS NULL OR p.last_seen_at >= ({audience} ->> 'seen_after')::timestamptz)"
     " AND ({users} IS NULL OR p.user_id IN ({chosen}))"},
    {NULL, NULL},
};

static const struct db_part find_parts[] = {
    {"audience", "b.audience"},
    {"users",    "b.user_ids"},
    {"chosen",   "SELECT user_id FROM chosen"},
    {NULL, NULL},
};

/* Finds people of the broadcast among the next {most} of its bot. People first seen after the
 * creation of the broadcast are left out. */
static const struct db_statement find_statement = {
    .name = "broadcaster_find",
    .parameters = "id uuid, most bigint",
    .parts = {broadcast_match_parts, find_parts},
    .sql = "WITH b AS MATERIALIZED (SELECT * FROM broadcast WHERE id = {id}),"
           " chosen AS MATERIALIZED (SELECT value::bigint AS user_id"
           "  FROM b CROSS JOIN jsonb_array_elements_text(b.user_ids)),"
           " page AS MATERIALIZED (SELECT p.id, p.user_id, p.first_seen_at <= b.created_at AND {broadcast_fits} AS fits"
           "  FROM b CROSS JOIN LATERAL (SELECT * FROM person WHERE bot_id = b.bot_id AND id > b.found_to"
           "   ORDER BY id LIMIT {most}) p),"
           " fits AS MATERIALIZED (SELECT page.id, r.unreachable_since IS NOT NULL AS closed"
           "  FROM page CROSS JOIN b LEFT JOIN recipient r ON r.bot_id = b.bot_id AND r.chat_id = page.user_id"
           "  WHERE page.fits),"
           " placed AS (INSERT INTO broadcast_person (broadcast_id, person_id)"
           "  SELECT {id}, id FROM fits WHERE NOT closed ORDER BY id"
           "  ON CONFLICT ON CONSTRAINT broadcast_person_once DO NOTHING),"
           " counted AS (UPDATE broadcast_count"
           "  SET unreachable = unreachable + (SELECT count(*) FROM fits WHERE closed) WHERE broadcast_id = {id}),"
           " looked AS (SELECT (SELECT count(*) FROM page) < {most} AS all, (SELECT count(*) FROM fits) AS fit,"
           "  (SELECT id FROM page ORDER BY id DESC LIMIT 1) AS last)"
           " UPDATE broadcast SET found_to = coalesce(looked.last, found_to), found = found + looked.fit,"
           "  found_at = CASE WHEN looked.all THEN now() END,"
           "  total = CASE WHEN looked.all THEN found + looked.fit ELSE total END,"
           "  user_ids = CASE WHEN looked.all THEN NULL ELSE user_ids END"
           " FROM looked WHERE broadcast.id = {id}",
};

static const struct db_statement take_statement = {
    .name = "broadcaster_take",
    .parameters = "id uuid, most bigint",
    .sql = "WITH taken AS (DELETE FROM broadcast_person WHERE id IN (SELECT id FROM broadcast_person"
           "  WHERE broadcast_id = {id} ORDER BY person_id LIMIT {most}) RETURNING person_id)"
           " SELECT array_agg(person_id)::text FROM taken",
};

static const struct db_statement chats_statement = {
    .name = "broadcaster_chats",
    .parameters = "persons text",
    .sql = "INSERT INTO recipient AS r (bot_id, chat_id)"
           " SELECT bot_id, user_id FROM person WHERE id = ANY ({persons}::uuid[]) ORDER BY user_id"
           " ON CONFLICT (bot_id, chat_id) DO UPDATE SET chat_id = r.chat_id",
};

/* Queues a message for each person. {ids} are new ids of messages, at least one for each person. */
static const struct db_statement queue_statement = {
    .name = "broadcaster_queue",
    .parameters = "id uuid, persons text, ids uuid[]",
    .sql = "INSERT INTO sending (id, tenant_id, bot_id, chat_id, lane, method, payload, on_unknown, dedupe_key,"
           "  broadcast_id)"
           " SELECT pair.id, b.tenant_id, b.bot_id, p.user_id, 2, 'sendMessage',"
           "  coalesce(b.payloads -> coalesce(p.language, p.told_language), b.payloads -> 'ru'), b.on_unknown,"
           "  'broadcast:' || b.id || ':' || p.id, b.id"
           " FROM unnest({ids}, {persons}::uuid[]) pair (id, person_id)"
           "  JOIN person p ON p.id = pair.person_id JOIN broadcast b ON b.id = {id}"
           " ON CONFLICT (bot_id, dedupe_key) WHERE dedupe_key IS NOT NULL DO NOTHING",
};

static const struct db_statement next_statement = {
    .name = "broadcaster_next",
    .parameters = "persons text",
    .parts = {recipient_renew_parts},
    .sql = "{renew} (own.bot_id, own.chat_id) IN"
           " (SELECT p.bot_id, p.user_id FROM person p WHERE p.id = ANY ({persons}::uuid[]))",
};

static const struct db_statement drop_statement = {
    .name = "broadcaster_drop",
    .parameters = "id uuid, most bigint",
    .sql = "DELETE FROM broadcast_person WHERE id IN (SELECT id FROM broadcast_person"
           " WHERE broadcast_id = {id} LIMIT {most})",
};

static const struct db_statement finish_statement = {
    .name = "broadcaster_finish",
    .parameters = "id uuid",
    .sql = "UPDATE broadcast SET status = CASE WHEN status = 'running' THEN 'done' ELSE status END,"
           "  slot = NULL, finished_at = now(), found_at = coalesce(found_at, now()), user_ids = NULL,"
           "  total = greatest(total, found), found = greatest(total, found)"
           " WHERE id = {id}",
};
static const struct db_statement rest_statement = {
    .name = "broadcaster_rest",
    .parameters = "id uuid",
    .sql = "UPDATE broadcast_count c SET cancelled ="
           "  c.cancelled + greatest(b.total - c.sent - c.failed - c.unreachable - c.uncertain - c.cancelled, 0)"
           " FROM broadcast b WHERE b.id = {id} AND c.broadcast_id = b.id",
};

/* Locks the chats of queued messages, and of messages being sent, because such a message is queued
 * again if it fails. */
static const struct db_statement lock_chats_statement = {
    .name = "broadcaster_lock_chats",
    .parameters = "id uuid",
    .sql = "SELECT array_agg(id)::text FROM (SELECT r.id FROM recipient r WHERE (r.bot_id, r.chat_id) IN"
           "  (SELECT bot_id, chat_id FROM sending WHERE broadcast_id = {id} AND status IN ('queued', 'sending'))"
           " ORDER BY r.chat_id FOR UPDATE) locked",
};
static const struct db_statement cancel_statement = {
    .name = "broadcaster_cancel",
    .parameters = "id uuid",
    .sql = "UPDATE sending s SET status = 'cancelled' FROM broadcast b"
           " WHERE b.id = {id} AND b.status = 'cancelled' AND s.broadcast_id = b.id AND s.status = 'queued'",
};
// clang-format on

bool broadcaster_store_list_unfinished(struct db *db, struct db_rows *rows, struct fault *fault)
{
    return db_query(db, &list_statement, DB_VALUES(db_int(BROADCASTER_LIST_MAX)), rows, fault);
}

void broadcaster_store_read_row(const struct db_rows *rows, int row, struct uuid *id,
                                struct broadcast_state *state)
{
    *id = db_get_uuid(rows, row, 0);
    *state = (struct broadcast_state){0};
    db_row_read(rows, row, 1, columns, ARRAY_LEN(columns), state);
}

bool broadcaster_store_try_lock(struct db *tx, const struct uuid *id, bool *locked,
                                struct broadcast_state *state, struct fault *fault)
{
    auto_rows struct db_rows lock = {0}, rows = {0};
    const struct db_value values[] = {db_uuid(id)};
    const struct db_call calls[] = {
        {&lock_statement,  values, 1, &lock},
        {&state_statement, values, 1, &rows},
    };
    struct uuid same;

    if (!db_query_all(tx, calls, 2, fault))
        return false;
    *locked = lock.count == 1 && rows.count == 1;
    if (*locked)
        broadcaster_store_read_row(&rows, 0, &same, state);
    return true;
}

bool broadcaster_store_find_next_people(struct db *tx, const struct uuid *id, struct fault *fault)
{
    return db_query(tx, &find_statement, DB_VALUES(db_uuid(id), db_int(BROADCAST_FIND_MAX)), NULL,
                    fault);
}

bool broadcaster_store_queue_messages(struct db *tx, const struct uuid *id, int64_t people_count,
                                      struct fault *fault)
{
    auto_rows struct db_rows taken = {0};
    struct uuid ids[BROADCAST_READY_MAX];

    for (int64_t i = 0; i < people_count; i++)
        ids[i] = uuid_make();
    if (!db_query(tx, &take_statement, DB_VALUES(db_uuid(id), db_int(people_count)), &taken, fault))
        return false;
    if (db_is_null(&taken, 0, 0))
        return true;
    const struct slice persons = db_get_text(&taken, 0, 0);
    const struct db_value people[] = {db_text(persons)};
    const struct db_value messages[] = {db_uuid(id), db_text(persons),
                                        DB_ITEMS(DB_UUID, ids, (size_t)people_count)};
    const struct db_call calls[] = {
        {&chats_statement, people,   1, NULL},
        {&queue_statement, messages, 3, NULL},
        {&next_statement,  people,   1, NULL},
    };
    return db_query_all(tx, calls, ARRAY_LEN(calls), fault);
}

bool broadcaster_store_adapt_queue(struct db *tx, const struct uuid *id, struct fault *fault)
{
    auto_rows struct db_rows locked = {0};
    const struct db_value values[] = {db_uuid(id)};

    if (!db_query(tx, &lock_chats_statement, values, 1, &locked, fault))
        return false;
    if (db_is_null(&locked, 0, 0))
        return true;
    const struct db_value chats[] = {db_text(db_get_text(&locked, 0, 0))};
    const struct db_call calls[] = {
        {&cancel_statement,              values, 1, NULL},
        {&recipient_renew_all_statement, chats,  1, NULL},
    };
    return db_query_all(tx, calls, ARRAY_LEN(calls), fault);
}

bool broadcaster_store_remove_people(struct db *tx, const struct uuid *id, struct fault *fault)
{
    return db_query(tx, &drop_statement, DB_VALUES(db_uuid(id), db_int(BROADCASTER_CLEAR_MAX)),
                    NULL, fault) &&
           broadcaster_store_adapt_queue(tx, id, fault);
}

bool broadcaster_store_finish(struct db *tx, const struct uuid *id, struct fault *fault)
{
    const struct db_value values[] = {db_uuid(id)};
    const struct db_call calls[] = {
        {&finish_statement, values, 1, NULL},
        {&rest_statement,   values, 1, NULL},
    };

    return db_query_all(tx, calls, ARRAY_LEN(calls), fault);
}
