// SPDX-License-Identifier: MIT
#include "base/auto.h"
#include "db/query.h"

#include "nights/occupancy.h"
#include "upkeep/erasure.h"

enum { IDS_MAX = (UUID_TEXT_LEN + 3) * ERASURE_BOOKINGS_MAX + 3 };

/* What stands where a guest's name was: the column and the API want one. */
#define NAME  "'erased'"
#define ACTOR "'guest:erased'"

// clang-format off
/* Agreed and not over. */
#define LIVE                                                                                       \
    "(o.status IN " OCCUPANCY_STAYING                                                              \
    " OR o.status = 'payment_claimed' AND o.expires_at > now())"

/* $1 tenant, $2 account, $3 phone, $4 whether to follow the account's phones. Of more than $5 those
 * come first that forbid the erasure, then those that only others lead to: what was asked for is
 * blanked last, so that the next request still finds the rest. */
static const struct db_statement find_statement = {
    .name = "erasure_find",
    .sql = "WITH named AS MATERIALIZED ("
           "  SELECT id, guest_telegram_id AS telegram FROM booking"
           "  WHERE tenant_id = $1::uuid AND guest_telegram_id = $2::bigint"
           "  UNION SELECT id, guest_telegram_id FROM booking"
           "  WHERE tenant_id = $1::uuid AND guest_phone = $3::text),"
           " account AS MATERIALIZED (SELECT coalesce($2::bigint,"
           "  CASE WHEN count(DISTINCT telegram) = 1 THEN min(telegram) END) AS telegram"
           "  FROM named),"
           " person AS (SELECT id FROM named"
           "  UNION SELECT b.id FROM account a JOIN booking b"
           "    ON b.tenant_id = $1::uuid AND b.guest_telegram_id = a.telegram"
           "  UNION SELECT b.id FROM account a JOIN booking p"
           "    ON p.tenant_id = $1::uuid AND p.guest_telegram_id = a.telegram"
           "    JOIN booking b ON b.tenant_id = $1::uuid AND b.guest_phone = p.guest_phone"
           "    WHERE $4::boolean"
           "    AND (b.guest_telegram_id IS NULL OR b.guest_telegram_id = a.telegram)),"
           " chosen AS (SELECT o.id FROM person JOIN occupancy o USING (id)"
           "  JOIN booking b USING (id) ORDER BY " LIVE " DESC,"
           "  o.id IN (SELECT id FROM named), b.guest_telegram_id IS NOT NULL, o.id"
           "  LIMIT $5::bigint)"
           " SELECT o.id, " LIVE ", account.telegram"
           " FROM chosen JOIN occupancy o USING (id) CROSS JOIN account"
           " ORDER BY o.id FOR UPDATE OF o",
};
// clang-format on

static bool list_ids(struct change *change, const struct db_rows *rows, struct erasure_found *out,
                     struct fault *fault)
{
    AUTO(buf_finish) struct buf ids;
    AUTO(buf_finish) struct buf live;
    char text[UUID_TEXT_LEN + 1];
    size_t alive = 0;

    buf_init(&ids, IDS_MAX);
    buf_init(&live, IDS_MAX);
    buf_char(&ids, '{');
    for (int i = 0; i < rows->count; i++) {
        const struct uuid id = db_get_uuid(rows, i, 0);

        uuid_format(&id, text);
        buf_printf(&ids, i > 0 ? ",%s" : "%s", text);
        if (db_get_bool(rows, i, 1))
            buf_printf(&live, alive++ > 0 ? ",\"%s\"" : "[\"%s\"", text);
    }
    buf_char(&ids, '}');
    buf_char(&live, ']');
    if (!buf_ok(&ids, fault) || !buf_ok(&live, fault))
        return false;
    out->ids = arena_copy(change->arena, buf_as_slice(&ids));
    out->live = alive > 0 ? arena_copy(change->arena, buf_as_slice(&live)) : (struct slice){0};
    return (out->ids.at != NULL && (alive == 0 || out->live.at != NULL)) || arena_fault(fault);
}

bool erasure_store_find(struct change *change, const struct erasure_subject *subject, bool follow,
                        struct erasure_found *out, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};
    struct erasure_found found = {.telegram_id = subject->telegram_id};

    if (!db_query(change->tx, &find_statement,
                  DB_VALUES(db_uuid(&change->caller->tenant_id), db_int(subject->telegram_id),
                            db_text(subject->phone), db_bool(follow), db_int(ERASURE_BOOKINGS_MAX)),
                  &rows, fault))
        return false;
    if (rows.count > 0)
        found.telegram_id = db_get_int(&rows, 0, 2);
    if (!list_ids(change, &rows, &found, fault))
        return false;
    *out = found;
    return true;
}

static const struct db_statement booking_statement = {
    .name = "erasure_booking",
    .sql = "UPDATE booking SET guest_name = " NAME ", guest_phone = NULL,"
           " guest_telegram_id = NULL, note = NULL, source = NULL, receipt = NULL"
           " WHERE id = ANY ($1::text::uuid[])",
};

/* A reason is free text, whoever wrote it. */
static const struct db_statement history_statement = {
    .name = "erasure_history",
    .sql = "UPDATE booking_history SET reason = NULL,"
           " actor = CASE WHEN actor LIKE 'guest:%' THEN " ACTOR " ELSE actor END"
           " WHERE booking_id = ANY ($1::text::uuid[])"
           " AND (actor LIKE 'guest:%' OR reason IS NOT NULL)",
};

static const struct db_statement audit_statement = {
    .name = "erasure_audit",
    .sql = "UPDATE audit SET actor = " ACTOR " WHERE id IN ("
           " SELECT id FROM audit WHERE tenant_id = $2::uuid AND actor = $3::text"
           "  AND actor LIKE 'guest:%'"
           " UNION SELECT id FROM audit WHERE resource_id = ANY ($1::text::uuid[])"
           "  AND actor LIKE 'guest:%')",
};

/* They stay what they are to a program that repeats its request: the booking, of nobody. */
static const struct db_statement answer_statement = {
    .name = "erasure_answers",
    .sql = "UPDATE idempotency SET body = (body::jsonb || jsonb_build_object("
           "  'guest', (body::jsonb -> 'guest') || '{\"name\": \"erased\", \"phone\": null,"
           "   \"telegram_id\": null}', 'note', NULL)"
           "  || CASE WHEN body::jsonb ? 'receipt' THEN '{\"receipt\": null}' ELSE '{}' END"
           "  ::jsonb || CASE WHEN body::jsonb ? 'source' THEN '{\"source\": null}' ELSE '{}' END"
           "  ::jsonb)::text"
           " WHERE substr(body, 8, 36) = ANY ($1::text::text[]) AND body LIKE '{\"id\":\"%'"
           " AND body::jsonb ? 'guest'",
};

/* Events name bookings and no people; what another version may have told goes too. */
#define TOLD "'{guest,note,receipt,reason,source}'::text[]"
static const struct db_statement outbox_statement = {
    .name = "erasure_outbox",
    .sql = "UPDATE outbox SET data = data - " TOLD
           " WHERE resource_id = ANY ($1::text::uuid[]) AND data ?| " TOLD,
};

static const struct db_statement quote_statement = {
    .name = "erasure_quotes",
    .sql = "DELETE FROM quote WHERE tenant_id = $1::uuid AND guest_telegram_id = $2::bigint",
};

bool erasure_store_blank(struct change *change, const struct erasure_found *found,
                         struct erasure_counts *out, struct fault *fault)
{
    auto_rows struct db_rows booking = {0}, history = {0}, audit = {0};
    auto_rows struct db_rows answers = {0}, outbox = {0}, quotes = {0};
    const struct db_value tenant = db_uuid(&change->caller->tenant_id);
    const struct db_value ids = db_text(found->ids);
    struct slice actor = {0};

    if (found->telegram_id != FIELD_ABSENT) {
        actor = arena_printf(change->arena, "guest:%lld", (long long)found->telegram_id);
        if (actor.at == NULL)
            return arena_fault(fault);
    }
    const struct db_value of_audit[] = {ids, tenant, db_text(actor)};
    const struct db_value of_quote[] = {tenant, db_int(found->telegram_id)};
    const struct db_call calls[] = {
        {&booking_statement, &ids,     1, &booking},
        {&history_statement, &ids,     1, &history},
        {&audit_statement,   of_audit, 3, &audit  },
        {&answer_statement,  &ids,     1, &answers},
        {&outbox_statement,  &ids,     1, &outbox },
        {&quote_statement,   of_quote, 2, &quotes },
    };

    if (!db_query_all(change->tx, calls, sizeof calls / sizeof calls[0], fault))
        return false;
    *out = (struct erasure_counts){
        .audit = audit.affected,
        .booking = booking.affected,
        .booking_history = history.affected,
        .idempotency = answers.affected,
        .outbox = outbox.affected,
        .quote = quotes.affected,
    };
    return true;
}

static const struct db_statement keep_statement = {
    .name = "erasure_keep",
    .sql = "INSERT INTO erasure (id, tenant_id, erased)"
           " VALUES ($1::uuid, $2::uuid, $3::text::jsonb)",
};

void erasure_store_keep(struct change *change, const struct erasure *erasure, struct slice erased)
{
    change_write(
        change, &keep_statement,
        DB_VALUES(db_uuid(&erasure->id), db_uuid(&change->caller->tenant_id), db_text(erased)));
}
