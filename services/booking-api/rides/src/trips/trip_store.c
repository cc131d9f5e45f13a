// SPDX-License-Identifier: MIT
#include "trips/trip_store.h"

#include <stddef.h>

#include "trips/closure.h"

// clang-format off
#define AT(member) offsetof(struct trip, member)
static const struct db_column columns[] = {
    {DB_UUID, AT(id),                                .name = "id", .flags = DB_WRITTEN},
    {DB_UUID, AT(tenant_id),                         .name = "tenant_id", .flags = DB_WRITTEN},
    {DB_UUID, AT(driver_id),                         .name = "driver_id", .flags = DB_WRITTEN},
    {DB_UUID, AT(car_id),                            .name = "car_id", .flags = DB_WRITTEN},
    {DB_NAME, AT(status),                            .name = "status", .flags = DB_WRITTEN, .names = trip_status_names},
    {DB_TEXT, AT(stops_text),                        .name = "stops", .flags = DB_WRITTEN},
    {DB_TEXT, AT(prices_text),                       .name = "segment_prices", .flags = DB_WRITTEN},
    {DB_TIME, AT(departs_at),                        .name = "departs_at", .flags = DB_WRITTEN},
    {DB_TIME, AT(arrives_at),                        .name = "arrives_at", .flags = DB_WRITTEN},
    {DB_INT,  AT(seats),                             .name = "seats", .flags = DB_WRITTEN},
    {DB_INT,  AT(tariff.car_price),                  .name = "car_price", .flags = DB_WRITTEN},
    {DB_INT,  AT(cargo_units),                       .name = "cargo_units", .flags = DB_WRITTEN},
    {DB_INT,  AT(tariff.parcel_prices[FARE_SMALL]),  .name = "parcel_small", .flags = DB_WRITTEN},
    {DB_INT,  AT(tariff.parcel_prices[FARE_MEDIUM]), .name = "parcel_medium", .flags = DB_WRITTEN},
    {DB_INT,  AT(tariff.parcel_prices[FARE_LARGE]),  .name = "parcel_large", .flags = DB_WRITTEN},
    {DB_INT,  AT(tariff.luggage_price),              .name = "luggage_price", .flags = DB_WRITTEN},
    {DB_INT,  AT(child_seats),                       .name = "child_seats", .flags = DB_WRITTEN},
    {DB_INT,  AT(tariff.child_seat_price),           .name = "child_seat_price", .flags = DB_WRITTEN},
    {DB_BOOL, AT(instant_book),                      .name = "instant_book", .flags = DB_WRITTEN},
    {DB_INT,  AT(tariff.prepayment_percent),         .name = "prepayment_percent", .flags = DB_WRITTEN},
    {DB_NAME, AT(policy),                            .name = "policy", .flags = DB_WRITTEN, .names = cancel_policy_names},
    {DB_TEXT, AT(note),                              .name = "note", .flags = DB_WRITTEN},
    {DB_TIME, AT(confirmed_at),                      .name = "confirmed_at", .flags = DB_WRITTEN},
    {DB_TIME, AT(started_at),                        .name = "started_at", .flags = DB_WRITTEN},
    {DB_INT,  AT(delay_minutes),                     .name = "delay_minutes", .flags = DB_WRITTEN},
    {DB_TIME, AT(free_cancel_at),                    .name = "free_cancel_at", .flags = DB_WRITTEN},
    {DB_TIME, AT(ended_at),                          .name = "ended_at", .flags = DB_WRITTEN},
    {DB_NAME, AT(fault),                             .name = "fault", .flags = DB_WRITTEN, .names = cancel_fault_names},
    {DB_INT,  AT(version),                           .name = "version"},
    {DB_TIME, AT(created_at),                        .name = "created_at"},
    {DB_TIME, AT(updated_at),                        .name = "updated_at"},
    {DB_TIME, AT(busy_until),                        .sql = "upper(t.busy)"},
    {DB_TEXT, AT(driver.name),                           .sql = "(SELECT name FROM driver WHERE id = t.driver_id)"},
    {DB_INT,  AT(driver.rating.sum),                     .sql = "(SELECT rating_sum FROM driver WHERE id = t.driver_id)"},
    {DB_INT,  AT(driver.rating.count),                   .sql = "(SELECT rating_count FROM driver WHERE id = t.driver_id)"},
    {DB_INT,  AT(driver.trips_done),                     .sql = "(SELECT trips_done FROM driver WHERE id = t.driver_id)"},
    {DB_BOOL, AT(driver_blocked),                        .sql = "(SELECT status = 'blocked' FROM driver WHERE id = t.driver_id)"},
    {DB_TEXT, AT(car.make),                              .sql = "(SELECT make FROM car WHERE id = t.car_id)"},
    {DB_TEXT, AT(car.model),                             .sql = "(SELECT model FROM car WHERE id = t.car_id)"},
    {DB_TEXT, AT(car.color),                             .sql = "(SELECT color FROM car WHERE id = t.car_id)"},
    {DB_TIME, AT(now),                               .sql = "now()"},
    {DB_TEXT, AT(loads_text),                        .sql = "{loads}"},
    {DB_TEXT, AT(warnings),                          .sql = CLOSURE_WARNINGS},
};
enum { COLUMNS = ARRAY_LEN(columns) };
static const struct db_shape shape = DB_SHAPE(columns, "t");
const int trip_listed_columns = COLUMNS + 1;

/* {loads}: the load of each segment without expired holds, as members of a JSON object. Until the first hold expires
 * (next_expiry), the row of trip_load is exact; from then on the load of expired holds is subtracted. */
static const struct db_part parts[] = {
    {"loads",
     "(SELECT format('\"seats\":%s,\"cargo\":%s,\"children\":%s', to_json(l.seat_load), to_json(l.cargo_load),"
     "   to_json(l.child_load)) FROM trip_load l WHERE l.trip_id = t.id AND (l.next_expiry > now()) IS NOT FALSE"
     " UNION ALL"
     " SELECT format('\"seats\":%s,\"cargo\":%s,\"children\":%s', json_agg(l.seat_load[s] - o.seats ORDER BY s),"
     "   json_agg(l.cargo_load[s] - o.cargo ORDER BY s), json_agg(l.child_load[s] - o.children ORDER BY s))"
     "  FROM trip_load l CROSS JOIN generate_series(1, l.segments) s"
     "  CROSS JOIN LATERAL (SELECT coalesce(sum(r.seat_load), 0) AS seats, coalesce(sum(r.cargo_load), 0) AS cargo,"
     "    coalesce(sum(r.child_load), 0) AS children"
     "   FROM ride r WHERE r.trip_id = l.trip_id AND r.from_stop < s AND r.to_stop >= s"
     "    AND ride_takes(r.status) AND ride_is_over(r.status, r.expires_at)) o"
     "  WHERE l.trip_id = t.id AND l.next_expiry <= now() HAVING count(*) > 0)"},
    {NULL, NULL},
};

static const struct db_statement find_statement = {
    .name = "trip_find",
    .parameters = "id, tenant",
    .parts = {parts},
    .shape = &shape,
    .sql = "SELECT {columns} FROM trip t WHERE t.id = {id} AND t.tenant_id = {tenant}",
    .no_row = {FAULT_NOT_FOUND, "not_found", "There is no such trip."},
};

/* Lists trips: one statement for each index. {departs} limits the departure, by which the index is ordered. */
#define LIST(name_, where_) {                                                                        \
    .name = "trip_list_" name_,                                                                    \
    .parameters = "tenant uuid, driver uuid, statuses text, depart_from timestamptz, depart_to timestamptz,"             \
                  " after_number bigint, after_id uuid, limit bigint",                             \
    .parts = {parts},                                                                              \
    .shape = &shape,                                                                               \
    .sql = LIST_PAGE_OF                                                                            \
           "SELECT {columns}, (SELECT count(*) FROM ride r WHERE r.trip_id = t.id AND r.status = 'confirmed') AS confirmed,"  \
           "  octet_length(concat(t.stops, t.segment_prices, t.note)) AS large FROM trip t"        \
           " WHERE t.tenant_id = {tenant} AND " where_                                               \
           "  AND ({statuses} IS NULL OR t.status = ANY (string_to_array({statuses}, ',')))"       \
           "  AND t.departs_at >= {depart_from} AND ({depart_to} IS NULL OR t.departs_at <= {depart_to})"                 \
           "  AND ({after_number} IS NULL OR (t.departs_at, t.id) >"                               \
           "   (timestamptz 'epoch' + {after_number} * interval '1 microsecond', {after_id}))"     \
           " ORDER BY t.departs_at, t.id LIMIT {limit}"                                            \
           LIST_PAGE_CUT}
static const struct db_statement list_by_driver_statement = LIST("by_driver", "t.driver_id = {driver}");
static const struct db_statement list_statement = LIST("all", "{driver} IS NULL");

/* The condition of rows that the caller may lock: a driver cannot lock another driver's trip. */
#define LOCK_PARAMETERS "id uuid, tenant uuid, driver uuid"
#define LOCKABLE "t.id = {id} AND t.tenant_id = {tenant} AND ({driver} IS NULL OR t.driver_id = {driver})"
static const struct db_statement lock_driver_statement = {
    .name = "trip_lock_driver",
    .parameters = LOCK_PARAMETERS,
    .sql = "SELECT id FROM driver WHERE id = (SELECT t.driver_id FROM trip t WHERE " LOCKABLE ") FOR NO KEY UPDATE",
};
static const struct db_statement lock_load_statement = {
    .name = "trip_lock_load",
    .parameters = LOCK_PARAMETERS,
    .sql = "SELECT trip_id FROM trip_load WHERE trip_id = (SELECT t.id FROM trip t WHERE " LOCKABLE ") FOR NO KEY UPDATE",
};
static const struct db_statement lock_statement = {
    .name = "trip_lock",
    .parameters = LOCK_PARAMETERS,
    .parts = {parts},
    .shape = &shape,
    .sql = "SELECT {columns}, h.from_status, h.to_status, h.actor FROM trip t"
           " LEFT JOIN LATERAL (SELECT from_status, to_status, actor FROM trip_history"
           "  WHERE trip_id = t.id AND from_status IS DISTINCT FROM to_status ORDER BY version DESC LIMIT 1) h ON true"
           " WHERE " LOCKABLE " FOR NO KEY UPDATE OF t",
};

static const struct db_statement warnings_statement = {
    .name = "trip_warnings",
    .parameters = "id uuid",
    .sql = "SELECT " CLOSURE_WARNINGS " FROM trip t WHERE t.id = {id}",
};

static const struct db_statement others_statement = {
    .name = "trip_rivals",
    .parameters = "driver, departs_at timestamptz, busy_until timestamptz, self uuid",
    .sql = "SELECT count(*), (array_agg(id) FILTER (WHERE busy && tstzrange({departs_at}, {busy_until})))[1]"
           " FROM trip WHERE driver_id = {driver} AND status IN ('scheduled', 'started')"
           "  AND id IS DISTINCT FROM {self}",
};

static const struct db_constraint constraints[] = {
    {"trip_driver_busy", FAULT_CONFLICT, "driver_busy", NULL, "The driver has another trip at that time."},
    {NULL, FAULT_INTERNAL, NULL, NULL, NULL},
};

static const struct db_statement insert_statement = {
    .name = "trip_insert",
    .constraints = constraints,
    .parameters = "departs timestamptz, busy_until timestamptz",
    .shape = &shape,
    .sql = "INSERT INTO trip (busy, {written}) VALUES (tstzrange({departs}, {busy_until}), {values})"
           " RETURNING version, created_at, updated_at",
};

static const struct db_statement update_statement = {
    .name = "trip_update",
    .constraints = constraints,
    .parameters = "departs timestamptz, busy_until timestamptz, id uuid, version bigint",
    .shape = &shape,
    .sql = "UPDATE trip SET (busy, {written}) = ROW(tstzrange({departs}, {busy_until}), {values})"
           " WHERE id = {id} AND version = {version} RETURNING version, updated_at",
};

static const struct db_statement load_statement = {
    .name = "trip_insert_load",
    .parameters = "id uuid, seats integer, cargo integer, children integer, segments integer",
    .sql = "INSERT INTO trip_load (trip_id, segments, seats, cargo_units, child_seats, seat_load, cargo_load, child_load)"
           " VALUES ({id}, {segments}, {seats}, {cargo}, {children}, array_fill(0::smallint, ARRAY[{segments}]),"
           "  array_fill(0::smallint, ARRAY[{segments}]), array_fill(0::smallint, ARRAY[{segments}]))",
};

#define SOLD FAULT_CONFLICT, "has_passengers", NULL, "More is sold already."
static const struct db_constraint load_constraints[] = {
    {"trip_load_seats", SOLD},
    {"trip_load_cargo", SOLD},
    {"trip_load_child", SOLD},
    {NULL, FAULT_INTERNAL, NULL, NULL, NULL},
};
#undef SOLD

static const struct db_statement set_load_statement = {
    .name = "trip_set_load",
    .constraints = load_constraints,
    .parameters = "id uuid, seats integer, cargo integer, children integer",
    .sql = "UPDATE trip_load SET seats = {seats}, cargo_units = {cargo}, child_seats = {children} WHERE trip_id = {id}",
};

static const struct db_statement empty_load_statement = {
    .name = "trip_empty_load",
    .constraints = load_constraints,
    .parameters = "id uuid, seats integer, cargo integer, children integer, segments integer",
    .sql = "UPDATE trip_load SET seats = {seats}, cargo_units = {cargo}, child_seats = {children}, segments = {segments},"
           " seat_load = array_fill(0::smallint, ARRAY[{segments}]), cargo_load = array_fill(0::smallint, ARRAY[{segments}]),"
           " child_load = array_fill(0::smallint, ARRAY[{segments}]) WHERE trip_id = {id}",
};

static const struct db_statement clear_legs_statement = {
    .name = "trip_clear_legs",
    .parameters = "id uuid",
    .sql = "DELETE FROM trip_leg WHERE trip_id = {id}",
};

/* Inserts a leg for each pair of stops. C has validated the stops. The price of a leg is the sum of its segments. */
static const struct db_statement legs_statement = {
    .name = "trip_insert_legs",
    .parameters = "id uuid, tenant uuid, stops json, prices json",
    .sql = "WITH stop AS (SELECT number - 1 AS number, stop ->> 'place' AS place, (stop ->> 'at')::timestamptz AS at"
           "  FROM json_array_elements({stops}) WITH ORDINALITY AS listed (stop, number)),"
           " price AS (SELECT number - 1 AS segment, price::text::bigint AS price"
           "  FROM json_array_elements({prices}) WITH ORDINALITY AS listed (price, number))"
           " INSERT INTO trip_leg (trip_id, from_stop, to_stop, tenant_id, from_place, to_place, departs_at, arrives_at,"
           "  seat_price)"
           " SELECT {id}, a.number, b.number, {tenant}, a.place, b.place, a.at, b.at,"
           "  (SELECT sum(price) FROM price WHERE segment >= a.number AND segment < b.number)"
           " FROM stop a JOIN stop b ON b.number > a.number",
};

const struct db_statement trip_step_statement = STEP_WRITE("trip");
const struct db_statement trip_history_statement = STEP_LIST("trip", &step_unpaid_shape);
// clang-format on

/* The members that no column sets. */
static const struct trip unread = {
    .status = -1, .fault = -1, .delayed_from = FIELD_ABSENT, .delayed_by = FIELD_ABSENT};

static void read_trip(const struct db_rows *rows, int row, struct trip *out)
{
    *out = unread;
    db_row_read(rows, row, 0, columns, COLUMNS, out);
}

bool trip_store_find(struct db *db, const struct uuid *tenant_id, const struct uuid *id,
                     struct arena *arena, struct trip *out, struct fault *fault)
{
    *out = unread;
    return db_find_row(db, &find_statement, DB_VALUES(db_uuid(id), db_uuid(tenant_id)), arena, out,
                       fault);
}

bool trip_store_list(struct db *db, const struct uuid *tenant_id, const struct trip_query *query,
                     struct db_rows *rows, struct fault *fault)
{
    const struct list_cursor *after = &query->page.after;
    const bool by_driver = !uuid_is_nil(&query->driver_id);
    char statuses[LIST_NAMES_MAX];

    return db_query(
        db, by_driver ? &list_by_driver_statement : &list_statement,
        DB_VALUES(db_uuid(tenant_id), db_uuid(&query->driver_id),
                  db_text(list_join_names(query->statuses, trip_status_names, statuses)),
                  db_time(query->depart_from), db_time(query->depart_to),
                  after->set ? db_int(after->number) : db_null(),
                  after->set ? db_uuid(&after->id) : db_null(), db_int(query->page.limit + 1)),
        rows, fault);
}

void trip_store_read_listed(const struct db_rows *rows, int row, struct trip *out)
{
    read_trip(rows, row, out);
    out->confirmed_rides = db_get_int(rows, row, COLUMNS);
}

bool trip_store_lock(struct change *change, const struct uuid *id, struct trip *out,
                     struct step_last *last_or_null, struct fault *fault)
{
    const struct api_caller *caller = change->caller;
    auto_rows struct db_rows rows = {0};
    const bool driver = caller->actor == RIDE_ACTOR_DRIVER;
    const struct db_value values[] = {db_uuid(id), db_uuid(&caller->tenant_id),
                                      driver ? db_uuid(&caller->actor_id) : db_null()};
    const struct db_call calls[] = {
        {&lock_driver_statement, values, 3, NULL },
        {&lock_load_statement,   values, 3, NULL },
        {&lock_statement,        values, 3, &rows},
    };

    if (!db_query_all(change->tx, calls, 3, fault))
        return false;
    if (rows.count == 0)
        return fault_set(fault, FAULT_NOT_FOUND, "not_found", "There is no such trip.");
    read_trip(&rows, 0, out);
    if (last_or_null != NULL)
        *last_or_null = step_last_read(&rows, COLUMNS);
    return db_rows_keep(&rows, change->arena, fault);
}

bool trip_store_find_other_trips(struct db *tx, const struct trip *trip, int64_t *live_count,
                                 struct uuid *overlapping_id, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query(tx, &others_statement,
                  DB_VALUES(db_uuid(&trip->driver_id), db_time(trip->departs_at),
                            db_time(trip->busy_until), db_uuid(&trip->id)),
                  &rows, fault))
        return false;
    *live_count = db_get_int(&rows, 0, 0);
    *overlapping_id = db_get_uuid(&rows, 0, 1);
    return true;
}

bool trip_store_insert(struct db *tx, struct trip *trip, struct fault *fault)
{
    enum { NAMED = 2 };
    auto_rows struct db_rows rows = {0};
    struct db_value values[NAMED + COLUMNS] = {db_time(trip->departs_at),
                                               db_time(trip->busy_until)};
    const size_t count = NAMED + db_row_get_values(&shape, trip, values + NAMED);
    const struct db_value load[] = {db_uuid(&trip->id), db_int(trip->seats),
                                    db_int(trip->cargo_units), db_int(trip->child_seats),
                                    db_int(trip->tariff.segments)};
    const struct db_value legs[] = {db_uuid(&trip->id), db_uuid(&trip->tenant_id),
                                    db_text(trip->stops_text), db_text(trip->prices_text)};
    const struct db_call calls[] = {
        {&insert_statement, values, count, &rows},
        {&load_statement,   load,   5,     NULL },
        {&legs_statement,   legs,   4,     NULL },
    };

    if (!db_query_all(tx, calls, 3, fault))
        return false;
    db_row_read_returned(&rows, 0, &shape, trip);
    return true;
}

bool trip_store_read_warnings(struct db *tx, struct arena *arena, struct trip *trip,
                              struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query(tx, &warnings_statement, DB_VALUES(db_uuid(&trip->id)), &rows, fault))
        return false;
    trip->warnings = db_get_text(&rows, 0, 0);
    return db_rows_keep(&rows, arena, fault);
}

bool trip_store_update(struct db *tx, struct trip *trip, bool replaces_legs, struct fault *fault)
{
    enum { NAMED = 4 };
    auto_rows struct db_rows rows = {0};
    struct db_value values[NAMED + COLUMNS] = {db_time(trip->departs_at), db_time(trip->busy_until),
                                               db_uuid(&trip->id), db_int(trip->version)};
    const size_t count = NAMED + db_row_get_values(&shape, trip, values + NAMED);
    const struct db_value legs[] = {db_uuid(&trip->id), db_uuid(&trip->tenant_id),
                                    db_text(trip->stops_text), db_text(trip->prices_text)};
    const struct db_call calls[] = {
        {&update_statement,     values, count, &rows},
        {&clear_legs_statement, legs,   1,     NULL },
        {&legs_statement,       legs,   4,     NULL },
    };

    if (!db_query_all(tx, calls, replaces_legs ? 3 : 1, fault))
        return false;
    if (rows.count == 0)
        return fault_set(fault, FAULT_CONFLICT, "changed_meanwhile",
                         "The trip changed at the same moment.");
    db_row_read_returned(&rows, 0, &shape, trip);
    return true;
}

bool trip_store_set_capacity(struct db *tx, const struct trip *trip, bool has_no_load,
                             struct fault *fault)
{
    const struct db_value values[] = {db_uuid(&trip->id), db_int(trip->seats),
                                      db_int(trip->cargo_units), db_int(trip->child_seats),
                                      db_int(trip->tariff.segments)};
    const size_t count = ARRAY_LEN(values);

    return db_query(tx, has_no_load ? &empty_load_statement : &set_load_statement, values,
                    has_no_load ? count : count - 1, NULL, fault);
}
