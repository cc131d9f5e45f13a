// SPDX-License-Identifier: MIT
#include "notifications/notification_store.h"

#include <stddef.h>

#include "base/language.h"
#include "db/transaction.h"

#include "outbox/recipient_store.h"

// clang-format off
/* A lease that ends later than ten leases from now is of a clock that was ahead, and does not hold. */
static const struct db_statement lease_statement = {
    .name = "notice_lease",
    .parameters = "bot uuid, owner uuid, seconds bigint",
    .sql = "INSERT INTO booking_feed AS f (bot_id, owner, leased_until)"
           " VALUES ({bot}, {owner}, now() + make_interval(secs => {seconds}))"
           " ON CONFLICT (bot_id) DO UPDATE SET owner = excluded.owner, leased_until = excluded.leased_until"
           "  WHERE f.owner = excluded.owner OR f.leased_until < now()"
           "   OR f.leased_until > now() + {seconds} * interval '10 seconds'"
           " RETURNING coalesce(place, ''), since, held_before",
};
static const struct db_statement release_statement = {
    .name = "notice_give_back",
    .parameters = "owner uuid",
    .sql = "UPDATE booking_feed SET leased_until = '-infinity' WHERE owner = {owner}",
};
static const struct db_statement advance_statement = {
    .name = "notice_move",
    .parameters = "bot uuid, before text, cursor text",
    .sql = "UPDATE booking_feed SET place = {cursor}"
           " WHERE bot_id = {bot} AND coalesce(place, '') = {before}",
};

/* Local times are encoded as if they were UTC; {zone} makes instants of them. */
#define INSTANT(time)                                                                              \
    "CASE WHEN is_instant THEN 'epoch'::timestamptz + " time " * interval '1 microsecond'"         \
    " ELSE ('epoch'::timestamp + " time " * interval '1 microsecond') AT TIME ZONE {zone} END"
static const struct db_part plan_parts[] = {
    {"planned", "SELECT kind, on_the_day, " INSTANT("due") " AS due_at, " INSTANT("until") " AS until_at"
                " FROM unnest({kinds}, {are_instants}, {dues}, {untils}, {are_on_the_day})"
                "  w (kind, is_instant, due, until, on_the_day)"},
    {NULL, NULL},
};
#define PLAN                                                                                       \
    "bot uuid, booking uuid, zone text, now timestamptz, kinds text[], are_instants boolean[],"    \
    " dues bigint[], untils bigint[], are_on_the_day boolean[]"
static const struct db_statement drop_statement = {
    .name = "notice_drop",
    .parameters = PLAN,
    .parts = {plan_parts},
    .sql = "DELETE FROM reminder r WHERE r.bot_id = {bot} AND r.booking_id = {booking} AND r.done_at IS NULL"
           " AND NOT EXISTS (SELECT FROM ({planned}) p WHERE p.kind = r.kind AND p.due_at = r.due_at)",
};
static const struct db_statement plan_statement = {
    .name = "notice_plan",
    .parameters = PLAN,
    .parts = {plan_parts},
    .sql = "INSERT INTO reminder AS r (bot_id, booking_id, kind, due_at, until_at, on_the_day, try_at)"
           " SELECT {bot}, {booking}, kind, due_at, until_at, on_the_day, due_at FROM ({planned}) p"
           "  WHERE due_at > {now}"
           " ON CONFLICT ON CONSTRAINT reminder_once DO UPDATE SET due_at = excluded.due_at,"
           "  until_at = excluded.until_at, on_the_day = excluded.on_the_day, try_at = excluded.try_at,"
           "  done_at = NULL"
           " WHERE r.due_at <> excluded.due_at",
};

#define AT(member) offsetof(struct reminder, member)
static const struct db_column columns[] = {
    {DB_UUID, AT(id),         .name = "id"},
    {DB_UUID, AT(booking),    .name = "booking_id"},
    {DB_NAME, AT(kind),       .name = "kind", .names = reminder_kind_names},
    {DB_TIME, AT(due_at),     .name = "due_at"},
    {DB_TIME, AT(until_at),   .name = "until_at"},
    {DB_BOOL, AT(on_the_day), .name = "on_the_day"},
};
#undef AT
static const struct db_shape shape = DB_SHAPE(columns, "r");

static const struct db_statement due_statement = {
    .name = "notice_due",
    .parameters = "bot uuid, now timestamptz, limit bigint",
    .shape = &shape,
    .sql = "SELECT {columns} FROM reminder r WHERE r.bot_id = {bot} AND r.done_at IS NULL AND r.try_at <= {now}"
           " ORDER BY r.try_at, r.id LIMIT {limit}",
};
static const struct db_statement finish_statement = {
    .name = "notice_done",
    .parameters = "id uuid, due timestamptz",
    .sql = "UPDATE reminder SET done_at = now() WHERE id = {id} AND due_at = {due} AND done_at IS NULL",
};
static const struct db_statement postpone_statement = {
    .name = "notice_put_off",
    .parameters = "id uuid, due timestamptz, try timestamptz",
    .sql = "UPDATE reminder SET try_at = {try} WHERE id = {id} AND due_at = {due} AND done_at IS NULL",
};

static const struct db_statement free_keys_statement = {
    .name = "notice_free_keys",
    .parameters = "bot uuid, key text, most bigint",
    .sql = "UPDATE sending SET dedupe_key = dedupe_key || ':' || id"
           " WHERE bot_id = {bot} AND created_at <= now() - interval '1 hour'"
           "  AND dedupe_key = ANY (ARRAY(SELECT {key} || ':' || n FROM generate_series(0, {most} - 1) n))",
};

static const struct db_statement find_failed_statement = {
    .name = "notice_failed",
    .parameters = "bot uuid, limit bigint",
    .sql = "SELECT s.id, s.owner_booking, s.error_code = 'chat_unreachable',"
           "  coalesce(r.unreachable_reason, s.error_text) LIKE '%blocked%',"
           "  s.updated_at < now() - interval '1 hour'"
           " FROM bot ours JOIN bot b ON b.tenant_id = ours.tenant_id AND b.bot_type = ours.bot_type"
           " JOIN sending s ON s.bot_id = b.id AND s.owner_booking IS NOT NULL AND s.status IN ('failed', 'uncertain')"
           "  AND s.error_code IS DISTINCT FROM 'restored'"
           " LEFT JOIN recipient r ON r.bot_id = s.bot_id AND r.chat_id = s.chat_id"
           " WHERE ours.id = {bot} AND s.updated_at > now() - interval '1 day'"
           " ORDER BY s.id LIMIT {limit}",
};
static const struct db_statement take_failed_statement = {
    .name = "notice_take_failed",
    .parameters = "message uuid",
    .sql = "UPDATE sending SET owner_booking = NULL WHERE id = {message} AND owner_booking IS NOT NULL",
};

const struct db_statement notification_store_delete_old = {
    .name = "notice_forget",
    .parameters = "limit bigint",
    .sql = "DELETE FROM reminder WHERE id IN (SELECT id FROM reminder"
           "  WHERE until_at < now() - interval '30 days' LIMIT {limit} FOR UPDATE SKIP LOCKED)",
};

static const struct db_statement find_person_statement = {
    .name = "notice_find_person",
    .parameters = "bot uuid, person bigint",
    .sql = "SELECT last.bot_id = {bot}, last.language, last.told_language,"
           " (SELECT unreachable_reason LIKE '%blocked%' FROM recipient r"
           "  WHERE r.bot_id = last.bot_id AND r.chat_id = {person} AND r.unreachable_since IS NOT NULL)"
           " FROM bot ours CROSS JOIN LATERAL ("
           "  SELECT p.bot_id, p.language, p.told_language"
           "   FROM bot b JOIN person p ON p.bot_id = b.id AND p.user_id = {person}"
           "   WHERE b.tenant_id = ours.tenant_id AND b.bot_type = ours.bot_type AND b.is_active"
           "   ORDER BY p.last_seen_at DESC, p.bot_id LIMIT 1) last"
           " WHERE ours.id = {bot}",
};
static const struct db_statement hold_person_statement = {
    .name = "notice_hold_person",
    .parameters = "bot uuid, person bigint",
    .sql = "SELECT FROM person WHERE bot_id = {bot} AND user_id = {person} FOR KEY SHARE",
};
// clang-format on

bool notification_store_take_lease(struct db_pool *pool, const struct uuid *bot_id,
                                   const struct uuid *process_id, int64_t lease_s, bool *leased,
                                   struct notification_position *position, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_execute(pool, &lease_statement,
                    DB_VALUES(db_uuid(bot_id), db_uuid(process_id), db_int(lease_s)), &rows, fault))
        return false;
    *leased = rows.count == 1;
    *position = (struct notification_position){.since = db_get_time(&rows, 0, 1),
                                               .held_before = db_get_time(&rows, 0, 2)};
    const struct slice cursor = db_get_text(&rows, 0, 0);
    if (*leased && cursor.len <= NOTIFICATION_CURSOR_MAX)
        memcpy(position->cursor, cursor.at, cursor.len);
    return true;
}

bool notification_store_release_leases(struct db_pool *pool, const struct uuid *process_id,
                                       struct fault *fault)
{
    return db_execute(pool, &release_statement, DB_VALUES(db_uuid(process_id)), NULL, fault);
}

bool notification_store_advance_position(struct db *tx, const struct uuid *bot_id,
                                         const struct notification_position *before,
                                         struct slice cursor, bool *moved, struct fault *fault)
{
    return db_query_one(tx, &advance_statement,
                        DB_VALUES(db_uuid(bot_id), db_str(before->cursor), db_text(cursor)), moved,
                        fault);
}

bool notification_store_replace_reminders(struct db *tx, const struct uuid *bot_id,
                                          const struct uuid *booking_id,
                                          const struct reminder_time *plan, size_t count,
                                          struct slice time_zone, int64_t now_us,
                                          struct fault *fault)
{
    static const struct db_column kind = {DB_NAME, offsetof(struct reminder_time, kind),
                                          .names = reminder_kind_names};
    const struct db_value values[] = {
        db_uuid(bot_id),
        db_uuid(booking_id),
        db_text(time_zone),
        db_time(now_us),
        db_array_of(&kind, plan, sizeof *plan, count),
        DB_MEMBERS(DB_BOOL, plan, count, is_instant),
        DB_MEMBERS(DB_INT, plan, count, due),
        DB_MEMBERS(DB_INT, plan, count, until),
        DB_MEMBERS(DB_BOOL, plan, count, on_the_day),
    };
    const struct db_call calls[] = {
        {&drop_statement, values, ARRAY_LEN(values), NULL},
        {&plan_statement, values, ARRAY_LEN(values), NULL},
    };

    return db_query_all(tx, calls, count > 0 ? 2 : 1, fault);
}

bool notification_store_find_due_reminders(struct db *db, const struct uuid *bot_id, int64_t now_us,
                                           int64_t reminders_max, struct db_rows *rows,
                                           struct fault *fault)
{
    return db_query(db, &due_statement,
                    DB_VALUES(db_uuid(bot_id), db_time(now_us), db_int(reminders_max)), rows,
                    fault);
}

void notification_store_read_reminder(const struct db_rows *rows, int row, struct reminder *out)
{
    *out = (struct reminder){0};
    db_row_read(rows, row, 0, columns, shape.count, out);
}

bool notification_store_finish_reminder(struct db *tx, const struct reminder *reminder,
                                        bool *finished, struct fault *fault)
{
    return db_query_one(tx, &finish_statement,
                        DB_VALUES(db_uuid(&reminder->id), db_time(reminder->due_at)), finished,
                        fault);
}

bool notification_store_postpone_reminder(struct db_pool *pool, const struct reminder *reminder,
                                          int64_t try_at_us, struct fault *fault)
{
    return db_execute(
        pool, &postpone_statement,
        DB_VALUES(db_uuid(&reminder->id), db_time(reminder->due_at), db_time(try_at_us)), NULL,
        fault);
}

bool notification_store_free_old_dedupe_keys(struct db *tx, const struct uuid *bot_id,
                                             int64_t chat_id, struct slice key,
                                             int64_t max_per_hour, struct fault *fault)
{
    const struct db_value chat[] = {db_uuid(bot_id), db_int(chat_id)};
    const struct db_value keys[] = {db_uuid(bot_id), db_text(key), db_int(max_per_hour)};
    const struct db_call calls[] = {
        {&recipient_lock_statement, chat, 2, NULL},
        {&free_keys_statement,      keys, 3, NULL},
    };

    return db_query_all(tx, calls, ARRAY_LEN(calls), fault);
}

bool notification_store_find_failed_messages(struct db *db, const struct uuid *bot_id,
                                             int64_t messages_max, struct db_rows *rows,
                                             struct fault *fault)
{
    return db_query(db, &find_failed_statement, DB_VALUES(db_uuid(bot_id), db_int(messages_max)),
                    rows, fault);
}

struct notification_failed notification_store_read_failed_message(const struct db_rows *rows,
                                                                  int row)
{
    return (struct notification_failed){.message = db_get_uuid(rows, row, 0),
                                        .booking = db_get_uuid(rows, row, 1),
                                        .why = !db_get_bool(rows, row, 2) ? NOTIFICATION_WHY_REFUSED
                                               : db_get_bool(rows, row, 3)
                                                   ? NOTIFICATION_WHY_BLOCKED
                                                   : NOTIFICATION_WHY_GONE,
                                        .is_overdue = db_get_bool(rows, row, 4)};
}

bool notification_store_mark_reported(struct db *tx, const struct uuid *message_id, bool *marked,
                                      struct fault *fault)
{
    return db_query_one(tx, &take_failed_statement, DB_VALUES(db_uuid(message_id)), marked, fault);
}

bool notification_store_find_person(struct db *db, const struct uuid *bot_id, int64_t user_id,
                                    struct notification_person *out, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query(db, &find_person_statement, DB_VALUES(db_uuid(bot_id), db_int(user_id)), &rows,
                  fault))
        return false;
    const bool found = rows.count == 1 && db_get_bool(&rows, 0, 0);
    *out = (struct notification_person){
        .found = found,
        .chosen = found ? language_or(db_get_text(&rows, 0, 1), -1) : -1,
        .app_language = found ? language_or(db_get_text(&rows, 0, 2), -1) : -1,
        .is_known = rows.count == 1,
        .is_blocked = db_get_bool(&rows, 0, 3),
        .is_gone = !db_is_null(&rows, 0, 3) && !db_get_bool(&rows, 0, 3)};
    return true;
}

bool notification_store_lock_person(struct db *tx, const struct uuid *bot_id, int64_t user_id,
                                    bool *exists, struct fault *fault)
{
    return db_query_one(tx, &hold_person_statement, DB_VALUES(db_uuid(bot_id), db_int(user_id)),
                        exists, fault);
}
