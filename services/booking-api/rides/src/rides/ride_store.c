// SPDX-License-Identifier: MIT
#include "rides/ride_store.h"

#include <stddef.h>
#include <string.h>

#include "base/digest.h"
#include "base/language.h"
#include "db/transaction.h"

#include "rides/delivery.h"
#include "trips/closure.h"

// clang-format off
#define AT(member) offsetof(struct ride, member)
static const struct db_column columns[] = {
    {DB_UUID, AT(id),                    .name = "id", .flags = DB_WRITTEN},
    {DB_UUID, AT(tenant_id),             .name = "tenant_id", .flags = DB_WRITTEN},
    {DB_TEXT, AT(code),                  .name = "code", .flags = DB_WRITTEN},
    {DB_NAME, AT(kind),                  .name = "kind", .flags = DB_WRITTEN, .names = fare_kind_names},
    {DB_NAME, AT(status),                .name = "status", .flags = DB_WRITTEN, .names = ride_status_names},
    {DB_UUID, AT(trip_id),               .name = "trip_id", .flags = DB_WRITTEN},
    {DB_INT,  AT(from_stop),             .name = "from_stop", .flags = DB_WRITTEN},
    {DB_INT,  AT(to_stop),               .name = "to_stop", .flags = DB_WRITTEN},
    {DB_TEXT, AT(from_place),            .name = "from_place", .flags = DB_WRITTEN},
    {DB_TEXT, AT(to_place),              .name = "to_place", .flags = DB_WRITTEN},
    {DB_TIME, AT(preferences.depart_from),      .name = "depart_from", .flags = DB_WRITTEN},
    {DB_TIME, AT(preferences.depart_to),        .name = "depart_to", .flags = DB_WRITTEN},
    {DB_INT,  AT(preferences.price),            .name = "price", .flags = DB_WRITTEN},
    {DB_BOOL, AT(preferences.auto_accept),      .name = "auto_accept", .flags = DB_WRITTEN},
    {DB_INT,  AT(seats),                 .name = "seats", .flags = DB_WRITTEN},
    {DB_INT,  AT(child_seats),           .name = "child_seats", .flags = DB_WRITTEN},
    {DB_INT,  AT(luggage),               .name = "luggage", .flags = DB_WRITTEN},
    {DB_NAME, AT(parcel_size),           .name = "parcel_size", .flags = DB_WRITTEN, .names = fare_size_names},
    {DB_TEXT, AT(recipient.name),        .name = "recipient_name", .flags = DB_WRITTEN},
    {DB_TEXT, AT(recipient.phone),       .name = "recipient_phone", .flags = DB_WRITTEN},
    {DB_TEXT, AT(delivery_code),         .name = "delivery_code", .flags = DB_WRITTEN},
    {DB_INT,  AT(delivery_tries),        .name = "delivery_tries"},
    /* A ride that a trip completes ends at the same instant. */
    {DB_BOOL, AT(delivered),             .sql = "r.kind = 'parcel' AND r.status = 'completed' AND r.ended_at IS DISTINCT FROM t.ended_at"},
    {DB_INT,  AT(seat_load),             .name = "seat_load", .flags = DB_WRITTEN},
    {DB_INT,  AT(cargo_load),            .name = "cargo_load", .flags = DB_WRITTEN},
    {DB_INT,  AT(child_load),            .name = "child_load", .flags = DB_WRITTEN},
    {DB_TEXT, AT(passenger.name),        .name = "passenger_name", .flags = DB_WRITTEN},
    {DB_TEXT, AT(passenger.phone),       .name = "passenger_phone", .flags = DB_WRITTEN},
    {DB_INT,  AT(passenger.telegram_id), .name = "passenger_telegram_id", .flags = DB_WRITTEN},
    {DB_NAME, AT(passenger.language),    .name = "passenger_language", .flags = DB_WRITTEN, .names = language_names},
    {DB_BOOL, AT(for_other),             .name = "for_other", .flags = DB_WRITTEN},
    {DB_TEXT, AT(note),                  .name = "note", .flags = DB_WRITTEN},
    {DB_TEXT, AT(lines),                 .name = "lines", .flags = DB_WRITTEN},
    {DB_INT,  AT(total),                 .name = "total", .flags = DB_WRITTEN},
    {DB_INT,  AT(deposit),               .name = "deposit", .flags = DB_WRITTEN},
    {DB_INT,  AT(paid),                  .name = "paid", .flags = DB_WRITTEN},
    {DB_INT,  AT(fee),                   .name = "fee"},
    {DB_INT,  AT(refund),                .name = "refund"},
    {DB_NAME, AT(fault),                 .name = "fault", .names = cancel_fault_names},
    {DB_NAME, AT(policy),                .name = "policy", .flags = DB_WRITTEN, .names = cancel_policy_names},
    {DB_TIME, AT(agreed_at),             .name = "agreed_at", .flags = DB_WRITTEN},
    {DB_TIME, AT(ended_at),              .name = "ended_at"},
    {DB_TIME, AT(expires_at),            .name = "expires_at", .flags = DB_WRITTEN},
    {DB_INT,  AT(version),               .name = "version"},
    {DB_TIME, AT(created_at),            .name = "created_at"},
    {DB_TIME, AT(updated_at),            .name = "updated_at"},
    {DB_TIME, AT(depart_at),             .sql = "g.departs_at"},
    {DB_TIME, AT(arrive_at),             .sql = "g.arrives_at"},
    {DB_TIME, AT(trip_departs_at),       .sql = "t.departs_at"},
    {DB_TIME, AT(trip_arrives_at),       .sql = "t.arrives_at"},
    {DB_NAME, AT(trip_status),           .sql = "t.status", .names = trip_status_names},
    {DB_TIME, AT(trip_confirmed_at),     .sql = "t.confirmed_at"},
    {DB_TIME, AT(trip_free_cancel_at),   .sql = "t.free_cancel_at"},
    {DB_INT,  AT(delay_minutes),         .sql = "coalesce((extract(epoch FROM g.departs_at - r.agreed_departs_at) / 60)::bigint, t.delay_minutes, 0)"},
    {DB_UUID, AT(driver_id),             .sql = "t.driver_id"},
    DRIVER_VIEW_COLUMNS,
    {DB_TEXT, AT(driver.phone),          .sql = "d.phone"},
    {DB_TEXT, AT(driver.payment_info),   .sql = "d.payment_info"},
    {DB_TEXT, AT(car.plate),             .sql = "c.plate"},
    {DB_BOOL, AT(road_closed),           .sql = CLOSURE_IS_ON_TRIP},
    {DB_BOOL, AT(driver_blocked),        .sql = "d.status IS NOT DISTINCT FROM 'blocked'"},
    {DB_TIME, AT(now),                   .sql = "now()"},
};
enum { COLUMNS = ARRAY_LEN(columns) };
const struct db_shape ride_shape = DB_SHAPE(columns, "r");

const struct db_part ride_parts[] = {
    {"joined", "ride r LEFT JOIN trip t ON t.id = r.trip_id LEFT JOIN driver d ON d.id = t.driver_id"
               " LEFT JOIN car c ON c.id = t.car_id"
               " LEFT JOIN trip_leg g ON g.trip_id = r.trip_id AND g.from_stop = r.from_stop AND g.to_stop = r.to_stop"},
    /* {seen}: the condition of rides that the caller may lock, in statements with LOCK_PARAMETERS. */
    {"seen", "r.id = {id} AND r.tenant_id = {tenant}"
             " AND ({telegram_id} IS NULL OR r.passenger_telegram_id = {telegram_id})"
             " AND ({driver} IS NULL OR (SELECT driver_id FROM trip WHERE id = r.trip_id) = {driver})"},
    {NULL, NULL},
};

#define FIND(name_, lock_) {                                                                       \
    .name = name_,                                                                                 \
    .parameters = "id, tenant",                                                                    \
    .parts = {ride_parts},                                                                         \
    .shape = &ride_shape,                                                                          \
    .sql = "SELECT {columns} FROM {joined} WHERE r.id = {id} AND r.tenant_id = {tenant}" lock_,    \
    .no_row = {FAULT_NOT_FOUND, "not_found", "There is no such ride."}}
static const struct db_statement find_statement = FIND("ride_find", "");
static const struct db_statement lock_one_statement = FIND("ride_lock_one", " FOR UPDATE OF r");

#define LOCK_PARAMETERS "id uuid, tenant uuid, telegram_id bigint, driver uuid"
static const struct db_statement lock_trip_statement = {
    .name = "ride_lock_trip",
    .parameters = LOCK_PARAMETERS,
    .parts = {ride_parts},
    .sql = "SELECT trip_id FROM trip_load WHERE trip_id = (SELECT r.trip_id FROM ride r WHERE {seen}) FOR NO KEY UPDATE",
};

static const struct db_statement lock_driver_statement = {
    .name = "ride_lock_driver",
    .parameters = LOCK_PARAMETERS,
    .parts = {ride_parts},
    .sql = "SELECT id FROM driver WHERE id = (SELECT t.driver_id FROM ride r JOIN trip t ON t.id = r.trip_id WHERE {seen})"
           " FOR NO KEY UPDATE",
};

/* Locks the ride before lock_statement reads it. A statement that has waited for a row reads only this row again, so
 * lock_statement alone would return the last step as it was before the wait. */
static const struct db_statement lock_row_statement = {
    .name = "ride_lock_row",
    .parameters = LOCK_PARAMETERS,
    .parts = {ride_parts},
    .sql = "SELECT r.id FROM ride r WHERE {seen} FOR UPDATE",
};

/* The columns of lock_statement after those of a ride. */
enum { STEP_COLUMN = COLUMNS, UNPAID_COLUMN = COLUMNS + 3, SINCE_COLUMN, SETTLED_COLUMN };
static const struct db_statement lock_statement = {
    .name = "ride_lock",
    .parameters = LOCK_PARAMETERS,
    .parts = {ride_parts},
    .shape = &ride_shape,
    .sql = "SELECT {columns}, h.from_status, h.to_status, h.actor,"
           "  (SELECT count(*) FROM ride u JOIN trip_leg l ON l.trip_id = u.trip_id AND l.from_stop = u.from_stop"
           "    AND l.to_stop = u.to_stop WHERE u.tenant_id = {tenant} AND u.passenger_telegram_id = {telegram_id}"
           "   AND u.status = 'confirmed' AND u.paid = 0 AND l.departs_at > now()), h.at, s.version IS NOT NULL, s.reason"
           " FROM {joined}"
           " LEFT JOIN LATERAL (SELECT version, reason FROM ride_history WHERE ride_id = r.id"
           "  AND from_status = to_status AND to_status = r.status ORDER BY version DESC LIMIT 1) s ON true"
           " LEFT JOIN LATERAL (SELECT from_status, to_status, actor, at FROM ride_history"
           "  WHERE ride_id = r.id AND from_status IS DISTINCT FROM to_status ORDER BY version DESC LIMIT 1) h ON true"
           " WHERE {seen} FOR UPDATE OF r",
};

/* Excludes concurrent orders of a passenger, which together could exceed limits that count the passenger's rides. Locks
 * account and phone in ascending order, so that two transactions cannot deadlock. */
static const struct db_statement lock_passenger_statement = {
    .name = "ride_lock_passenger",
    .parameters = "account bigint, phone bigint",
    .sql = "SELECT count(pg_advisory_xact_lock(k)) FROM (SELECT k FROM (VALUES ({account}), ({phone})) AS named (k)"
           "  WHERE k IS NOT NULL ORDER BY k) AS sorted",
};

static const struct db_statement lock_load_statement = {
    .name = "ride_lock_load",
    .parameters = "trip, tenant",
    .sql = "SELECT l.trip_id FROM trip_load l JOIN trip t ON t.id = l.trip_id"
           " WHERE l.trip_id = {trip} AND t.tenant_id = {tenant} FOR NO KEY UPDATE OF l",
};

const struct db_constraint ride_constraints[] = {
    {"ride_code", FAULT_CONFLICT, "code_taken", NULL, "Another ride has this code."},
    {"trip_load_seats", FAULT_CONFLICT, "seats_taken", NULL, "The seats are taken."},
    {"trip_load_cargo", FAULT_CONFLICT, "cargo_full", NULL, "There is no room for it."},
    {"trip_load_child", FAULT_CONFLICT, "child_seats_taken", NULL, "The child seats are taken."},
    {"trip_load_blocked", FAULT_CONFLICT, "driver_blocked", NULL, "The driver is blocked."},
    {NULL, FAULT_INTERNAL, NULL, NULL, NULL},
};

static const struct db_statement insert_statement = {
    .name = "ride_insert",
    .constraints = ride_constraints,
    .shape = &ride_shape,
    .sql = "INSERT INTO ride ({written}) VALUES ({values}) RETURNING version, created_at, updated_at",
};
// clang-format on

void ride_store_read(const struct db_rows *rows, int row, struct ride *out)
{
    *out = (struct ride){.status = -1, .parcel_size = -1, .fault = -1, .trip_status = -1};
    db_row_read(rows, row, 0, columns, COLUMNS, out);
    ride_apply_clock(out);
}

static bool find_ride(struct db *db, const struct db_statement *statement,
                      const struct uuid *tenant_id, const struct uuid *id, struct arena *arena,
                      struct ride *out, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query_row(db, statement, DB_VALUES(db_uuid(id), db_uuid(tenant_id)), &rows, fault))
        return false;
    ride_store_read(&rows, 0, out);
    return db_rows_keep(&rows, arena, fault);
}

bool ride_store_find(struct db *db, const struct uuid *tenant_id, const struct uuid *id,
                     struct arena *arena, struct ride *out, struct fault *fault)
{
    return find_ride(db, &find_statement, tenant_id, id, arena, out, fault);
}

bool ride_store_find_visible(struct db *db, const struct api_caller *caller, const struct uuid *id,
                             struct arena *arena, struct ride *out, struct fault *fault)
{
    return ride_store_find(db, &caller->tenant_id, id, arena, out, fault) &&
           (ride_visible(out, caller) || ride_refuse_unknown(fault));
}

bool ride_store_lock_ride_only(struct change *change, const struct uuid *id, struct ride *out,
                               struct fault *fault)
{
    return find_ride(change->tx, &lock_one_statement, &change->caller->tenant_id, id, change->arena,
                     out, fault);
}

bool ride_store_lock_trip_load(struct change *change, const struct uuid *trip_id,
                               struct fault *fault)
{
    bool locked;

    return db_query_one(change->tx, &lock_load_statement,
                        DB_VALUES(db_uuid(trip_id), db_uuid(&change->caller->tenant_id)), &locked,
                        fault) &&
           (locked || ride_refuse_unknown(fault));
}

bool ride_store_lock_driver(struct change *change, const struct uuid *ride_id, struct fault *fault)
{
    struct db_value values[CHANGE_LOCK_VALUES];

    change_set_lock_values(change, ride_id, RIDE_ACTOR_GUEST, RIDE_ACTOR_DRIVER, values);
    return db_query(change->tx, &lock_driver_statement, values, CHANGE_LOCK_VALUES, NULL, fault);
}

bool ride_store_lock(struct change *change, const struct uuid *id, struct ride *out,
                     struct step_last *last_or_null, struct fault *fault)
{
    struct db_value values[CHANGE_LOCK_VALUES];
    auto_rows struct db_rows trip = {0}, rows = {0};
    const struct db_call calls[] = {
        {&lock_trip_statement, values, CHANGE_LOCK_VALUES, &trip},
        {&lock_row_statement,  values, CHANGE_LOCK_VALUES, NULL },
        {&lock_statement,      values, CHANGE_LOCK_VALUES, &rows},
    };

    change_set_lock_values(change, id, RIDE_ACTOR_GUEST, RIDE_ACTOR_DRIVER, values);
    if (!db_query_all(change->tx, calls, 3, fault))
        return false;
    if (rows.count == 0)
        return ride_refuse_unknown(fault);
    ride_store_read(&rows, 0, out);
    out->unpaid_rides = db_get_int(&rows, 0, UNPAID_COLUMN);
    out->status_since = db_get_time(&rows, 0, SINCE_COLUMN);
    out->settled = ride_status_ended(out->status) && db_get_bool(&rows, 0, SETTLED_COLUMN);
    out->settled_reason = db_get_text(&rows, 0, SETTLED_COLUMN + 1);
    if (ride_has_trip(out) && trip.count == 0)
        return db_request_retry(change->tx, fault); /* the ride got its trip between both locks */
    if (last_or_null != NULL)
        *last_or_null = step_last_read(&rows, STEP_COLUMN);
    return db_rows_keep(&rows, change->arena, fault) &&
           (ride_visible(out, change->caller) || ride_refuse_unknown(fault));
}

bool ride_store_lock_passenger(struct change *change, int64_t telegram_id, struct slice phone,
                               struct fault *fault)
{
    const struct db_value names[] = {
        db_int(change_person_lock_key(change, "ride", telegram_id, SLICE_NONE)),
        db_int(change_person_lock_key(change, "ride", FIELD_ABSENT, phone)),
    };

    return db_query(change->tx, &lock_passenger_statement, names, 2, NULL, fault);
}

bool ride_store_lock_for_create(struct change *change, const struct ride_draft *draft,
                                struct ride_conflicts *conflicts, struct db_rows *waiting,
                                struct fault *fault)
{
    const struct uuid *tenant = &change->caller->tenant_id;
    const struct ride_passenger *passenger = &draft->passenger;
    auto_rows struct db_rows load = {0}, found = {0};
    const struct db_value names[] = {
        db_int(change_person_lock_key(change, "ride", passenger->telegram_id, passenger->phone)),
        db_null(),
    };
    const struct db_value trip[] = {db_uuid(&draft->trip_id), db_uuid(tenant)};
    const struct db_value mine[] = {
        db_uuid(tenant),
        db_int(passenger->telegram_id),
        db_text(passenger->phone),
        db_uuid(&draft->trip_id),
        db_int(draft->order.from_stop),
        db_int(draft->order.to_stop),
        db_str(fare_kind_names[draft->order.kind]),
        db_null(), /* the trip determines the times */
        db_null(),
    };
    const struct db_call calls[] = {
        {&lock_passenger_statement, names, 2, NULL   },
        {&ride_conflicts_statement, mine,  9, &found },
        {&lock_load_statement,      trip,  2, &load  },
        {&ride_expire_statement,    trip,  1, NULL   },
        {&ride_clock_statement,     trip,  1, NULL   },
        {&ride_waitlist_statement,  trip,  1, waiting},
    };
    const bool on_trip = !uuid_is_nil(&draft->trip_id);

    if (!db_query_all(change->tx, calls, on_trip ? 6 : 2, fault))
        return false;
    if (on_trip && load.count == 0)
        return ride_refuse_unknown(fault);
    ride_conflicts_read(&found, conflicts);
    return true;
}

bool ride_store_insert(struct db *tx, struct arena *arena, struct ride *ride, struct fault *fault)
{
    struct db_value values[COLUMNS];
    char code[RIDE_CODE_LEN + 1], delivery[DELIVERY_CODE_LEN + 1];

    digest_base32_random(code, RIDE_CODE_LEN);
    delivery_code_generate(delivery);
    if (!arena_keep(arena, slice_of(code), &ride->code, fault) ||
        (ride->kind == FARE_PARCEL &&
         !arena_keep(arena, slice_of(delivery), &ride->delivery_code, fault)))
        return false;
    const size_t count = db_row_get_values(&ride_shape, ride, values);
    return db_write_row(tx, &insert_statement, values, count, ride, fault) ||
           (strcmp(fault->code, "code_taken") == 0 && db_request_retry(tx, fault));
}
