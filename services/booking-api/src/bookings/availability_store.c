// SPDX-License-Identifier: MIT
#include "base/auto.h"

#include "bookings/availability.h"
#include "flats/apartment_row.h"
#include "nights/stay_sql.h"
#include "prices/stay_price.h"

// clang-format off
static const struct db_statement statement = {
    .name = "availability_find",
    .parameters = "tenant uuid, ids text, check_in date, check_out date, nights bigint,"
                  " weekend_nights bigint, guests integer",
    .parts = {stay_parts},
    .sql =
        "SELECT asked.id, a.id IS NOT NULL, a.owner_id, a.is_active, a.max_guests, a.min_nights,"
        "   a.max_nights, a.advance_notice_hours, a.booking_window_days, " APARTMENT_CLOCK ","
        "   {stay_total}, season.min_nights, season.no_arrival, season.no_departure, {stay_taken}"
        " FROM unnest({ids}::uuid[]) WITH ORDINALITY AS asked (id, place)"
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

enum {
    ID,
    KNOWN,
    FLAT,
    LOCAL_MINUTE = FLAT + 8,
    TOTAL,
    MIN_NIGHTS,
    NO_ARRIVAL,
    NO_DEPARTURE,
    TAKEN
};

static const struct db_column columns[] = {
    {.type = DB_UUID, .offset = offsetof(struct apartment, owner_id)            },
    {.type = DB_BOOL, .offset = offsetof(struct apartment, is_active)           },
    {.type = DB_INT,  .offset = offsetof(struct apartment, max_guests)          },
    {.type = DB_INT,  .offset = offsetof(struct apartment, min_nights)          },
    {.type = DB_INT,  .offset = offsetof(struct apartment, max_nights)          },
    {.type = DB_INT,  .offset = offsetof(struct apartment, advance_notice_hours)},
    {.type = DB_INT,  .offset = offsetof(struct apartment, booking_window_days) },
    {.type = DB_DATE, .offset = offsetof(struct apartment, local_day)           },
};
_Static_assert(sizeof columns / sizeof columns[0] == LOCAL_MINUTE - FLAT, "columns");

/* {"...","..."} */
static bool ids_text(const struct field_uuids *ids, struct arena *arena, struct slice *out,
                     struct fault *fault)
{
    const size_t each = UUID_TEXT_LEN + 1;
    char *text = arena_alloc(arena, ids->count * each + 2);

    if (text == NULL)
        return arena_fault(fault);
    for (size_t i = 0; i < ids->count; i++) {
        uuid_format(&ids->items[i], text + 1 + i * each);
        text[(i + 1) * each] = ',';
    }
    text[0] = '{';
    text[ids->count * each] = '}';
    *out = (struct slice){text, ids->count * each + 1};
    return true;
}

static struct availability read_row(const struct db_rows *rows, int row)
{
    struct availability found = {.id = db_get_uuid(rows, row, ID), .flat = apartment_defaults()};

    found.known = db_get_bool(rows, row, KNOWN);
    if (!found.known)
        return found;
    db_row_read(rows, row, FLAT, columns, sizeof columns / sizeof columns[0], &found.flat);
    found.flat.local_minute = (int32_t)db_get_int(rows, row, LOCAL_MINUTE);
    found.total = db_get_int(rows, row, TOTAL);
    found.stay = (struct rate_stay){
        .min_nights = db_get_int(rows, row, MIN_NIGHTS),
        .closed_to_arrival = db_get_bool(rows, row, NO_ARRIVAL),
        .closed_to_departure = db_get_bool(rows, row, NO_DEPARTURE),
    };
    found.taken = db_get_bool(rows, row, TAKEN);
    return found;
}

bool availability_store_find(struct db *db, const struct uuid *tenant_id,
                             const struct availability_query *query, struct arena *arena,
                             struct availability **out, size_t *count, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};
    struct availability *found;
    struct slice ids = {0};

    if (!ids_text(&query->apartment_ids, arena, &ids, fault) ||
        !db_query(db, &statement,
                  DB_VALUES(db_uuid(tenant_id), db_text(ids), db_date(query->check_in),
                            db_date(query->check_out),
                            db_int((int64_t)query->check_out - query->check_in),
                            db_int(stay_price_weekend_nights(query->check_in, query->check_out)),
                            db_int(query->guests)),
                  &rows, fault))
        return false;
    found = arena_alloc(arena, (size_t)rows.count * sizeof *found);
    if (found == NULL)
        return arena_fault(fault);
    for (int i = 0; i < rows.count; i++)
        found[i] = read_row(&rows, i);
    *out = found;
    *count = (size_t)rows.count;
    return true;
}
