// SPDX-License-Identifier: MIT
#include "bookings/booking_store.h"

// clang-format off
/* Finds occupied ranges that conflict with the changed stay. Each row has the stay's own buffer
 * and a range; without a conflict there is one row with NULL as range. */
static const struct db_statement conflicts_statement = {
    .name = "booking_change_taken",
    .parameters = "id, apartment, check_in date, check_out date",
    .sql = "SELECT mine.buffer_days, lower(o.nights), upper(o.nights)"
           " FROM occupancy mine"
           " LEFT JOIN occupancy o ON o.apartment_id = {apartment} AND o.id <> mine.id"
           "  AND o.nights && daterange({check_in}, {check_out} + mine.buffer_days)"
           "  AND occupancy_blocks(o.status)"
           " WHERE mine.id = {id}"
           " ORDER BY 2 LIMIT 366",
};

static const struct db_statement nights_statement = {
    .name = "booking_change_nights",
    .constraints = booking_store_nights_constraints,
    .parameters = "id, version, status, apartment, check_in date, check_out date, timezone text",
    .sql = "UPDATE occupancy"
           " SET apartment_id = {apartment}, check_in = {check_in}, check_out = {check_out},"
           "  version = version + 1, updated_at = now(), expires_at = CASE"
           "   WHEN status = 'requested'"
           "   THEN least(expires_at, ({check_in} + 1)::timestamp AT TIME ZONE {timezone})"
           "   ELSE expires_at END"
           " WHERE id = {id} AND version = {version} AND status = {status}"
           "  AND NOT occupancy_is_over(status, expires_at)"
           " RETURNING version",
};

/* Writes apartment, owner and price of a changed stay. If the apartment changes, also copies its
 * check-in time and time zone, in which the deadlines of the cancellation policy are computed. */
static const struct db_statement price_statement = {
    .name = "booking_change_price",
    .parameters = "id, apartment, guests, lines, total, deposit, cleaning, first_night",
    .sql = "UPDATE booking b"
           " SET apartment_id = a.id, owner_id = a.owner_id, guests = {guests}, lines = {lines},"
           "  total = {total}, deposit = {deposit}, cleaning = {cleaning},"
           "  first_night = {first_night},"
           "  check_in_time = CASE WHEN b.apartment_id = a.id THEN b.check_in_time"
           "   ELSE a.check_in_time END,"
           "  timezone = CASE WHEN b.apartment_id = a.id THEN b.timezone ELSE a.timezone END"
           " FROM apartment a"
           " WHERE b.id = {id} AND a.id = {apartment}",
};

/* Changes the owner of live bookings. Locks rows in the order of their ids, as erasure does, so
 * that both cannot deadlock. The last SELECT reads the updated rows `o` and `b`, because the tables
 * still show the old rows to this statement. */
static const struct db_statement owner_statement = {
    .name = "booking_handover",
    .parameters = "apartment, owner",
    .shape = &booking_store_shape,
    .sql = "WITH live AS MATERIALIZED (SELECT t.id FROM occupancy t"
           "  WHERE t.apartment_id = {apartment} AND t.kind = 'booking'"
           "   AND occupancy_takes(t.status, t.expires_at)"
           "  ORDER BY t.id FOR NO KEY UPDATE),"
           " o AS (UPDATE occupancy t SET version = t.version + 1, updated_at = now()"
           "  FROM live WHERE t.id = live.id RETURNING t.*),"
           " b AS (UPDATE booking t SET owner_id = {owner} FROM live WHERE t.id = live.id RETURNING t.*)"
           " SELECT {columns}, o.status"
           " FROM o JOIN b ON b.id = o.id JOIN apartment a ON a.id = o.apartment_id"
           " ORDER BY o.id",
};
// clang-format on

bool booking_change_store_find_conflicts(struct db *tx, const struct booking *changed,
                                         struct arena *arena, struct db_rows *expired_bookings,
                                         struct booking_conflicts *out, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};
    struct booking_conflicts found = {0};
    /* The stay's buffer is not known yet, so overdue holds are expired on the nights of the longest
     * possible buffer, which is harmless. */
    const struct db_value over[] = {db_uuid(&changed->apartment_id), db_date(changed->check_in),
                                    db_date(changed->check_out + APARTMENT_BUFFER_MAX)};
    const struct db_value near[] = {db_uuid(&changed->id), db_uuid(&changed->apartment_id),
                                    db_date(changed->check_in), db_date(changed->check_out)};
    const struct db_call calls[] = {
        {&booking_expire_store_nights_statement, over, 3, expired_bookings},
        {&conflicts_statement,                   near, 4, &rows           },
    };

    if (!db_query_all(tx, calls, 2, fault))
        return false;
    found.taken = arena_alloc(arena, ((size_t)rows.count + 1) * sizeof *found.taken);
    if (found.taken == NULL)
        return arena_fault(fault);
    found.buffer_days = db_get_int(&rows, 0, 0);
    for (int i = 0; i < rows.count && !db_is_null(&rows, i, 1); i++)
        found.taken[found.count++] =
            (struct booking_taken){db_get_date(&rows, i, 1), db_get_date(&rows, i, 2)};
    *out = found;
    return true;
}

bool booking_change_store_write_stay(struct db *tx, const struct booking *before,
                                     const struct booking *changed,
                                     const struct apartment *apartment, struct arena *arena,
                                     struct booking *out, struct fault *fault)
{
    auto_rows struct db_rows written = {0};
    const struct db_value nights[] = {
        db_uuid(&before->id),
        db_int(before->version),
        db_str(booking_status_names[before->status]),
        db_uuid(&apartment->id),
        db_date(changed->check_in),
        db_date(changed->check_out),
        db_text(apartment->timezone),
    };
    const struct db_value price[] = {
        db_uuid(&before->id),
        db_uuid(&apartment->id),
        db_int(changed->guests),
        db_text(changed->lines),
        db_int(changed->total),
        db_int(changed->deposit),
        db_int(changed->policy_price.cleaning),
        db_int(changed->policy_price.first_night),
    };
    const struct db_call calls[] = {
        {&nights_statement, nights, ARRAY_LEN(nights), &written},
        {&price_statement,  price,  ARRAY_LEN(price),  NULL    },
    };

    if (!db_query_all(tx, calls, 2, fault))
        return false;
    if (written.count == 0)
        return booking_refuse_changed(fault);
    return booking_store_find(tx, &before->tenant_id, &before->id, arena, out, fault);
}

bool booking_change_store_set_owner(struct db *tx, const struct apartment *apartment,
                                    struct db_rows *rows, struct fault *fault)
{
    return db_query(tx, &owner_statement,
                    DB_VALUES(db_uuid(&apartment->id), db_uuid(&apartment->owner_id)), rows, fault);
}
