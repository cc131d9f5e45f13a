// SPDX-License-Identifier: MIT
#include "rides.h"
#include "rides/ride_change.h"

// clang-format off
#define PERSON "tenant uuid, telegram_id bigint, phones text"
static const struct db_statement lock_statement = {
    .name = "ride_erase_lock",
    .parameters = PERSON,
    .sql = "SELECT trip_id FROM trip_load WHERE trip_id IN ("
           "  SELECT trip_id FROM ride WHERE tenant_id = {tenant} AND passenger_telegram_id = {telegram_id} AND ride_waits(status)"
           "  UNION ALL SELECT trip_id FROM ride WHERE tenant_id = {tenant} AND passenger_phone = ANY ({phones}::text[])"
           "   AND passenger_telegram_id IS NULL AND ride_waits(status))"
           " ORDER BY trip_id FOR NO KEY UPDATE",
};

extern const char ride_erase_find_sql[]; /* ride_erase_find.sql */
static const struct db_statement find_statement = {
    .name = "ride_erase_find",
    .parameters = PERSON ", most bigint",
    .sql = ride_erase_find_sql,
};

/* The account of a driver with such a trip is not erased: bots could not notify the driver any more. */
static const struct db_statement driven_statement = {
    .name = "ride_erase_driven",
    .parameters = PERSON,
    .sql = "SELECT '[\"' || string_agg(t.id::text, '\",\"') || '\"]' FROM driver d JOIN trip t ON t.driver_id = d.id"
           " WHERE d.tenant_id = {tenant} AND d.telegram_id = {telegram_id} AND t.status IN ('scheduled', 'started')",
};

/* The trips of the rides that this transaction has ended. */
static const struct db_statement freed_statement = {
    .name = "ride_erase_freed",
    .parameters = "own text",
    .sql = "SELECT DISTINCT trip_id FROM ride"
           " WHERE id = ANY ({own}::uuid[]) AND trip_id IS NOT NULL AND ended_at = now() ORDER BY trip_id",
};

/* A passenger who accepts an offer without a trip creates the trip. This reads the accounts of the rides, so it comes
 * before ride_statement. */
static const struct db_statement creator_statement = {
    .name = "ride_erase_trip_history",
    .parameters = "own text",
    .sql = "UPDATE trip_history h SET actor = 'guest:erased' FROM ride r"
           " WHERE r.id = ANY ({own}::uuid[]) AND h.trip_id = r.trip_id AND h.actor = 'guest:' || r.passenger_telegram_id",
};

/* Names become 'erased' instead of NULL, because column and API require a name. */
static const struct db_statement ride_statement = {
    .name = "ride_erase",
    .parameters = "own text, parcels text",
    .sql = "UPDATE ride SET recipient_name = CASE WHEN recipient_name IS NOT NULL THEN 'erased' END, recipient_phone = NULL,"
           "  passenger_name = CASE WHEN mine THEN 'erased' ELSE passenger_name END,"
           "  passenger_phone = CASE WHEN NOT mine THEN passenger_phone END,"
           "  passenger_telegram_id = CASE WHEN NOT mine THEN passenger_telegram_id END,"
           "  note = CASE WHEN NOT mine THEN note END, delivery_code = NULL,"
           "  blanked_at = CASE WHEN mine THEN now() ELSE blanked_at END"
           " FROM (SELECT unnest({own}::uuid[]) AS erased, true AS mine"
           "  UNION ALL SELECT unnest({parcels}::uuid[]), false) his"
           " WHERE id = his.erased",
};

/* Removes reasons of every author, because a reason is free text and may name the person. */
static const struct db_statement history_statement = {
    .name = "ride_erase_history",
    .parameters = "own text",
    .sql = "UPDATE ride_history SET reason = NULL,"
           "  actor = CASE WHEN actor LIKE 'guest:%' THEN 'guest:erased' ELSE actor END"
           " WHERE ride_id = ANY ({own}::uuid[]) AND (actor LIKE 'guest:%' AND actor <> 'guest:erased' OR reason IS NOT NULL)",
};

/* Removes texts and positions of passenger and driver: they may name the person, or show where the person was. */
static const struct db_statement around_statement = {
    .name = "ride_erase_around",
    .parameters = "own text",
    .sql = "WITH gone AS (SELECT unnest({own}::uuid[]) AS ride_id),"
           " ratings AS (UPDATE rating SET text = NULL FROM gone WHERE rating.ride_id = gone.ride_id AND text IS NOT NULL),"
           " complaints AS (UPDATE complaint SET text = 'erased' FROM gone WHERE complaint.ride_id = gone.ride_id),"
           " offers AS (UPDATE offer SET changed_by = 'guest:erased' FROM gone"
           "  WHERE offer.ride_id = gone.ride_id AND changed_by LIKE 'guest:%'),"
           " calls AS (UPDATE sos SET lat = NULL, lon = NULL FROM gone WHERE sos.ride_id = gone.ride_id AND lat IS NOT NULL)"
           " UPDATE ride_share SET ended_at = now() FROM gone WHERE ride_share.ride_id = gone.ride_id AND ended_at IS NULL",
};

/* Removes the person from stored answers: a client that repeats a request still gets the ride. The text must begin with
 * {"id":" without a space, because a later erasure of the parcel's other party finds the answer by this beginning. */
static const struct db_statement answer_statement = {
    .name = "ride_erase_answers",
    .parameters = "own text, parcels text",
    .sql = "UPDATE idempotency SET body = regexp_replace((b.body"
           "  || CASE WHEN b.body ? 'recipient' THEN '{\"recipient\": {\"name\": \"erased\", \"phone\": null}}' ELSE '{}' END::jsonb"
           "  || CASE WHEN b.mine THEN jsonb_build_object('note', NULL, 'passenger', (b.body -> 'passenger') - 'telegram_id'"
           "      || '{\"name\": \"erased\", \"phone\": null}') ELSE '{}' END)::text, '^{\"id\": ', '{\"id\":')"
           " FROM (SELECT i.id, i.body::jsonb AS body, substr(i.body, 8, 36) = ANY ({own}::text[]) AS mine FROM idempotency i"
           "  WHERE substr(i.body, 8, 36) = ANY ({own}::text[] || {parcels}::text[]) AND i.body LIKE '{\"id\":\"%') b"
           " WHERE idempotency.id = b.id AND b.body ? 'passenger'",
};

/* Removes the texts of ratings and complaints from stored answers, which do not contain the ride's id; the location
 * does. The condition is that of the index idempotency_of_feedback. */
static const struct db_statement feedback_statement = {
    .name = "ride_erase_feedback",
    .parameters = "own text",
    .sql = "UPDATE idempotency SET body = (body::jsonb || CASE WHEN body::jsonb ? 'about' THEN '{\"text\": \"erased\"}'"
           "   ELSE '{\"text\": null}' END::jsonb)::text"
           " WHERE (location LIKE '/v1/rides/%/rating/%' OR location LIKE '/v1/rides/%/complaints/%')"
           "  AND lower(substr(location, 11, 36)) = ANY ({own}::text[])",
};
// clang-format on

bool rides_erase_find_and_lock(struct change *change, const struct rides_person *person,
                               int64_t rides_max, struct rides_found *out, struct fault *fault)
{
    auto_rows struct db_rows rows = {0}, driven = {0};
    const struct db_value values[] = {db_uuid(&change->caller->tenant_id),
                                      db_int(person->telegram_id), db_text(person->phones),
                                      db_int(rides_max)};
    const struct db_call calls[] = {
        {&lock_statement,   values, 3, NULL   },
        {&find_statement,   values, 4, &rows  },
        {&driven_statement, values, 3, &driven},
    };

    if (!ride_store_lock_passenger(change, person->telegram_id, person->phone, fault) ||
        !db_query_all(change->tx, calls, ARRAY_LEN(calls), fault))
        return false;
    *out = (struct rides_found){.count = db_get_int(&rows, 0, 0),
                                .own = db_get_text(&rows, 0, 1),
                                .parcels = db_get_text(&rows, 0, 2),
                                .live = db_get_text(&rows, 0, 3),
                                .trips = db_get_text(&driven, 0, 0)};
    return db_rows_keep(&rows, change->arena, fault) && db_rows_keep(&driven, change->arena, fault);
}

/* Ends the rides that wait, and holds their seats for rides that wait for them. The loads of the
 * trips are locked. */
static bool end_waiting_rides_and_reassign(struct change *change, struct slice ride_ids,
                                           struct fault *fault)
{
    auto_rows struct db_rows trips = {0};

    if (!ride_end_waiting(change, ride_ids, fault) ||
        !db_query(change->tx, &freed_statement, DB_VALUES(db_text(ride_ids)), &trips, fault))
        return false;
    for (int i = 0; i < trips.count; i++) {
        const struct uuid trip_id = db_get_uuid(&trips, i, 0);

        if (!ride_waitlist_hold_free_seats(change, &trip_id, fault))
            return false;
    }
    return true;
}

bool rides_erase_found(struct change *change, const struct rides_found *found,
                       struct rides_erased *out, struct fault *fault)
{
    auto_rows struct db_rows ride = {0}, history = {0}, answers = {0}, feedback = {0};
    const struct db_value ids[] = {db_text(found->own), db_text(found->parcels)};
    const struct db_call calls[] = {
        {&creator_statement,  ids, 1, NULL     },
        {&ride_statement,     ids, 2, &ride    },
        {&history_statement,  ids, 1, &history },
        {&around_statement,   ids, 1, NULL     },
        {&answer_statement,   ids, 2, &answers },
        {&feedback_statement, ids, 1, &feedback},
    };

    if (found->count == 0) {
        *out = (struct rides_erased){0};
        return true;
    }
    if (!end_waiting_rides_and_reassign(change, found->own, fault) ||
        !offer_store_mark_lost(change, found->own, fault) ||
        !db_query_all(change->tx, calls, ARRAY_LEN(calls), fault))
        return false;
    *out = (struct rides_erased){.idempotency = answers.affected + feedback.affected,
                                 .ride = ride.affected,
                                 .ride_history = history.affected};
    return true;
}
