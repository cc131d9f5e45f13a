// SPDX-License-Identifier: MIT
#include "dialogue/relay_store.h"

#include "base/digest.h"
#include "base/language.h"

const struct relay_limit relay_limits[RELAY_LIMITS] = {
    {3600,      true,  20 },
    {24 * 3600, true,  60 },
    {24 * 3600, false, 100},
};

bool relay_is_allowed(const int64_t sent_counts[RELAY_LIMITS])
{
    for (int i = 0; i < RELAY_LIMITS; i++)
        if (sent_counts[i] >= relay_limits[i].max)
            return false;
    return true;
}

// clang-format off
/* If several bots reach the person, the bot of the talk is preferred or, without a talk, {bot}. If
 * several bots reach staff, {bot} is preferred. `reserved` is the talk that begins if an earlier
 * message of the writer cannot be delivered: the buttons of its copy for staff name that talk. */
static const struct db_statement view_statement = {
    .name = "relay_view",
    .parameters = "bot uuid, writer bigint, other bigint, talk uuid",
    .sql = "WITH ours AS (SELECT b.id FROM bot own JOIN bot b ON b.tenant_id = own.tenant_id"
           "  AND b.bot_type = own.bot_type AND b.is_active WHERE own.id = {bot}),"
           " talk AS (SELECT t.* FROM person_talk t JOIN ours ON ours.id = t.bot_id"
           "  WHERE t.id = {talk} OR ({talk} IS NULL AND t.bot_id = {bot} AND t.user_id = {writer} AND t.closed_at IS NULL)),"
           " reserved AS (SELECT r.talk_id FROM relay r WHERE {talk} IS NULL AND r.bot_id = {bot} AND r.user_id = {writer}"
           "   AND r.talk_id IS NOT NULL AND r.otherwise IS NOT NULL"
           "   AND NOT EXISTS (SELECT FROM person_talk t WHERE t.id = r.talk_id) ORDER BY r.id LIMIT 1),"
           " other AS (SELECT p.bot_id, p.user_id, coalesce(p.language, p.told_language) AS language"
           "  FROM person p JOIN ours ON ours.id = p.bot_id"
           "  WHERE p.user_id = coalesce({other}, (SELECT user_id FROM talk WHERE {talk} IS NOT NULL))"
           "   AND NOT EXISTS (SELECT FROM recipient r WHERE r.bot_id = p.bot_id AND r.chat_id = p.user_id"
           "    AND r.unreachable_since IS NOT NULL)"
           "  ORDER BY p.bot_id = coalesce((SELECT bot_id FROM talk), {bot}) DESC, p.last_seen_at DESC, p.bot_id LIMIT 1),"
           " staff AS (SELECT s.bot_id, s.chat_id, s.thread_id, s.language, s.has_topics,"
           "   (SELECT (o.telegram_message_ids ->> 0)::bigint FROM talk JOIN sending o ON o.id = talk.opening_id"
           "    WHERE o.chat_id = s.chat_id AND o.bot_id = s.bot_id AND jsonb_array_length(o.telegram_message_ids) = 2) AS topic_id"
           "  FROM staff_chat s JOIN ours ON ours.id = s.bot_id"
           "  WHERE NOT EXISTS (SELECT FROM recipient r WHERE r.bot_id = s.bot_id AND r.chat_id = s.chat_id"
           "   AND r.unreachable_since IS NOT NULL)"
           "  ORDER BY s.bot_id = {bot} DESC, s.bot_id LIMIT 1)"
           " SELECT other.bot_id, other.user_id, NULL::bigint, other.language,"
           "  staff.bot_id, staff.chat_id, staff.thread_id, staff.language,"
           "  staff.has_topics, staff.topic_id,"
           "  coalesce(talk.id, (SELECT talk_id FROM reserved)), talk.id IS NOT NULL,"
           "  coalesce(talk.closed_at IS NULL AND talk.ends_at > now(), false), talk.closed_at IS NOT NULL"
           " FROM (SELECT) one LEFT JOIN other ON true LEFT JOIN staff ON true LEFT JOIN talk ON true",
};
enum { PERSON_AT = 0, STAFF_AT = 4, TOPICS_AT = 8, TALK_AT = 10 };

static const struct db_statement sent_statement = {
    .name = "relay_sent",
    .parameters = "bot uuid, writer bigint, booking uuid, withins bigint[], are_of_booking boolean[]",
    .sql = "SELECT (SELECT count(*) FROM relay r WHERE r.bot_id = {bot} AND r.user_id = {writer}"
           "   AND r.sent_at > now() - make_interval(secs => l.within_s)"
           "   AND (NOT l.of_booking OR r.booking_id IS NOT DISTINCT FROM {booking}))"
           " FROM unnest({withins}, {are_of_booking}) WITH ORDINALITY l (within_s, of_booking, nth) ORDER BY nth",
};

static const struct db_statement insert_statement = {
    .name = "relay_insert",
    .parameters = "id uuid, bot uuid, writer bigint, to_bot uuid, reader bigint, booking uuid, talk uuid, otherwise jsonb,"
                  " chat bigint, message bigint, hash bytea, of_owner boolean",
    .sql = "WITH held AS MATERIALIZED (SELECT FROM person WHERE bot_id = {to_bot} AND user_id = {reader} FOR KEY SHARE)"
           " INSERT INTO relay (id, bot_id, user_id, to_user_id, booking_id, talk_id, otherwise,"
           "  from_chat_id, from_message_id, words_hash, of_owner)"
           " SELECT {id}, {bot}, {writer}, {reader}, {booking}, {talk}, {otherwise}, {chat}, {message}, {hash}, {of_owner}"
           " WHERE {reader} IS NULL OR EXISTS (SELECT FROM held)",
};

static const struct db_statement edited_statement = {
    .name = "relay_edited",
    .parameters = "bot uuid, writer bigint, chat bigint, message bigint, hash bytea",
    .sql = "SELECT words_hash <> {hash}, to_user_id IS NULL, of_owner, booking_id FROM relay"
           " WHERE bot_id = {bot} AND user_id = {writer} AND from_chat_id = {chat} AND from_message_id = {message}"
           " ORDER BY id DESC LIMIT 1",
};

static const struct db_statement open_statement = {
    .name = "relay_open_talk",
    .parameters = "talk uuid, bot uuid, person bigint, opening uuid, seconds bigint",
    .sql = "WITH known AS (UPDATE person_talk SET ends_at = now() + make_interval(secs => {seconds}),"
           "   opening_id = coalesce({opening}, opening_id)"
           "  WHERE id = {talk} RETURNING id)"
           " INSERT INTO person_talk (id, bot_id, user_id, opening_id, ends_at)"
           " SELECT {talk}, {bot}, {person}, {opening}, now() + make_interval(secs => {seconds})"
           " WHERE NOT EXISTS (SELECT FROM known) ON CONFLICT DO NOTHING",
};

static const struct db_statement close_statement = {
    .name = "relay_close_talk",
    .parameters = "talk uuid",
    .sql = "UPDATE person_talk SET closed_at = now() WHERE id = {talk} AND closed_at IS NULL",
};

static const struct db_statement waiting_statement = {
    .name = "relay_waiting",
    .parameters = "",
    .sql = "SELECT FROM relay WHERE otherwise IS NOT NULL LIMIT 1",
};

static const struct db_statement lost_statement = {
    .name = "relay_lost",
    .sql = "SELECT r.id, r.bot_id, r.user_id, r.talk_id, r.otherwise::text, b.tenant_id"
           " FROM relay r JOIN sending s ON s.id = r.id JOIN bot b ON b.id = r.bot_id"
           " WHERE r.otherwise IS NOT NULL AND s.status IN ('failed', 'expired', 'cancelled', 'uncertain')"
           "  AND s.error_code IS DISTINCT FROM 'restored'"
           " ORDER BY r.id LIMIT 1 FOR UPDATE OF r SKIP LOCKED",
};

static const struct db_statement end_statement = {
    .name = "relay_end",
    .parameters = "id uuid",
    .sql = "UPDATE relay SET otherwise = NULL WHERE id = {id}",
};

const struct db_statement relay_store_clear_delivered = {
    .name = "relay_delivered",
    .parameters = "limit bigint",
    .sql = "UPDATE relay SET otherwise = NULL WHERE id IN (SELECT r.id FROM relay r"
           "  LEFT JOIN sending s ON s.id = r.id"
           "  WHERE r.otherwise IS NOT NULL AND (s.id IS NULL OR s.status = 'sent')"
           "  ORDER BY r.id LIMIT {limit} FOR UPDATE OF r SKIP LOCKED)",
};
const struct db_statement relay_store_delete_old = {
    .name = "relay_forget",
    .parameters = "limit bigint",
    .sql = "DELETE FROM relay WHERE id IN (SELECT id FROM relay"
           "  WHERE sent_at < now() - interval '2 days' ORDER BY sent_at LIMIT {limit} FOR UPDATE SKIP LOCKED)",
};
const struct db_statement relay_store_delete_old_talks = {
    .name = "relay_forget_talks",
    .parameters = "limit bigint",
    .sql = "DELETE FROM person_talk WHERE id IN (SELECT id FROM person_talk"
           "  WHERE ends_at < now() - interval '30 days' ORDER BY ends_at LIMIT {limit} FOR UPDATE SKIP LOCKED)",
};
// clang-format on

static struct relay_party read_party(const struct db_rows *rows, int first_column,
                                     const struct uuid *own_bot_id)
{
    struct relay_party party = {.chat_id = db_get_int(rows, 0, first_column + 1),
                                .bot_id = db_get_uuid(rows, 0, first_column)};

    party.is_ours = uuid_equal(&party.bot_id, own_bot_id);
    party.thread_id =
        db_is_null(rows, 0, first_column + 2) ? 0 : db_get_int(rows, 0, first_column + 2);
    party.language = language_or(db_get_text(rows, 0, first_column + 3), LANGUAGE_RU);
    return party;
}

/* Reads the topic of the talk, and whether the chat can have topics. */
static void read_talk_topic(const struct db_rows *rows, struct relay_party *staff)
{
    staff->other_thread_id = staff->thread_id;
    staff->in_own_topic = !db_is_null(rows, 0, TOPICS_AT + 1);
    if (staff->in_own_topic)
        staff->thread_id = db_get_int(rows, 0, TOPICS_AT + 1);
    staff->has_topics = db_get_bool(rows, 0, TOPICS_AT);
}

bool relay_store_read_view(struct db *db, const struct uuid *bot_id, int64_t user_id,
                           const struct relay_query *query, struct relay_view *out,
                           struct fault *fault)
{
    auto_rows struct db_rows view = {0}, sent = {0};
    const struct db_value who[] = {db_uuid(bot_id), db_int(user_id), db_int(query->person),
                                   db_uuid(&query->talk)};
    const struct db_value counted[] = {who[0], who[1], db_uuid(&query->booking),
                                       DB_MEMBERS(DB_INT, relay_limits, RELAY_LIMITS, within_s),
                                       DB_MEMBERS(DB_BOOL, relay_limits, RELAY_LIMITS, of_booking)};
    const struct db_call calls[] = {
        {&view_statement, who,     ARRAY_LEN(who),     &view},
        {&sent_statement, counted, ARRAY_LEN(counted), &sent},
    };

    if (!db_query_all(db, calls, ARRAY_LEN(calls), fault))
        return false;
    *out = (struct relay_view){.person = read_party(&view, PERSON_AT, bot_id),
                               .staff = read_party(&view, STAFF_AT, bot_id),
                               .talk_is_found = db_get_bool(&view, 0, TALK_AT + 1),
                               .talk_is_open = db_get_bool(&view, 0, TALK_AT + 2),
                               .talk_is_closed = db_get_bool(&view, 0, TALK_AT + 3)};
    read_talk_topic(&view, &out->staff);
    out->talk = db_is_null(&view, 0, TALK_AT) ? uuid_make() : db_get_uuid(&view, 0, TALK_AT);
    for (int i = 0; i < RELAY_LIMITS; i++)
        out->sent[i] = db_get_int(&sent, i, 0);
    return true;
}

static void hash_words(const struct update_view *update, uint8_t out[DIGEST_SHA256_LEN])
{
    uint8_t hashes[2][DIGEST_SHA256_LEN];

    digest_sha256(update->text, hashes[0]);
    digest_sha256(update->file_id, hashes[1]);
    digest_sha256((struct slice){(const char *)hashes, sizeof hashes}, out);
}

bool relay_store_insert(struct db *tx, const struct relay_row *row, bool *inserted,
                        struct fault *fault)
{
    static const struct update_view none = {.chat_id = FIELD_ABSENT, .message_id = FIELD_ABSENT};
    const struct update_view *update = row->update != NULL ? row->update : &none;
    uint8_t hash[DIGEST_SHA256_LEN];

    hash_words(update, hash);
    return db_query_one(
        tx, &insert_statement,
        DB_VALUES(db_uuid(&row->id), db_uuid(&row->bot_id), db_int(row->user_id),
                  db_uuid(&row->to_bot_id), db_int(row->to_user_id), db_uuid(&row->booking),
                  db_uuid(&row->talk), db_text(row->otherwise), db_int(update->chat_id),
                  db_int(update->message_id),
                  db_bytes(row->update != NULL ? (struct slice){(const char *)hash, sizeof hash}
                                               : SLICE_NONE),
                  db_bool(row->of_owner)),
        inserted, fault);
}

bool relay_store_find_edited(struct db *db, const struct uuid *bot_id,
                             const struct update_view *edit, struct relay_edited *out,
                             struct fault *fault)
{
    auto_rows struct db_rows rows = {0};
    uint8_t hash[DIGEST_SHA256_LEN];

    *out = (struct relay_edited){.is_changed = false};
    hash_words(edit, hash);
    if (!db_query(db, &edited_statement,
                  DB_VALUES(db_uuid(bot_id), db_int(edit->user_id), db_int(edit->chat_id),
                            db_int(edit->message_id),
                            db_bytes((struct slice){(const char *)hash, sizeof hash})),
                  &rows, fault))
        return false;
    if (rows.count > 0)
        *out = (struct relay_edited){.is_changed = db_get_bool(&rows, 0, 0),
                                     .to_staff = db_get_bool(&rows, 0, 1),
                                     .of_owner = db_get_bool(&rows, 0, 2),
                                     .booking = db_get_uuid(&rows, 0, 3)};
    return true;
}

bool relay_store_open_or_prolong_talk(struct db *tx, const struct uuid *talk_id,
                                      const struct uuid *bot_id, int64_t user_id,
                                      const struct uuid *opening_message_id, struct fault *fault)
{
    return db_query(tx, &open_statement,
                    DB_VALUES(db_uuid(talk_id), db_uuid(bot_id), db_int(user_id),
                              db_uuid(opening_message_id), db_int(RELAY_TALK_S)),
                    NULL, fault);
}

bool relay_store_close_talk(struct db *tx, const struct uuid *talk_id, struct fault *fault)
{
    return db_query(tx, &close_statement, DB_VALUES(db_uuid(talk_id)), NULL, fault);
}

bool relay_store_has_unconfirmed(struct db *db, bool *has, struct fault *fault)
{
    return db_query_one(db, &waiting_statement, DB_NO_VALUES, has, fault);
}

bool relay_store_lock_oldest_undeliverable(struct db *tx, struct db_rows *rows,
                                           struct relay_row *out, struct uuid *tenant_id,
                                           struct fault *fault)
{
    if (!db_query(tx, &lost_statement, DB_NO_VALUES, rows, fault))
        return false;
    if (rows->count == 0)
        return true;
    *out = (struct relay_row){.id = db_get_uuid(rows, 0, 0),
                              .bot_id = db_get_uuid(rows, 0, 1),
                              .user_id = db_get_int(rows, 0, 2),
                              .talk = db_get_uuid(rows, 0, 3),
                              .otherwise = db_get_text(rows, 0, 4)};
    *tenant_id = db_get_uuid(rows, 0, 5);
    return true;
}

bool relay_store_clear_otherwise(struct db *tx, const struct uuid *id, struct fault *fault)
{
    return db_query(tx, &end_statement, DB_VALUES(db_uuid(id)), NULL, fault);
}
