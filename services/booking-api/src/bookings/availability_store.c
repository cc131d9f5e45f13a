// SPDX-License-Identifier: MIT
#include "apartments/apartment_row.h"
#include "bookings/availability.h"
#include "calendar/stay_sql.h"
#include "prices/stay_price.h"

// clang-format off
#define AT(member) offsetof(struct availability, member)
static const struct db_column columns[] = {
    {DB_UUID,  AT(id),                        .sql = "asked.id"},
    {DB_BOOL,  AT(known),                     .sql = "a.id IS NOT NULL"},
    {DB_UUID,  AT(apartment.owner_id),             .name = "owner_id"},
    {DB_BOOL,  AT(apartment.is_active),            .name = "is_active"},
    {DB_INT,   AT(apartment.max_guests),           .name = "max_guests"},
    {DB_INT,   AT(apartment.max_nights),           .name = "max_nights"},
    {DB_INT,   AT(apartment.advance_notice_hours), .name = "advance_notice_hours"},
    {DB_INT,   AT(apartment.booking_window_days),  .name = "booking_window_days"},
    {DB_DATE,  AT(apartment.local_day),            .sql = APARTMENT_LOCAL "::date"},
    {DB_CLOCK, AT(apartment.local_minute),         .sql = APARTMENT_LOCAL "::time"},
    {DB_INT,   AT(stay.min_nights),           .sql = "greatest(a.min_nights, season.min_nights)"},
    {DB_BOOL,  AT(stay.closed_to_arrival),    .sql = "season.no_arrival"},
    {DB_BOOL,  AT(stay.closed_to_departure),  .sql = "season.no_departure"},
    {DB_INT,   AT(total),                     .sql = "{stay_total}"},
    {DB_BOOL,  AT(taken),                     .sql = "{stay_taken}"},
};
static const struct db_shape shape = DB_SHAPE(columns, "a");

static const struct db_statement statement = {
    .name = "availability_find",
    .parameters = "tenant uuid, ids uuid[], check_in date, check_out date, nights bigint,"
                  " weekend_nights bigint, guests integer",
    .parts = {stay_parts},
    .shape = &shape,
    .sql =
        "SELECT {columns}"
        " FROM unnest({ids}) WITH ORDINALITY AS asked (id, place)"
        " LEFT JOIN apartment a ON a.id = asked.id AND a.tenant_id = {tenant}"
        " LEFT JOIN LATERAL ("
        "   SELECT max(n.min_nights) FILTER (WHERE n.day < {check_out}) AS min_nights,"
        "     bool_or(n.closed_to_arrival AND n.day = {check_in}) AS no_arrival,"
        "     bool_or(n.closed_to_departure AND n.day = {check_out}) AS no_departure"
        "   FROM apartment_night n"
        "   WHERE n.apartment_id = a.id AND n.day >= {check_in} AND n.day <= {check_out}"
        " ) AS season ON a.has_rates"
        " ORDER BY asked.place",
};
// clang-format on

bool availability_store_find(struct db *db, const struct uuid *tenant_id,
                             const struct availability_query *query, struct arena *arena,
                             struct availability **out, size_t *count, struct fault *fault)
{
    const struct field_uuids *ids = &query->apartment_ids;
    auto_rows struct db_rows rows = {0};
    struct availability *found;

    if (!db_query(
            db, &statement,
            DB_VALUES(db_uuid(tenant_id), DB_ITEMS(DB_UUID, ids->items, ids->count),
                      db_date(query->check_in), db_date(query->check_out),
                      db_int((int64_t)query->check_out - query->check_in),
                      db_int(stay_price_count_weekend_nights(query->check_in, query->check_out)),
                      db_int(query->guests)),
            &rows, fault))
        return false;
    found = arena_alloc(arena, (size_t)rows.count * sizeof *found);
    if (found == NULL)
        return arena_fault(fault);
    for (int i = 0; i < rows.count; i++)
        db_row_read(&rows, i, 0, shape.columns, shape.count, &found[i]);
    *out = found;
    *count = (size_t)rows.count;
    return true;
}
