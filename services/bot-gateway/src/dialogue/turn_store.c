// SPDX-License-Identifier: MIT
#include "dialogue/turn_store.h"

#include <stddef.h>

#include "base/language.h"
#include "db/transaction.h"

#include "bots/bot.h"

// clang-format off
/* SQL that visits the lanes in the order of the index update_lane. It reads the oldest update of
 * each lane and its begun one, if any. PostgreSQL visits only as many lanes as rows need. A LIMIT 1
 * where there is one row at most keeps PostgreSQL from joining in another order, which it does as
 * long as a new table has no statistics. */
static const struct db_part walk[] = {
    {"oldest", "SELECT u.bot_id, coalesce(u.chat_id, 0) AS chat, coalesce(u.user_id, 0) AS person, u.id,"
               " u.retry_at FROM update u WHERE u.status = 'received'"},
    {"lane_key", "(u.bot_id, coalesce(u.chat_id, 0), coalesce(u.user_id, 0))"},
    {"first", " ORDER BY u.bot_id, coalesce(u.chat_id, 0), coalesce(u.user_id, 0), u.id LIMIT 1"},
    {"heads", "lane l LEFT JOIN LATERAL (SELECT u.id, u.retry_at, u.leased_until FROM update u"
              "  WHERE u.status = 'received' AND (u.leased_by IS NOT NULL OR u.calls IS NOT NULL)"
              "   AND {lane_key} = (l.bot_id, l.chat, l.person) LIMIT 1) begun ON true"
              " WHERE coalesce(CASE WHEN begun.id IS NULL THEN l.retry_at ELSE begun.retry_at END <= now(), true)"
              "  AND coalesce(begun.leased_until <= now(), true)"},
    {"is_due", "(u.retry_at IS NULL OR u.retry_at <= now())"
               " AND (u.leased_until IS NULL OR u.leased_until <= now())"},
    {NULL, NULL},
};
static const struct db_part walk_of_all[] = {
    {"lanes", "WITH RECURSIVE lane AS (({oldest}{first})"
              " UNION ALL SELECT next.* FROM lane l CROSS JOIN LATERAL"
              "  ({oldest} AND {lane_key} > (l.bot_id, l.chat, l.person){first}) next)"},
    {NULL, NULL},
};
/* SQL that visits the bots after {bot} and their lanes. The lanes after the bot's cursor come
 * first. */
static const struct db_part walk_of_bots[] = {
    {"next_bot", "SELECT u.bot_id FROM update u WHERE u.status = 'received' AND u.bot_id >"},
    {"bots", "WITH RECURSIVE waiting AS (({next_bot} {bot}{first})"
             " UNION ALL SELECT next.* FROM waiting w CROSS JOIN LATERAL ({next_bot} w.bot_id{first}) next)"},
    {"lanes_of_bot", " UNION ALL SELECT next.* FROM lane l CROSS JOIN LATERAL"
                     "  ({oldest} AND u.bot_id = w.bot_id AND {lane_key} > (l.bot_id, l.chat, l.person){first}) next)"
                     " SELECT coalesce(begun.id, l.id) AS id FROM {heads}"},
    {"heads_of_bot", "(WITH RECURSIVE lane AS (({oldest} AND u.bot_id = w.bot_id"
                     "   AND {lane_key} > (w.bot_id, p.chat, p.person){first}){lanes_of_bot})"
                     " UNION ALL (WITH RECURSIVE lane AS (({oldest} AND u.bot_id = w.bot_id{first}){lanes_of_bot})"
                     " LIMIT 16"},
    {"candidates", "{bots} SELECT head.id FROM waiting w"
                   " LEFT JOIN LATERAL (SELECT c.chat, c.person"
                   "  FROM unnest({cursor_bots}::uuid[], {chats}::bigint[], {persons}::bigint[]) c (bot_id, chat, person)"
                   "  WHERE c.bot_id = w.bot_id LIMIT 1) p ON true"
                   " CROSS JOIN LATERAL ({heads_of_bot}) head LIMIT 64"},
    {NULL, NULL},
};

static const struct db_statement due_statement = {
    .name = "turn_due",
    .parts = {walk, walk_of_all},
    .sql = "SELECT EXISTS ({lanes} SELECT FROM {heads}),"
           " extract(epoch FROM now() - (SELECT u.received_at FROM update u"
           "  WHERE u.status = 'received' AND u.kind <> '' ORDER BY u.id LIMIT 1))::double precision",
};

#define WAITED_MS "floor(extract(epoch FROM now() - u.received_at) * 1000)::bigint"
#define AT(member) offsetof(struct turn_update, member)
/* The columns of an update to handle. The body is read only for the kinds that dialogues use. */
static const struct db_column columns[] = {
    {DB_UUID,  AT(id),            .name = "id"},
    {DB_UUID,  AT(bot_id),        .name = "bot_id"},
    {DB_UUID,  AT(tenant_id),     .sql = "b.tenant_id"},
    {DB_TEXT,  AT(bot),           .sql = "b.name"},
    {DB_TEXT,  AT(username),      .sql = "b.username"},
    {DB_NAME,  AT(bot_type),      .sql = "b.bot_type", .names = bot_type_names},
    {DB_INT,   AT(update_id),     .name = "update_id"},
    {DB_TEXT,  AT(kind),          .name = "kind"},
    {DB_INT,   AT(chat_id),       .name = "chat_id"},
    {DB_INT,   AT(user_id),       .name = "user_id"},
    {DB_INT,   AT(tries),         .name = "tries"},
    {DB_BOOL,  AT(acted),         .name = "acted"},
    {DB_UUID,  AT(leased_by),     .name = "leased_by"},
    {DB_TIME,  AT(received_at),   .name = "received_at"},
    {DB_INT,   AT(waited_ms),     .sql = WAITED_MS},
    {DB_BYTES, AT(body),
     .sql = "CASE WHEN u.kind IN ('message', 'edited_message', 'callback_query', 'my_chat_member') THEN u.body END"},
    {DB_TEXT,  AT(record.calls),   .sql = "u.calls::text"},
    {DB_TEXT,  AT(record.state_before), .sql = "u.state_before::text"},
    {DB_BOOL,  AT(has_forwards),  .sql = "EXISTS (SELECT FROM forward f WHERE f.bot_id = u.bot_id)"},
    {DB_BOOL,  AT(has_exclusive), .sql = "EXISTS (SELECT FROM forward f WHERE f.bot_id = u.bot_id AND f.exclusive)"},
    {DB_NAME,  AT(language),      .sql = "p.language", .names = language_names},
    {DB_NAME,  AT(told_language), .sql = "p.told_language", .names = language_names},
    {DB_TEXT,  AT(source),        .sql = "p.source"},
    {DB_BOOL,  AT(is_owner),      .sql = "coalesce(p.is_owner, false)"},
    {DB_BOOL,  AT(has_talk),      .sql = "EXISTS (SELECT FROM person_talk t WHERE t.bot_id = u.bot_id AND t.user_id = u.user_id"
                                         " AND t.closed_at IS NULL AND t.ends_at > now())"},
    {DB_BOOL,  AT(seen_long_ago), .sql = "coalesce(p.last_seen_at < now() - " PERSON_SEEN ", false)"},
    {DB_TEXT,  AT(state.flow),    .sql = "d.flow"},
    {DB_TEXT,  AT(state.step),    .sql = "d.step"},
    {DB_TEXT,  AT(state.data),    .sql = "d.data::text"},
    {DB_INT,   AT(state.data_format), .sql = "coalesce(d.data_format, 0)"},
    {DB_INT,   AT(state.version), .sql = "coalesce(d.version, 0)"},
    {DB_TIME,  AT(state.ends_at), .sql = "d.ends_at"},
};
#undef AT
static const struct db_shape shape = DB_SHAPE(columns, "u");

/* Takes the first due head that is not locked. {candidates} has at most 16 lanes of a bot, more
 * than all workers of all instances have locked. `status NOT IN` means 'received' in a form that no
 * partial index serves, so PostgreSQL finds the rows by id whatever the statistics say. */
static const struct db_statement take_statement = {
    .name = "turn_take",
    .parameters = "bot uuid, cursor_bots uuid[], chats bigint[], persons bigint[]",
    .shape = &shape,
    .parts = {walk, walk_of_bots},
    .sql = "SELECT {columns} FROM unnest(ARRAY({candidates})) WITH ORDINALITY candidate (id, nth)"
           " JOIN update u ON u.id = candidate.id JOIN bot b ON b.id = u.bot_id"
           " LEFT JOIN person p ON p.bot_id = u.bot_id AND p.user_id = u.user_id"
           " LEFT JOIN dialogue d ON d.bot_id = u.bot_id AND d.chat_id = u.chat_id AND d.user_id = u.user_id"
           " WHERE u.status NOT IN ('done', 'dead') AND {is_due}"
           " ORDER BY candidate.nth LIMIT 1 FOR UPDATE OF u SKIP LOCKED",
};

static const struct db_constraint lease_constraints[] = {
    {"update_begun", FAULT_CONFLICT, "lane_begun", NULL, "Another update of the lane is already begun."},
    {NULL, FAULT_INTERNAL, NULL, NULL, NULL},
};
static const struct db_statement lease_statement = {
    .name = "turn_lease",
    .parameters = "id uuid, owner uuid, seconds bigint, calls jsonb, before jsonb",
    .constraints = lease_constraints,
    .sql = "UPDATE update SET leased_by = {owner}, leased_until = now() + {seconds} * interval '1 second',"
           "  calls = coalesce({calls}, calls), state_before = coalesce({before}, state_before)"
           " WHERE id = {id}",
};

static const struct db_statement lock_statement = {
    .name = "turn_lock",
    .parameters = "id uuid, owner uuid",
    .sql = "SELECT id FROM update WHERE id = {id} AND status = 'received' AND leased_by = {owner} FOR UPDATE",
};

static const struct db_statement has_chat_statement = {
    .name = "turn_has_chat",
    .parameters = "id uuid",
    .sql = "SELECT FROM update WHERE id = {id} AND chat_id IS NOT NULL FOR SHARE",
};

#define UNLEASED " leased_by = NULL, leased_until = NULL"
#define OWNED     " WHERE id = {id} AND status = 'received' AND leased_by IS NOT DISTINCT FROM {owner}"

static const struct db_statement release_statement = {
    .name = "turn_release",
    .parameters = "id uuid, owner uuid, acted boolean, wait_ms bigint",
    .sql = "UPDATE update SET" UNLEASED ", acted = acted OR {acted}, retry_at = now() + {wait_ms} * interval '1 millisecond'" OWNED,
};

#define QUEUED_BODY_MAX "65536"
static const struct db_statement queued_statement = {
    .name = "turn_queued",
    .parameters = "bot uuid, chat bigint, person bigint, after uuid, most bigint",
    .sql = "SELECT u.id, u.body, " WAITED_MS " FROM update u WHERE u.status = 'received' AND u.kind = 'message'"
           "  AND u.bot_id = {bot} AND coalesce(u.chat_id, 0) = {chat} AND coalesce(u.user_id, 0) = {person}"
           "  AND u.id > {after} AND octet_length(u.body) <= " QUEUED_BODY_MAX
           " ORDER BY u.id LIMIT {most} FOR UPDATE SKIP LOCKED",
};

static const struct db_statement merge_statement = {
    .name = "turn_merge",
    .parameters = "id uuid, speaker uuid",
    .sql = "UPDATE update u SET status = 'done', retry_at = NULL, version = version + 1," UNLEASED ", spoken_by = {speaker}"
           " WHERE id = {id}",
};

/* The index update_of_person finds them. */
#define MERGED " u.status = 'done' AND u.user_id = {person} AND u.bot_id = {bot} AND u.spoken_by = {primary} AND u.body <> ''"
static const struct db_statement merged_statement = {
    .name = "turn_merged",
    .parameters = "bot uuid, person bigint, primary uuid",
    .sql = "SELECT u.id, u.body, " WAITED_MS " FROM update u WHERE" MERGED " ORDER BY u.id FOR UPDATE",
};

static const struct db_statement empty_merged_statement = {
    .name = "turn_empty_merged",
    .parameters = "bot uuid, person bigint, primary uuid, confided boolean",
    .sql = "UPDATE update u SET body = '', version = version + 1 WHERE" MERGED
           " AND ({confided} OR " TURN_QUOTES_CONFIDED ")",
};

static const struct db_statement calls_statement = {
    .name = "turn_calls",
    .parameters = "id uuid, owner uuid, seconds bigint, calls jsonb, before jsonb",
    .sql = "UPDATE update SET leased_until = now() + {seconds} * interval '1 second',"
           "  calls = coalesce({calls}, calls), state_before = coalesce({before}, state_before)" OWNED,
};

static const struct db_statement done_statement = {
    .name = "turn_done",
    .parameters = "id uuid, calls jsonb, before jsonb, confided boolean",
    .sql = "UPDATE update u SET status = 'done', retry_at = NULL, version = version + 1," UNLEASED ","
           "  calls = {calls}, state_before = {before}, body = CASE WHEN {confided} OR " TURN_QUOTES_CONFIDED " THEN '' ELSE u.body END"
           " WHERE id = {id}",
};

static const struct db_statement fail_statement = {
    .name = "turn_fail",
    .parameters = "id uuid, owner uuid, acted boolean, tries bigint, retry_s bigint, reason text",
    .sql = "UPDATE update"
           " SET tries = tries + 1, acted = acted OR {acted}, version = version + 1, reason = left({reason}, 300)," UNLEASED ","
           "  retry_at = now() + {retry_s} * interval '1 second',"
           "  status = CASE WHEN {retry_s} IS NULL THEN 'dead' ELSE 'received' END"
           OWNED " AND tries = {tries}",
};
// clang-format on

static int64_t zero_if_absent(int64_t id)
{
    return id != FIELD_ABSENT ? id : 0;
}

bool turn_store_read_backlog(struct db *db, struct turn_backlog *backlog, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query(db, &due_statement, DB_NO_VALUES, &rows, fault))
        return false;
    backlog->any = db_get_bool(&rows, 0, 0);
    backlog->oldest_s = db_is_null(&rows, 0, 1) ? 0 : db_get_double(&rows, 0, 1);
    return true;
}

static bool query_next_due(struct db *tx, const struct turn_cursor *cursor, struct db_rows *rows,
                           struct fault *fault)
{
    /* The lowest UUID: db_uuid() would pass a nil one as NULL. */
    static const struct uuid first = {
        {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}
    };
    const struct uuid *bot = uuid_is_nil(&cursor->bot_id) ? &first : &cursor->bot_id;
    const struct turn_cursor_lane *lanes = cursor->of_bot;

    return db_query(tx, &take_statement,
                    DB_VALUES(db_uuid(bot), DB_MEMBERS(DB_UUID, lanes, cursor->count, bot_id),
                              DB_MEMBERS(DB_INT, lanes, cursor->count, chat_id),
                              DB_MEMBERS(DB_INT, lanes, cursor->count, user_id)),
                    rows, fault);
}

static void advance_cursor(struct turn_cursor *cursor, const struct turn_cursor_lane *taken)
{
    size_t i = 0;

    while (i < cursor->count && !uuid_equal(&cursor->of_bot[i].bot_id, &taken->bot_id))
        i++;
    cursor->bot_id = taken->bot_id;
    if (i == BOTS_MAX)
        return;
    cursor->of_bot[i] = *taken;
    cursor->count += i == cursor->count;
}

bool turn_store_lock_next_due(struct db *tx, struct turn_cursor *cursor, struct db_rows *rows,
                              struct turn_update *out, bool *taken, struct fault *fault)
{
    if (!query_next_due(tx, cursor, rows, fault))
        return false;
    if (rows->count == 0 && !uuid_is_nil(&cursor->bot_id)) { /* again from the first bot */
        db_rows_finish(rows);
        cursor->bot_id = (struct uuid){0};
        if (!query_next_due(tx, cursor, rows, fault))
            return false;
    }
    *taken = rows->count == 1;
    if (!*taken)
        return true;
    *out = (struct turn_update){.language = -1, .told_language = -1};
    db_row_read(rows, 0, 0, columns, ARRAY_LEN(columns), out);
    advance_cursor(cursor, &(struct turn_cursor_lane){out->bot_id, zero_if_absent(out->chat_id),
                                                      zero_if_absent(out->user_id)});
    return true;
}

bool turn_store_lease(struct db *tx, struct turn_update *update, const struct turn_record *record,
                      struct fault *fault)
{
    const struct uuid owner = uuid_make();
    const struct db_value values[] = {db_uuid(&update->id), db_uuid(&owner), db_int(TURN_LEASE_S),
                                      db_text(record->calls), db_text(record->state_before)};
    const struct db_call call = {&lease_statement, values, 5, NULL};

    if (!db_query_and_end(tx, &call, 1, fault))
        return slice_is(slice_of(fault->code), "lane_begun") && db_request_retry(tx, fault);
    update->leased_by = owner;
    return true;
}

bool turn_store_renew_lease(struct db_pool *pool, const struct turn_update *update,
                            const struct turn_record *record, bool *owned, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_execute(pool, &calls_statement,
                    DB_VALUES(db_uuid(&update->id), db_uuid(&update->leased_by),
                              db_int(TURN_LEASE_S), db_text(record->calls),
                              db_text(record->state_before)),
                    &rows, fault))
        return false;
    *owned = rows.affected == 1;
    return true;
}

bool turn_store_lock_leased(struct db *tx, const struct turn_update *update, bool *owned,
                            struct fault *fault)
{
    return db_query_one(tx, &lock_statement,
                        DB_VALUES(db_uuid(&update->id), db_uuid(&update->leased_by)), owned, fault);
}

bool turn_store_has_chat(struct db *tx, const struct uuid *update_id, bool *has_chat,
                         struct fault *fault)
{
    return db_query_one(tx, &has_chat_statement, DB_VALUES(db_uuid(update_id)), has_chat, fault);
}

bool turn_store_release(struct db *tx, const struct turn_update *update, bool may_have_acted,
                        int64_t wait_ms, struct fault *fault)
{
    const struct db_value values[] = {db_uuid(&update->id), db_uuid(&update->leased_by),
                                      db_bool(may_have_acted), db_int(wait_ms)};
    const struct db_call call = {&release_statement, values, 4, NULL};

    return db_query_and_commit(tx, &call, 1, fault);
}

bool turn_store_lock_queued_behind(struct db *tx, const struct turn_update *update,
                                   int64_t messages_max, struct db_rows *rows, struct fault *fault)
{
    return db_query(tx, &queued_statement,
                    DB_VALUES(db_uuid(&update->bot_id), db_int(zero_if_absent(update->chat_id)),
                              db_int(zero_if_absent(update->user_id)), db_uuid(&update->id),
                              db_int(messages_max)),
                    rows, fault);
}

void turn_store_read_queued(const struct db_rows *rows, int row, struct turn_queued *out)
{
    *out = (struct turn_queued){.id = db_get_uuid(rows, row, 0),
                                .body = db_get_bytes(rows, row, 1),
                                .waited_ms = db_get_int(rows, row, 2)};
}

bool turn_store_merge_into(struct db *tx, const struct uuid *update_id,
                           const struct uuid *primary_id, struct fault *fault)
{
    return db_query(tx, &merge_statement, DB_VALUES(db_uuid(update_id), db_uuid(primary_id)), NULL,
                    fault);
}

bool turn_store_lock_merged(struct db *tx, const struct turn_update *primary, struct db_rows *rows,
                            struct fault *fault)
{
    return db_query(
        tx, &merged_statement,
        DB_VALUES(db_uuid(&primary->bot_id), db_int(primary->user_id), db_uuid(&primary->id)), rows,
        fault);
}

bool turn_store_empty_merged(struct db *tx, const struct turn_update *primary, bool deletes_bodies,
                             struct fault *fault)
{
    return db_query(tx, &empty_merged_statement,
                    DB_VALUES(db_uuid(&primary->bot_id), db_int(primary->user_id),
                              db_uuid(&primary->id), db_bool(deletes_bodies)),
                    NULL, fault);
}

bool turn_store_set_done_and_commit(struct db *tx, const struct uuid *update_id,
                                    const struct turn_record *record, bool deletes_body,
                                    const struct db_call *calls_before, size_t count,
                                    struct fault *fault)
{
    const struct db_value values[] = {db_uuid(update_id), db_text(record->calls),
                                      db_text(record->state_before), db_bool(deletes_body)};
    struct db_call calls[DB_CALLS_MAX];

    memcpy(calls, calls_before, count * sizeof calls[0]);
    calls[count] = (struct db_call){&done_statement, values, ARRAY_LEN(values), NULL};
    return db_query_and_commit(tx, calls, count + 1, fault);
}

bool turn_store_count_failure(struct db *tx, const struct turn_update *update, bool may_have_acted,
                              int64_t retry_s, struct slice reason, bool *counted,
                              struct fault *fault)
{
    return db_query_one(tx, &fail_statement,
                        DB_VALUES(db_uuid(&update->id), db_uuid(&update->leased_by),
                                  db_bool(may_have_acted), db_int(update->tries), db_int(retry_s),
                                  db_text(reason)),
                        counted, fault);
}
