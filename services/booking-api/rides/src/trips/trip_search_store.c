// SPDX-License-Identifier: MIT
#include <stddef.h>

#include "trips/closure.h"
#include "trips/trip_store.h"

// clang-format off
#define AT(member) offsetof(struct trip_found, member)
static const struct db_column columns[] = {
    {DB_UUID, AT(trip_id),      .name = "trip_id"},
    {DB_INT,  AT(from_stop),    .name = "from_stop"},
    {DB_INT,  AT(to_stop),      .name = "to_stop"},
    {DB_TIME, AT(depart_at),    .name = "departs_at"},
    {DB_TIME, AT(arrive_at),    .name = "arrives_at"},
    {DB_INT,  AT(free_seats),   .name = "free_seats"},
    {DB_INT,  AT(price),        .name = "price"},
    DRIVER_VIEW_COLUMNS,
    {DB_BOOL, AT(instant_book), .name = "instant_book"},
    {DB_TEXT, AT(warnings),     .sql = CLOSURE_WARNINGS},
};
const struct db_shape trip_found_shape = DB_SHAPE(columns, "page");

/* `taken` is the load of a leg: the maximum over its segments, without expired holds. Unless a hold has expired
 * (next_expiry), the arrays of trip_load are exact.
 * The segments are rows of unnest() instead of generate_series(), because the planner expects 10 rows of the former but
 * 1,000 of the latter, and for 1,000 it prefers to read the loads of all trips.
 * The columns seats, cargo and children are the free capacity that the order requires; for a parcel, cargo is
 * fare_order_cargo_units() of the size whose price is shown. */
const struct db_part trip_search_parts[] = {
    {"legs",
     "SELECT g.trip_id, g.from_stop, g.to_stop, g.departs_at, g.arrives_at, t.instant_book, t.driver_id, t.car_id,"
     "  t.seats - taken.seats AS free_seats, t.cargo_units - taken.cargo AS free_cargo,"
     "  t.child_seats - taken.children AS free_children, l.segments,"
     "  t.seats AS all_seats, t.cargo_units AS all_cargo, t.child_seats AS all_children,"
     "  CASE {kind} WHEN 'seat' THEN {seats} * g.seat_price + {children} * coalesce(t.child_seat_price, 0)"
     "   WHEN 'car' THEN t.car_price + {children} * coalesce(t.child_seat_price, 0)"
     "   ELSE CASE {size} WHEN 'small' THEN t.parcel_small WHEN 'medium' THEN t.parcel_medium WHEN 'large' THEN t.parcel_large"
     "    ELSE coalesce(t.parcel_small, t.parcel_medium, t.parcel_large) END END AS price,"
     "  CASE {kind} WHEN 'car' THEN t.seats WHEN 'seat' THEN {seats} ELSE 0 END AS seats,"
     "  CASE {kind} WHEN 'car' THEN t.cargo_units WHEN 'seat' THEN 0"
     "   ELSE CASE coalesce({size}, CASE WHEN t.parcel_small IS NOT NULL THEN 'small' WHEN t.parcel_medium IS NOT NULL THEN 'medium' END)"
     "    WHEN 'small' THEN 1 WHEN 'medium' THEN 4 ELSE 8 END END AS cargo,"
     "  CASE {kind} WHEN 'parcel' THEN 0 ELSE {children} END AS children"
     " FROM trip_leg g JOIN trip t ON t.id = g.trip_id JOIN trip_load l ON l.trip_id = g.trip_id"
     " CROSS JOIN LATERAL (SELECT max(s.seats - coalesce(over.seats, 0)) AS seats,"
     "   max(l.cargo_load[g.from_stop + s.number::integer] - coalesce(over.cargo, 0)) AS cargo,"
     "   max(l.child_load[g.from_stop + s.number::integer] - coalesce(over.children, 0)) AS children"
     "  FROM unnest(l.seat_load[g.from_stop + 1 : g.to_stop]) WITH ORDINALITY AS s (seats, number)"
     "  LEFT JOIN LATERAL (SELECT sum(r.seat_load) AS seats, sum(r.cargo_load) AS cargo, sum(r.child_load) AS children"
     "   FROM ride r WHERE r.trip_id = g.trip_id AND r.from_stop < g.from_stop + s.number"
     "    AND r.to_stop >= g.from_stop + s.number AND ride_takes(r.status)"
     "    AND ride_is_over(r.status, r.expires_at)) over ON l.next_expiry <= now()) taken"
     " WHERE g.tenant_id = {tenant} AND g.from_place = {from} AND g.to_place = {to}"
     "  AND g.departs_at >= greatest({depart_from}, now()) AND g.departs_at <= {depart_to}"
     "  AND t.status IN ('scheduled', 'started') AND NOT l.is_blocked AND ({instant} IS NULL OR t.instant_book = {instant})"
     "  AND NOT ({bookable} AND " CLOSURE_IS_ON_TRIP ")"
     /* After a one-star rating passenger and driver are not matched again. */
     "  AND ({guest} IS NULL OR NOT EXISTS (SELECT FROM rating w JOIN ride r ON r.id = w.ride_id WHERE w.stars = 1"
     "   AND w.driver_id = t.driver_id AND r.passenger_telegram_id = {guest}))"
     /* A driver is not a passenger of the own trip. */
     "  AND t.driver_id IS DISTINCT FROM (SELECT id FROM driver WHERE tenant_id = {tenant} AND telegram_id = {guest})"},
    {"fits",
     "price IS NOT NULL AND ({max_price} IS NULL OR price <= {max_price})"
     /* An order that the empty trip has no room for cannot wait for the trip either. */
     " AND all_seats >= seats AND all_cargo >= cargo AND all_children >= children"
     " AND ({full} OR (free_seats >= seats AND free_cargo >= cargo AND free_children >= children))"
     " AND ({kind} <> 'car' OR (from_stop = 0 AND to_stop = segments AND seats >= {seats}))"},
    {"item",
     "SELECT {columns}, NULL::integer AS large FROM found page JOIN trip t ON t.id = page.trip_id"
     " JOIN driver d ON d.id = page.driver_id JOIN car c ON c.id = page.car_id"},
    {NULL, NULL},
};

#define PARAMETERS                                                                                 \
    "tenant uuid, from text, to text, depart_from timestamptz, depart_to timestamptz, seats bigint, children bigint,"    \
    " kind text, max_price bigint, instant boolean, full boolean, after_number bigint, after_id uuid, limit bigint, guest bigint, size text"

/* A constant, not a parameter: the search of passengers keeps its plan. */
#define BOOKABLE(value) (const struct db_part[]){{"bookable", value}, {NULL, NULL}}
#define BY_DEPARTURE(name_, bookable_) {                                                           \
    .name = name_,                                                                                 \
    .parameters = PARAMETERS,                                                                      \
    .parts = {trip_search_parts, BOOKABLE(bookable_)},                                             \
    .shape = &trip_found_shape,                                                                    \
    .sql = LIST_PAGE_OF                                                                            \
           "WITH legs AS ({legs} AND ({after_number} IS NULL OR (g.departs_at, g.trip_id) >"       \
           "   (timestamptz 'epoch' + {after_number} * interval '1 microsecond', {after_id}))"     \
           "  ORDER BY g.departs_at, g.trip_id),"                                                  \
           " found AS (SELECT * FROM legs WHERE {fits} ORDER BY departs_at, trip_id LIMIT {limit})" \
           " {item} ORDER BY page.departs_at, page.trip_id"                                        \
           LIST_PAGE_CUT,                                                                          \
}
static const struct db_statement by_departure_statement = BY_DEPARTURE("trip_search_by_departure", "false");
static const struct db_statement bookable_statement = BY_DEPARTURE("trip_search_bookable", "true");

/* The bookable results by the distance of their departure from {wanted}. */
static const struct db_statement nearest_statement = {
    .name = "trip_search_nearest",
    .parameters = "tenant uuid, from text, to text, depart_from timestamptz, depart_to timestamptz, seats bigint,"
                  " children bigint, kind text, max_price bigint, instant boolean, full boolean, guest bigint,"
                  " wanted timestamptz, limit bigint, size text",
    .parts = {trip_search_parts, BOOKABLE("true")},
    .shape = &trip_found_shape,
    .sql = LIST_PAGE_OF
           "WITH legs AS ({legs}),"
           " found AS (SELECT *, greatest(departs_at - {wanted}, {wanted} - departs_at) AS apart FROM legs WHERE {fits}"
           "  ORDER BY apart, departs_at, trip_id LIMIT {limit})"
           " {item} ORDER BY page.apart, page.departs_at, page.trip_id"
           LIST_PAGE_CUT,
};

/* Counts, for each local day, the trips of {legs} that fit, except in the window asked for. */
static const struct db_statement nearby_statement = {
    .name = "trip_search_nearby",
    .parameters = "tenant uuid, from text, to text, depart_from timestamptz, depart_to timestamptz, seats bigint,"
                  " children bigint, kind text, max_price bigint, instant boolean, full boolean, guest bigint,"
                  " asked_from timestamptz, asked_to timestamptz, limit bigint, size text",
    .parts = {trip_search_parts, BOOKABLE("true")},
    .sql = "WITH legs AS ({legs} AND NOT g.departs_at BETWEEN {asked_from} AND {asked_to})"
           " SELECT (departs_at AT TIME ZONE INTERVAL '+05:00')::date, count(DISTINCT trip_id) FROM legs WHERE {fits}"
           " GROUP BY 1 ORDER BY 1 LIMIT {limit}",
};

static const struct db_statement by_price_statement = {
    .name = "trip_search_by_price",
    .parameters = PARAMETERS,
    .parts = {trip_search_parts, BOOKABLE("false")},
    .shape = &trip_found_shape,
    .sql = LIST_PAGE_OF
           "WITH legs AS ({legs}),"
           " found AS (SELECT * FROM legs WHERE {fits} AND ({after_number} IS NULL OR (price, trip_id) >"
           "   ({after_number}, {after_id})) ORDER BY price, trip_id LIMIT {limit})"
           " {item} ORDER BY page.price, page.trip_id"
           LIST_PAGE_CUT,
};
// clang-format on

void trip_query_set_window(struct trip_query *query, int64_t now)
{
    if (query->date != FIELD_ABSENT32) {
        query->depart_from = query->date * TRIP_DAY_US - TRIP_ZONE_US;
        query->depart_to = query->depart_from + TRIP_DAY_US - 1;
    } else if (query->depart_from == FIELD_ABSENT && query->from.at == NULL) {
        query->depart_from = now - TRIP_LONGEST_US;
        query->depart_to = FIELD_ABSENT;
    } else if (query->depart_from == FIELD_ABSENT) {
        query->depart_from = now;
        query->depart_to = now + TRIP_SEARCH_US;
    }
}

static struct db_value parcel_size_value(const struct trip_query *query)
{
    return query->size < 0 ? db_null() : db_str(fare_size_names[query->size]);
}

bool trip_search(struct db *db, const struct uuid *tenant_id, const struct trip_query *query,
                 int64_t limit, struct db_rows *rows, struct fault *fault)
{
    const struct list_cursor *after = &query->page.after;

    return db_query(db,
                    query->bookable                ? &bookable_statement
                    : query->sort == TRIP_BY_PRICE ? &by_price_statement
                                                   : &by_departure_statement,
                    DB_VALUES(db_uuid(tenant_id), db_text(query->from), db_text(query->to),
                              db_time(query->depart_from), db_time(query->depart_to),
                              db_int(query->seats), db_int(query->child_seats),
                              db_str(fare_kind_names[query->kind]), db_int(query->max_price),
                              query->instant < 0 ? db_null() : db_bool(query->instant == 0),
                              db_bool(query->full == 0),
                              after->set ? db_int(after->number) : db_null(),
                              after->set ? db_uuid(&after->id) : db_null(), db_int(limit),
                              db_int(query->guest), parcel_size_value(query)),
                    rows, fault);
}

bool trip_search_nearest(struct db *db, const struct uuid *tenant_id,
                         const struct trip_query *query, int64_t wanted, int64_t limit,
                         struct db_rows *rows, struct fault *fault)
{
    return db_query(db, &nearest_statement,
                    DB_VALUES(db_uuid(tenant_id), db_text(query->from), db_text(query->to),
                              db_time(query->depart_from), db_time(query->depart_to),
                              db_int(query->seats), db_int(query->child_seats),
                              db_str(fare_kind_names[query->kind]), db_int(query->max_price),
                              query->instant < 0 ? db_null() : db_bool(query->instant == 0),
                              db_bool(query->full == 0), db_int(query->guest), db_time(wanted),
                              db_int(limit), parcel_size_value(query)),
                    rows, fault);
}

bool trip_search_count_nearby_days(struct db *db, const struct uuid *tenant_id,
                                   const struct trip_query *query,
                                   struct trip_nearby days[TRIP_NEARBY_MAX], size_t *count,
                                   struct fault *fault)
{
    struct trip_query first = {.date = trip_local_day(query->depart_from) - TRIP_NEARBY_DAYS};
    struct trip_query last = {.date = trip_local_day(query->depart_to) + TRIP_NEARBY_DAYS};
    auto_rows struct db_rows rows = {0};

    trip_query_set_window(&first, 0);
    trip_query_set_window(&last, 0);
    if (!db_query(db, &nearby_statement,
                  DB_VALUES(db_uuid(tenant_id), db_text(query->from), db_text(query->to),
                            db_time(first.depart_from), db_time(last.depart_to),
                            db_int(query->seats), db_int(query->child_seats),
                            db_str(fare_kind_names[query->kind]), db_int(query->max_price),
                            query->instant < 0 ? db_null() : db_bool(query->instant == 0),
                            db_bool(query->full == 0), db_int(query->guest),
                            db_time(query->depart_from), db_time(query->depart_to),
                            db_int(TRIP_NEARBY_MAX), parcel_size_value(query)),
                  &rows, fault))
        return false;
    for (int i = 0; i < rows.count; i++)
        days[i] = (struct trip_nearby){db_get_date(&rows, i, 0), db_get_int(&rows, i, 1)};
    *count = (size_t)rows.count;
    return true;
}

void trip_found_read(const struct db_rows *rows, int row, struct trip_found *out)
{
    *out = (struct trip_found){0};
    db_row_read(rows, row, 0, columns, ARRAY_LEN(columns), out);
}
