// SPDX-License-Identifier: MIT
#include "broadcasts/broadcast_store.h"

#include <stddef.h>

#include "broadcasts/broadcaster_store.h"
#include "outbox/outbox.h"

// clang-format off
#define AT(member) offsetof(struct broadcast, member)
#define MS(interval) "ceil(extract(epoch FROM " interval ") * 1000)::bigint"
static const struct db_column columns[] = {
    {DB_UUID, AT(id),                 .name = "id"},
    {DB_TEXT, AT(bot),                .sql = "bot.name"},
    {DB_NAME, AT(status),             .name = "status", .names = broadcast_status_names},
    {DB_TEXT, AT(audience),           .sql = "b.audience::text"},
    {DB_INT,  AT(total),              .name = "total"},
    {DB_INT,  AT(counts.sent),        .sql = "c.sent"},
    {DB_INT,  AT(counts.failed),      .sql = "c.failed"},
    {DB_INT,  AT(counts.unreachable), .sql = "c.unreachable"},
    {DB_INT,  AT(counts.uncertain),   .sql = "c.uncertain"},
    {DB_INT,  AT(counts.cancelled),   .sql = "c.cancelled"},
    {DB_INT,  AT(queued),             .sql = "w.queued"},
    {DB_INT,  AT(rate.backing_off),        .sql = "w.parked"},
    {DB_INT,  AT(rate.backoff_ms),     .sql = "coalesce(" MS("w.parked_until - now()") ", 0)"},
    {DB_INT,  AT(rate.pause_ms),      .sql = "coalesce(" MS("rest.paused_until - now()") ", 0)"},
    {DB_INT,  AT(rate.running_ms),    .sql = MS("now() - b.running_since")},
    {DB_INT,  AT(rate.sent),          .sql = "minute.own"},
    {DB_INT,  AT(rate.others),        .sql = "minute.others"},
    {DB_NAME, AT(on_unknown),         .name = "on_unknown", .names = outbox_on_unknown_names},
    {DB_NAME, AT(moved),              .name = "moved", .names = broadcast_action_names},
    {DB_TEXT, AT(moved_by),           .name = "moved_by"},
    {DB_TIME, AT(finished_at),        .name = "finished_at"},
    {DB_INT,  AT(version),            .name = "version"},
    {DB_TIME, AT(created_at),         .name = "created_at"},
    {DB_TIME, AT(updated_at),         .name = "updated_at"},
};
#undef AT
static const struct db_shape broadcast_shape = DB_SHAPE(columns, "b");

/* Joins and counts of a broadcast for the API. They read few messages: at most BROADCAST_QUEUED_MAX
 * are queued, Telegram's limits bound those sent in the last minute, and the outcomes of all others
 * are counted in broadcast_count. The list of five statuses repeats the condition of the index of
 * finished messages by age, so that PostgreSQL can use that index. */
#define SHOWN                                                                                      \
    " FROM broadcast b JOIN bot ON bot.id = b.bot_id JOIN broadcast_count c ON c.broadcast_id = b.id"                  \
    " LEFT JOIN sending_pause rest ON rest.bot_id = b.bot_id AND rest.paused_until > now()"        \
    " CROSS JOIN LATERAL (SELECT count(*) AS queued,"                                              \
    "   count(*) FILTER (WHERE s.status = 'queued' AND r.parked_until > now()) AS parked,"         \
    "   max(r.parked_until) FILTER (WHERE s.status = 'queued' AND r.parked_until > now()) AS parked_until"             \
    "  FROM sending s JOIN recipient r ON r.bot_id = s.bot_id AND r.chat_id = s.chat_id"           \
    "  WHERE b.slot IS NOT NULL AND s.broadcast_id = b.id AND s.status IN ('queued', 'sending')) w"                    \
    " CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE s.broadcast_id = b.id) AS own,"            \
    "   count(*) FILTER (WHERE s.broadcast_id IS DISTINCT FROM b.id) AS others"                    \
    "  FROM sending s WHERE b.status = 'running' AND s.bot_id = b.bot_id AND s.lane > 0 AND s.status = 'sent'"         \
    "   AND s.status IN ('sent', 'failed', 'expired', 'superseded', 'cancelled')"                  \
    "   AND s.updated_at > now() - interval '1 minute') minute"                                    \
    " WHERE b.tenant_id = {tenant}"

static const struct db_statement find_statement = {
    .name = "broadcast_find",
    .parameters = "tenant uuid, id uuid",
    .shape = &broadcast_shape,
    .sql = "SELECT {columns}" SHOWN " AND b.id = {id}",
    .no_row = {FAULT_NOT_FOUND, "not_found", "There is no such broadcast."},
};

static const struct db_statement lock_statement = {
    .name = "broadcast_lock",
    .parameters = "tenant uuid, id uuid",
    .sql = "SELECT FROM broadcast WHERE tenant_id = {tenant} AND id = {id} FOR NO KEY UPDATE",
};

const struct db_statement broadcast_list_statement = {
    .name = "broadcast_list",
    .parameters = "tenant uuid, bot text, after uuid, limit bigint",
    .shape = &broadcast_shape,
    .sql = LIST_PAGE_OF
           "SELECT {columns}, NULL::integer AS large" SHOWN
           " AND ({bot} IS NULL OR bot.name = {bot}) AND b.id < {after} ORDER BY b.id DESC LIMIT {limit}"
           LIST_PAGE_CUT,
};

static const struct db_constraint constraints[] = {
    {"broadcast_over",      FAULT_CONFLICT, "too_many_broadcasts", NULL, "The bot has 8 broadcasts that are not over."},
    {"broadcast_slot_once", FAULT_CONFLICT, "changed",             NULL, "Another broadcast was made at the same moment."},
    {NULL, FAULT_INTERNAL, NULL, NULL, NULL},
};
static const struct db_part insert_parts[] = {
    {"chosen", "SELECT value::bigint FROM jsonb_array_elements_text({users})"},
    {NULL, NULL},
};
static const struct db_statement insert_statement = {
    .name = "broadcast_insert",
    .parts = {broadcast_match_parts, insert_parts},
    .parameters = "id uuid, tenant uuid, bot uuid, audience jsonb, users jsonb, payloads jsonb, on_unknown text, most integer",
    .sql = "INSERT INTO broadcast (id, tenant_id, bot_id, audience, user_ids, payloads, on_unknown, slot, total)"
           " SELECT {id}, {tenant}, {bot}, {audience}, {users}, {payloads}, {on_unknown},"
           "  (SELECT min(slot) FROM generate_series(1, {most}) slot"
           "   WHERE NOT EXISTS (SELECT FROM broadcast b WHERE b.bot_id = {bot} AND b.slot = slot.slot)),"
           "  (SELECT count(*) FROM person p WHERE p.bot_id = {bot} AND {broadcast_fits})",
    .constraints = constraints,
};

static const struct db_statement count_statement = {
    .name = "broadcast_count",
    .parameters = "id uuid",
    .sql = "INSERT INTO broadcast_count (broadcast_id) VALUES ({id})",
};

static const struct db_statement move_statement = {
    .name = "broadcast_move",
    .parameters = "id uuid, status text, action text, actor text",
    .sql = "UPDATE broadcast SET status = {status}, moved = {action}, moved_by = left({actor}, 200),"
           "  running_since = CASE WHEN {status} = 'running' THEN now() ELSE running_since END"
           " WHERE id = {id}",
};
// clang-format on

bool broadcast_store_insert(struct db *tx, const struct broadcast_new *broadcast,
                            struct fault *fault)
{
    const struct db_value values[] = {
        db_uuid(&broadcast->id),
        db_uuid(&broadcast->tenant_id),
        db_uuid(&broadcast->bot_id),
        db_text(broadcast->audience),
        db_text(broadcast->user_ids),
        db_text(broadcast->payloads),
        db_str(outbox_on_unknown_names[broadcast->on_unknown]),
        db_int(BROADCASTS_MAX),
    };
    const struct db_call calls[] = {
        {&insert_statement, values, ARRAY_LEN(values), NULL},
        {&count_statement,  values, 1,                 NULL},
    };

    return db_query_all(tx, calls, 2, fault);
}

void broadcast_store_read_row(const struct db_rows *rows, int row, struct broadcast *out)
{
    *out = (struct broadcast){.moved = -1};
    db_row_read(rows, row, 0, columns, ARRAY_LEN(columns), out);
}

bool broadcast_store_find(struct db *db, const struct uuid *tenant_id, const struct uuid *id,
                          struct arena *arena, struct broadcast *out, struct fault *fault)
{
    *out = (struct broadcast){.moved = -1};
    return db_find_row(db, &find_statement, DB_VALUES(db_uuid(tenant_id), db_uuid(id)), arena, out,
                       fault);
}

bool broadcast_store_lock_and_find(struct db *tx, const struct uuid *tenant_id,
                                   const struct uuid *id, struct arena *arena,
                                   struct broadcast *out, struct fault *fault)
{
    return db_query(tx, &lock_statement, DB_VALUES(db_uuid(tenant_id), db_uuid(id)), NULL, fault) &&
           broadcast_store_find(tx, tenant_id, id, arena, out, fault);
}

bool broadcast_store_apply_action(struct db *tx, const struct uuid *id, int action, int to,
                                  struct slice actor, struct fault *fault)
{
    return db_query(tx, &move_statement,
                    DB_VALUES(db_uuid(id), db_str(broadcast_status_names[to]),
                              db_str(broadcast_action_names[action]), db_text(actor)),
                    NULL, fault) &&
           broadcaster_store_adapt_queue(tx, id, fault);
}
