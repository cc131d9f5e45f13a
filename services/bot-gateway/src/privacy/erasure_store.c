// SPDX-License-Identifier: MIT
/* Finds a person in the tables. The id of a private chat is the id of its user (Bot API, Chat). In
 * groups the person's own messages are erased; messages of the bot and of others stay, except raw
 * updates that quote the person.
 *
 * Rows that others refer to stay without the person: an update keeps its update_id, so that it is
 * not handled again if Telegram repeats it; a message of a caller keeps its id, and gets the chat
 * 0, which nobody has.
 *
 * Locks are taken in the same order as by the handling of updates, broadcasts and the sender:
 * updates, broadcasts, dialogue, chat, its messages, lanes of deliveries, person, history. */
#include "privacy/erasure_store.h"

#include "api/deliver.h"

#include "dialogue/turn_store.h"

// clang-format off
/* Parameters of most statements. The statements first find ids of rows, then change these rows by
 * id, so that the plans do not depend on statistics. */
#define OF_PERSON "bot uuid, person bigint, most bigint"
/* Deletes all rows of the person. */
#define DELETE_ROWS(table_)                                                                        \
    {.name = "erasure_" table_, .parameters = OF_PERSON,                                           \
     .sql = "DELETE FROM " table_ " WHERE bot_id = {bot} AND user_id = {person}"}

static const struct db_part parts[] = {
    /* The person's id as a number in Telegram's JSON, also in a broken or cut body. */
    {"names_him", "encode(u.body, 'escape') ~ ('\\m' || {person} || '\\M')"},
    {"waits", "u.status = 'received' AND u.bot_id = {bot}"
              " AND {person} IN (coalesce(u.chat_id, 0), coalesce(u.user_id, 0))"},
    {"sent_to_him", "SELECT id FROM sending"
                    "  WHERE bot_id = {bot} AND chat_id = {person} AND status NOT IN ('queued', 'sending')"
                    " UNION ALL SELECT id FROM sending"
                    "  WHERE bot_id = {bot} AND chat_id = {person} AND status = 'queued'"
                    " UNION ALL SELECT id FROM sending"
                    "  WHERE bot_id = {bot} AND chat_id = {person} AND status = 'sending' AND lane > 0"},
    {"gone", "SELECT count(*), coalesce(array_agg(id), '{}')::text FROM gone"},
    {NULL, NULL},
};

/* Allows one erasure per bot at a time, because two would lock rows in different orders. The second
 * one fails at once instead of holding a connection. */
static const struct db_statement lock_bot_statement = {
    .name = "erasure_one",
    .parameters = OF_PERSON,
    .sql = "SELECT pg_try_advisory_xact_lock(hashtextextended('erasure ' || {bot}, 0))",
};

/* --- quotes in groups --- */

#define SCAN "id = md5('erasure ' || {bot} || ' ' || {person})::uuid"

/* Stores the person's groups before the person's own rows, which name the groups, are erased. If
 * there is a new group, the scan starts again. Unfinished scans end after 4 days, when all updates
 * that they would have read are deleted. */
static const struct db_statement scan_statement = {
    .name = "erasure_scan",
    .parameters = OF_PERSON,
    .sql = "WITH old AS (DELETE FROM erasure_scan WHERE updated_at < now() - interval '4 days' AND NOT (" SCAN ")),"
           " groups AS ("
           "  SELECT chat_id FROM update WHERE status <> 'received' AND user_id = {person} AND bot_id = {bot} AND chat_id < 0"
           "  UNION SELECT chat_id FROM dialogue WHERE user_id = {person} AND bot_id = {bot} AND chat_id < 0"
           "  UNION SELECT chat_id FROM message WHERE user_id = {person} AND bot_id = {bot} AND chat_id < 0)"
           " INSERT INTO erasure_scan AS s (id, groups)"
           " SELECT md5('erasure ' || {bot} || ' ' || {person})::uuid, array_agg(chat_id) FROM groups HAVING count(*) > 0"
           " ON CONFLICT (id) DO UPDATE SET chat_id = DEFAULT, update_id = DEFAULT, updated_at = now(),"
           "  groups = ARRAY(SELECT unnest(s.groups) UNION SELECT unnest(EXCLUDED.groups))"
           "  WHERE NOT s.groups @> EXCLUDED.groups",
};

/* Reads a page of updates of the groups, limited by rows and bytes, and empties those that quote
 * the person. A finished scan is deleted. */
static const struct db_statement quotes_statement = {
    .name = "erasure_quotes",
    .parameters = OF_PERSON ", page bigint, bytes bigint",
    .parts = {parts},
    .sql = "WITH scan AS MATERIALIZED (SELECT * FROM erasure_scan WHERE " SCAN " FOR UPDATE),"
           " page AS MATERIALIZED (SELECT next.* FROM scan s"
           "  CROSS JOIN LATERAL (SELECT g FROM unnest(s.groups) g WHERE g >= s.chat_id ORDER BY g) own"
           "  CROSS JOIN LATERAL (SELECT u.id, u.chat_id, octet_length(u.body) AS size FROM update u"
           "   WHERE u.chat_id = own.g AND u.bot_id = {bot} AND u.status <> 'received'"
           "    AND u.user_id IS DISTINCT FROM u.chat_id AND (own.g > s.chat_id OR u.id > s.update_id)"
           "   ORDER BY u.id LIMIT {page}) next"
           "  ORDER BY next.chat_id, next.id LIMIT {page}),"
           " sized AS (SELECT *, sum(size) OVER (ORDER BY chat_id, id) - size AS before FROM page),"
           " looked AS MATERIALIZED (SELECT id, chat_id FROM sized WHERE before < {bytes}),"
           " last AS (SELECT id, chat_id FROM looked ORDER BY chat_id DESC, id DESC LIMIT 1),"
           " moved AS (UPDATE erasure_scan s SET chat_id = last.chat_id, update_id = last.id, updated_at = now()"
           "  FROM last WHERE s.id IN (SELECT id FROM scan)"
           "   AND ((SELECT count(*) FROM looked) = {page} OR (SELECT count(*) FROM looked) < (SELECT count(*) FROM page))"
           "  RETURNING s.id),"
           " ended AS (DELETE FROM erasure_scan WHERE id IN (SELECT id FROM scan)"
           "  AND (SELECT count(*) FROM looked) < {page}"
           "  AND (SELECT count(*) FROM looked) = (SELECT count(*) FROM page)),"
           " gone AS (UPDATE update SET body = '', version = version + 1 WHERE id = ANY (ARRAY("
           "  SELECT u.id FROM looked l JOIN update u ON u.id = l.id"
           "   WHERE u.user_id IS DISTINCT FROM {person} AND {names_him}"
           "  UNION ALL"
           "  SELECT u.id FROM update u WHERE u.broken_key IS NOT NULL AND u.bot_id = {bot} AND {names_him}"
           "  UNION ALL"
           "  SELECT u.id FROM update u WHERE u.status = 'dead' AND u.bot_id = {bot} AND u.body <> ''"
           "   AND " TURN_QUOTES_CONFIDED "))"
           "  RETURNING id)"
           " SELECT counted.*, (SELECT count(*) FROM moved) FROM ({gone}) counted",
};

/* --- the person's own rows --- */

/* Empties the person's updates. An update that still waits becomes done: it is not handled. */
static const struct db_statement updates_statement = {
    .name = "erasure_updates",
    .parameters = OF_PERSON,
    .parts = {parts},
    .sql = "WITH his AS MATERIALIZED ("
           "  SELECT u.id FROM update u WHERE u.status <> 'received' AND u.user_id = {person} AND u.bot_id = {bot}"
           "  UNION SELECT u.id FROM update u WHERE u.status <> 'received' AND u.user_id IS DISTINCT FROM u.chat_id"
           "   AND u.chat_id = {person} AND u.bot_id = {bot}"
           "  UNION SELECT u.id FROM update u WHERE {waits}),"
           " gone AS (UPDATE update SET status = 'done', body = '', body_cut = false, chat_id = NULL, user_id = NULL,"
           "   calls = NULL, state_before = NULL, reason = NULL, retry_at = NULL, leased_by = NULL,"
           "   leased_until = NULL, version = version + 1"
           "  WHERE id = ANY (ARRAY(SELECT id FROM his LIMIT {most})) AND (leased_until IS NULL OR leased_until <= now())"
           "  RETURNING id)"
           " {gone}",
};
static const struct db_statement busy_statement = {
    .name = "erasure_busy",
    .parameters = OF_PERSON,
    .parts = {parts},
    .sql = "SELECT count(*) FROM update u WHERE {waits} AND u.leased_until > now()",
};

/* Removes the person from the ids of unfinished broadcasts, whose lists are stored until all
 * recipients are found. */
static const struct db_statement broadcast_statement = {
    .name = "erasure_broadcast",
    .parameters = OF_PERSON,
    .sql = "UPDATE broadcast SET user_ids = (SELECT coalesce(jsonb_agg(one), '[]')"
           "  FROM jsonb_array_elements(user_ids) one WHERE one <> to_jsonb({person}))"
           " WHERE bot_id = {bot} AND slot IS NOT NULL AND user_ids @> to_jsonb({person})",
};

static const struct db_statement dialogue_statement = {
    .name = "erasure_dialogue",
    .parameters = OF_PERSON,
    .sql = "DELETE FROM dialogue WHERE bot_id = {bot} AND (user_id = {person} OR chat_id = {person})",
};

static const struct db_statement chat_statement = {
    .name = "erasure_chat",
    .parameters = OF_PERSON,
    .sql = "SELECT FROM recipient WHERE bot_id = {bot} AND chat_id = {person} FOR UPDATE",
};
static const struct db_statement sending_statement = {
    .name = "erasure_sending",
    .parameters = OF_PERSON,
    .parts = {parts},
    .sql = "WITH gone AS (UPDATE sending SET chat_id = 0,"
           "   payload = (SELECT jsonb_agg('{}'::jsonb) FROM generate_series(1, parts)), instead = NULL, swapped = false,"
           "   status = CASE WHEN status IN ('queued', 'sending', 'uncertain', 'failed') THEN 'cancelled' ELSE status END,"
           "   supersede_key = NULL, dedupe_key = CASE WHEN broadcast_id IS NOT NULL THEN 'erased:' || id END, error_text = NULL, telegram_message_ids = '[]',"
           "   leased_by = NULL, leased_until = NULL"
           "  WHERE id = ANY (ARRAY({sent_to_him} LIMIT {most})) RETURNING id)"
           " {gone}",
};
static const struct db_statement recipient_statement = {
    .name = "erasure_recipient",
    .parameters = OF_PERSON,
    .parts = {parts},
    .sql = "DELETE FROM recipient WHERE bot_id = {bot} AND chat_id = {person} AND NOT EXISTS ({sent_to_him})",
};

/* Replaces the person's chat in forwards by chat 0: a forward without chats would match all. */
static const struct db_statement forward_statement = {
    .name = "erasure_forward",
    .parameters = OF_PERSON,
    .parts = {parts},
    .sql = "WITH gone AS (UPDATE forward SET version = version + 1, match = jsonb_set(match, '{chat_ids}', ("
           "   SELECT jsonb_agg(CASE WHEN chat = to_jsonb({person}) THEN '0'::jsonb ELSE chat END)"
           "   FROM jsonb_array_elements(match -> 'chat_ids') chat))"
           "  WHERE bot_id = {bot} AND match -> 'chat_ids' @> to_jsonb({person}) RETURNING id)"
           " {gone}",
};
static const struct db_statement receivers_statement = {
    .name = "erasure_receivers",
    .parameters = OF_PERSON,
    .sql = "SELECT coalesce(array_agg(id), '{}')::text FROM forward WHERE bot_id = {bot}",
};

/* Deletes the answers to the person's taps, which belong to no chat (reply.c: dedupe_key). */
static const struct db_statement answers_statement = {
    .name = "erasure_answers",
    .parameters = "bot uuid, updates text",
    .sql = "DELETE FROM sending WHERE lane = 0 AND id = ANY (ARRAY("
           "  SELECT caused.id FROM unnest({updates}::text[]) u CROSS JOIN LATERAL (SELECT s.id FROM sending s"
           "    WHERE s.bot_id = {bot} AND s.dedupe_key = u || ':tap' LIMIT 1) caused))",
};

static const struct db_statement known_statement = DELETE_ROWS("person");
static const struct db_statement member_statement = DELETE_ROWS("staff_member");
static const struct db_statement talk_statement = DELETE_ROWS("person_talk");

static const struct db_statement message_statement = {
    .name = "erasure_message",
    .parameters = OF_PERSON,
    .sql = "DELETE FROM message WHERE id = ANY (ARRAY("
           "  SELECT id FROM message WHERE bot_id = {bot} AND user_id = {person}"
           "  UNION SELECT id FROM message WHERE bot_id = {bot} AND chat_id = {person} LIMIT {most}))",
};

/* Deletes what the person has passed to others, and others to the person. Messages of the person
 * that are queued or uncertain are cancelled. */
static const struct db_statement relay_statement = {
    .name = "erasure_relay",
    .parameters = OF_PERSON,
    .sql = "WITH gone AS (DELETE FROM relay WHERE id = ANY (ARRAY("
           "   SELECT id FROM relay WHERE bot_id = {bot} AND user_id = {person}"
           "   UNION SELECT r.id FROM relay r JOIN bot b ON b.id = r.bot_id"
           "    WHERE r.to_user_id = {person} AND b.tenant_id = (SELECT tenant_id FROM bot WHERE id = {bot})"
           "   LIMIT {most})) RETURNING id, user_id),"
           " unsent AS (UPDATE sending s SET status = 'cancelled' FROM gone"
           "  WHERE s.id = gone.id AND gone.user_id = {person} AND s.status IN ('queued', 'uncertain'))"
           " SELECT count(*) FROM gone",
};

/* Replaces the person's id in stored answers, which repeated requests still get. The
 * Idempotency-Key is replaced, because it is the caller's own text. */
static const struct db_statement idempotency_statement = {
    .name = "erasure_idempotency",
    .parameters = "person bigint, updates text, messages text, forwards text",
    .sql = "UPDATE idempotency SET key = 'erased',"
           "  body = regexp_replace(body, '(?<=[,:[ ])' || {person} || '(?=[],}])', '0', 'g')"
           " WHERE body LIKE '{\"id\":\"%'"
           "  AND substr(body, 8, 36) = ANY ({updates}::text[] || {messages}::text[] || {forwards}::text[])",
};
// clang-format on

/* Limit of the bodies of others' updates that one page reads. */
enum { QUOTES_BYTES_MAX = 8 * 1024 * 1024 };

/* The results of the first round trip of a pass, for the second round trip. */
enum { QUOTES, UPDATES, BUSY, DIALOGUE, SENDING, RECIPIENT, FORWARDS, RECEIVERS, FOUND };

static void free_found_rows(struct db_rows (*found)[FOUND])
{
    for (size_t i = 0; i < FOUND; i++)
        db_rows_finish(&(*found)[i]);
}

static bool erase_and_find_rows(struct db *tx, const struct db_value *person,
                                struct db_rows found[FOUND], struct fault *fault)
{
    const struct db_value page[] = {person[0], person[1], person[2], db_int(ERASURE_QUOTES_MAX),
                                    db_int(QUOTES_BYTES_MAX)};
    const struct db_call calls[] = {
        {&scan_statement,      person, 3, NULL             },
        {&quotes_statement,    page,   5, &found[QUOTES]   },
        {&updates_statement,   person, 3, &found[UPDATES]  },
        {&busy_statement,      person, 3, &found[BUSY]     },
        {&broadcast_statement, person, 3, NULL             },
        {&dialogue_statement,  person, 3, &found[DIALOGUE] },
        {&chat_statement,      person, 3, NULL             },
        {&sending_statement,   person, 3, &found[SENDING]  },
        {&recipient_statement, person, 3, &found[RECIPIENT]},
        {&forward_statement,   person, 3, &found[FORWARDS] },
        {&receivers_statement, person, 3, &found[RECEIVERS]},
    };

    return db_query_all(tx, calls, ARRAY_LEN(calls), fault);
}

static bool remove_deliveries(struct db *tx, const struct db_rows found[FOUND],
                              struct erasure_counts *counts, struct fault *fault)
{
    const struct slice receivers = db_get_text(&found[RECEIVERS], 0, 0);
    int64_t own, of_others;

    if (!deliver_store_remove_items(tx, receivers, db_get_text(&found[UPDATES], 0, 1), &own,
                                    fault) ||
        !deliver_store_remove_items(tx, receivers, db_get_text(&found[QUOTES], 0, 1), &of_others,
                                    fault))
        return false;
    counts->delivery = own + of_others;
    return true;
}

/* Erases rows that refer to the found rows, and the person's rows in the remaining tables. */
static bool erase_related_and_remaining(struct db *tx, const struct db_value *person,
                                        const struct db_rows found[FOUND],
                                        struct erasure_counts *counts, struct fault *fault)
{
    auto_rows struct db_rows answers = {0}, persons = {0}, members = {0}, messages = {0};
    auto_rows struct db_rows relays = {0}, talks = {0}, idempotency = {0};
    const struct slice updates = db_get_text(&found[UPDATES], 0, 1);
    const struct db_value of_updates[] = {person[0], db_text(updates)};
    const struct db_value of_answers[] = {person[1], db_text(updates),
                                          db_text(db_get_text(&found[SENDING], 0, 1)),
                                          db_text(db_get_text(&found[FORWARDS], 0, 1))};
    const struct db_call calls[] = {
        {&answers_statement,     of_updates, 2, &answers    },
        {&known_statement,       person,     3, &persons    },
        {&member_statement,      person,     3, &members    },
        {&message_statement,     person,     3, &messages   },
        {&relay_statement,       person,     3, &relays     },
        {&talk_statement,        person,     3, &talks      },
        {&idempotency_statement, of_answers, 4, &idempotency},
    };

    if (!remove_deliveries(tx, found, counts, fault) ||
        !db_query_all(tx, calls, ARRAY_LEN(calls), fault))
        return false;
    counts->sending += answers.affected;
    counts->person = persons.affected;
    counts->staff_member = members.affected;
    counts->message = messages.affected;
    counts->relay = db_get_int(&relays, 0, 0);
    counts->person_talk = talks.affected;
    counts->idempotency = idempotency.affected;
    return true;
}

static bool lock_erasures_of_bot(struct db *tx, const struct db_value *person, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query(tx, &lock_bot_statement, person, 3, &rows, fault))
        return false;
    if (db_get_bool(&rows, 0, 0))
        return true;
    fault_set(fault, FAULT_UNAVAILABLE, "busy", "Another person of the bot is being erased.");
    fault->retry_after_s = 1;
    return false;
}

bool erasure_store_run_pass(struct db *tx, const struct uuid *bot_id, int64_t user_id,
                            struct erasure_counts *found, int64_t *left, struct fault *fault)
{
    __attribute__((cleanup(free_found_rows))) struct db_rows rows[FOUND] = {0};
    const struct db_value person[] = {db_uuid(bot_id), db_int(user_id), db_int(ERASURE_ROWS_MAX)};
    struct erasure_counts counts = {0};

    if (!lock_erasures_of_bot(tx, person, fault) || !erase_and_find_rows(tx, person, rows, fault))
        return false;
    counts.update = db_get_int(&rows[QUOTES], 0, 0) + db_get_int(&rows[UPDATES], 0, 0);
    counts.dialogue = rows[DIALOGUE].affected;
    counts.sending = db_get_int(&rows[SENDING], 0, 0);
    counts.recipient = rows[RECIPIENT].affected;
    counts.forward = db_get_int(&rows[FORWARDS], 0, 0);
    if (!erase_related_and_remaining(tx, person, rows, &counts, fault))
        return false;
    *left = db_get_int(&rows[BUSY], 0, 0) + db_get_int(&rows[QUOTES], 0, 2);
    *found = counts;
    return true;
}

void erasure_counts_add(struct erasure_counts *counts, const struct erasure_counts *more)
{
#define X(member, ...) counts->member += more->member;
    ERASURE_COUNTS(X, X)
#undef X
}

bool erasure_counts_has_any(const struct erasure_counts *counts)
{
    static const struct erasure_counts none;

    return memcmp(counts, &none, sizeof none) != 0; /* int64_t only: no padding */
}
