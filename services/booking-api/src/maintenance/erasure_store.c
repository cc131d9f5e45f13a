// SPDX-License-Identifier: MIT
#include "db/query.h"

#include "maintenance/erasure.h"

// clang-format off
/* The account of a person, and the phones as the text of an array. A phone that a guest typed
 * connects no account. */
static const struct db_statement person_statement = {
    .name = "erasure_person",
    .parameters = "tenant uuid, telegram_id bigint, phone text, most bigint",
    .sql = "WITH account AS (SELECT coalesce({telegram_id}, (SELECT min(id) FROM ("
           "  (SELECT DISTINCT guest_telegram_id FROM booking"
           "    WHERE tenant_id = {tenant} AND guest_phone = {phone}"
           "     AND guest_phone_verified AND guest_telegram_id IS NOT NULL LIMIT 2)"
           "  UNION (" RIDES_ACCOUNTS_OF_PHONE " LIMIT 2)) named (id) HAVING count(*) = 1)) AS id),"
           " phones (phone) AS (SELECT {phone}"
           "  UNION (SELECT DISTINCT guest_phone FROM booking"
           "   WHERE tenant_id = {tenant} AND guest_telegram_id = (SELECT id FROM account)"
           "    AND guest_phone IS NOT NULL AND guest_phone_verified LIMIT {most})"
           "  UNION (" RIDES_PHONES_OF_ACCOUNT " LIMIT {most}))"
           " SELECT (SELECT id FROM account), array_remove(array_agg(phone), NULL)::text"
           " FROM phones",
};

/* {agreed}: the stay is agreed and its check-out time has not passed. */
static const struct db_part find_parts[] = {
    {"agreed", "(occupancy_is_agreed(o.status, o.expires_at)"
               " AND (o.check_out + a.check_out_time) AT TIME ZONE a.timezone > now())"},
    {NULL, NULL},
};
extern const char erasure_find_sql[]; /* erasure_find.sql */
static const struct db_statement find_statement = {
    .name = "erasure_find",
    .parameters = "tenant uuid, asked_id bigint, asked_phone text, telegram_id bigint,"
                  " phones text, most bigint",
    .parts = {find_parts},
    .sql = erasure_find_sql,
};

/* Erases the guest in bookings. The name becomes 'erased', as column and API require a name. */
static const struct db_statement booking_statement = {
    .name = "erasure_booking",
    .parameters = "ids text",
    .sql = "UPDATE booking"
           " SET guest_name = 'erased', guest_phone = NULL, guest_telegram_id = NULL, note = NULL,"
           "  source = NULL, receipt = NULL"
           " WHERE id = ANY ({ids}::uuid[])",
};

/* Removes the phone that another guest typed. */
static const struct db_statement phone_statement = {
    .name = "erasure_phone",
    .parameters = "typed text",
    .sql = "UPDATE booking SET guest_phone = NULL, guest_phone_verified = true"
           " WHERE id = ANY ({typed}::uuid[])",
};

/* Erases the guest in histories. Reasons are free text that may contain personal data. */
static const struct db_statement history_statement = {
    .name = "erasure_history",
    .parameters = "ids text",
    .sql = "UPDATE booking_history"
           " SET reason = NULL,"
           "  actor = CASE WHEN actor LIKE 'guest:%' THEN 'guest:erased' ELSE actor END"
           " WHERE booking_id = ANY ({ids}::uuid[])"
           "  AND (actor LIKE 'guest:%' OR reason IS NOT NULL)",
};

static const struct db_statement audit_statement = {
    .name = "erasure_audit",
    .parameters = "ids text, rides text, tenant uuid, actor text",
    .sql = "UPDATE audit SET actor = 'guest:erased'"
           " WHERE id IN ("
           "  SELECT id FROM audit"
           "   WHERE tenant_id = {tenant} AND actor = {actor} AND actor LIKE 'guest:%'"
           "  UNION SELECT id FROM audit"
           "   WHERE resource_id = ANY ({ids}::uuid[] || {rides}::uuid[]) AND actor LIKE 'guest:%')"
           "  AND actor <> 'guest:erased'",
};

/* Erases the guest in stored answers, which the service sends again for repeated requests. */
static const struct db_statement answer_statement = {
    .name = "erasure_answers",
    .parameters = "ids text",
    .sql = "UPDATE idempotency"
           " SET body = (body::jsonb"
           "  || jsonb_build_object('note', NULL, 'guest', (body::jsonb -> 'guest')"
           "   || '{\"name\": \"erased\", \"phone\": null, \"telegram_id\": null}')"
           "  || CASE WHEN body::jsonb ? 'receipt' THEN '{\"receipt\": null}' ELSE '{}' END::jsonb"
           "  || CASE WHEN body::jsonb ? 'source' THEN '{\"source\": null}' ELSE '{}' END::jsonb"
           "  )::text"
           " WHERE substr(body, 8, 36) = ANY ({ids}::text[]) AND body LIKE '{\"id\":\"%'"
           "  AND body::jsonb ? 'guest'",
};

/* The text must begin with {"id":" without a space: by this beginning a later erasure of the guest
 * finds the answer. */
static const struct db_statement phone_answer_statement = {
    .name = "erasure_phone_answers",
    .parameters = "typed text",
    .sql = "UPDATE idempotency SET body = regexp_replace("
           "  jsonb_set(body::jsonb, '{guest,phone}', 'null')::text, '^{\"id\": ', '{\"id\":')"
           " WHERE substr(body, 8, 36) = ANY ({typed}::text[]) AND body LIKE '{\"id\":\"%'"
           "  AND body::jsonb ? 'guest'",
};

/* Members of an event's data that would name the guest. This version of the service writes none of
 * them, but another version may have written some. Also in the deliveries that wait. */
#define PERSONAL "'{guest,note,receipt,reason,source}'::text[]"
static const struct db_statement outbox_statement = {
    .name = "erasure_outbox",
    .parameters = "ids text",
    .sql = "WITH erased AS (UPDATE outbox o SET data = data - " PERSONAL
           "  WHERE resource_id = ANY ({ids}::uuid[]) AND data ?| " PERSONAL " RETURNING o AS event),"
           " waiting AS (UPDATE delivery d SET body = convert_to(event_json(e.event), 'UTF8')"
           "  FROM erased e WHERE d.item_id = (e.event).event_id AND d.status = 'waiting')"
           " SELECT FROM erased",
};

static const struct db_statement quote_statement = {
    .name = "erasure_quotes",
    .parameters = "tenant uuid, telegram_id bigint",
    .sql = "DELETE FROM quote WHERE tenant_id = {tenant} AND guest_telegram_id = {telegram_id}",
};

static const struct db_statement receipt_statement = {
    .name = "erasure_keep",
    .parameters = "id uuid, tenant uuid, erased jsonb",
    .sql = "INSERT INTO erasure (id, tenant_id, erased)"
           " VALUES ({id}, {tenant}, {erased})",
};
// clang-format on

bool erasure_identify(struct change *change, struct erasure_person *person, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query(change->tx, &person_statement,
                  DB_VALUES(db_uuid(&change->caller->tenant_id), db_int(person->asked.telegram_id),
                            db_text(person->asked.phone), db_int(ERASURE_PHONES_MAX)),
                  &rows, fault))
        return false;
    person->telegram_id = db_get_int(&rows, 0, 0);
    person->phones = db_get_text(&rows, 0, 1);
    return db_rows_keep(&rows, change->arena, fault);
}

bool erasure_find_and_lock(struct change *change, const struct erasure_person *person,
                           struct erasure_found *out, struct fault *fault)
{
    const struct rides_person of_rides = {person->telegram_id, person->asked.phone, person->phones};
    auto_rows struct db_rows rows = {0};

    if (!db_query(change->tx, &find_statement,
                  DB_VALUES(db_uuid(&change->caller->tenant_id), db_int(person->asked.telegram_id),
                            db_text(person->asked.phone), db_int(person->telegram_id),
                            db_text(person->phones), db_int(ERASURE_BOOKINGS_MAX)),
                  &rows, fault))
        return false;
    *out = (struct erasure_found){.telegram_id = person->telegram_id,
                                  .ids = db_get_text(&rows, 0, 0),
                                  .typed = db_get_text(&rows, 0, 1),
                                  .live = db_get_text(&rows, 0, 2)};
    return db_rows_keep(&rows, change->arena, fault) &&
           rides_erase_find_and_lock(change, &of_rides, ERASURE_BOOKINGS_MAX, &out->rides, fault);
}

bool erasure_erase_found(struct change *change, const struct erasure_found *found,
                         struct erasure_counts *out, struct fault *fault)
{
    auto_rows struct db_rows booking = {0}, history = {0}, audit = {0};
    auto_rows struct db_rows answers = {0}, outbox = {0}, quotes = {0};
    auto_rows struct db_rows phones = {0}, phone_answers = {0};
    const struct db_value tenant = db_uuid(&change->caller->tenant_id);
    const struct db_value ids = db_text(found->ids), typed = db_text(found->typed);
    struct rides_erased rides;
    struct slice actor = {0};

    if (found->telegram_id != FIELD_ABSENT) {
        actor = arena_printf(change->arena, "guest:%lld", (long long)found->telegram_id);
        if (actor.at == NULL)
            return arena_fault(fault);
    }
    const struct db_value of_audit[] = {ids, db_text(found->rides.own), tenant, db_text(actor)};
    const struct db_value of_quote[] = {tenant, db_int(found->telegram_id)};
    const struct db_call calls[] = {
        {&booking_statement,      &ids,     1, &booking      },
        {&phone_statement,        &typed,   1, &phones       },
        {&history_statement,      &ids,     1, &history      },
        {&audit_statement,        of_audit, 4, &audit        },
        {&answer_statement,       &ids,     1, &answers      },
        {&phone_answer_statement, &typed,   1, &phone_answers},
        {&outbox_statement,       &ids,     1, &outbox       },
        {&quote_statement,        of_quote, 2, &quotes       },
    };

    if (!db_query_all(change->tx, calls, ARRAY_LEN(calls), fault) ||
        !rides_erase_found(change, &found->rides, &rides, fault))
        return false;
    *out = (struct erasure_counts){
        .audit = audit.affected,
        .booking = booking.affected + phones.affected,
        .booking_history = history.affected,
        .idempotency = answers.affected + phone_answers.affected + rides.idempotency,
        .outbox = outbox.count,
        .quote = quotes.affected,
        .ride = rides.ride,
        .ride_history = rides.ride_history,
    };
    return true;
}

void erasure_insert_receipt(struct change *change, const struct erasure *erasure,
                            struct slice erased)
{
    change_write(
        change, &receipt_statement,
        DB_VALUES(db_uuid(&erasure->id), db_uuid(&change->caller->tenant_id), db_text(erased)));
}
