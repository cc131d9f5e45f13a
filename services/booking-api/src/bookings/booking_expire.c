// SPDX-License-Identifier: MIT
#include "bookings/booking_expire.h"

#include "bookings/booking_record.h"
#include "bookings/booking_store.h"
#include "nights/occupancy.h"

/* The status before comes from a second look at the same row: RETURNING knows the new one only. */
#define END(as, which)                                                                             \
    "WITH ended AS (UPDATE occupancy o SET status = '" as "', version = o.version + 1,"            \
    " updated_at = now() FROM occupancy was WHERE was.id = o.id AND " which                        \
    " RETURNING o.*, was.status AS was_status)"                                                    \
    " SELECT " BOOKING_COLUMNS ", o.was_status FROM ended o" BOOKING_OF_OCCUPANCY
#define EXPIRE(which)                                                                              \
    END("expired", "o.status IN " OCCUPANCY_WAITING " AND o.expires_at <= now() AND " which)

/* OFFSET 0: found by the nights, of which there are few, and not by the clock, which may have ended
 * thousands elsewhere while no sweeper ran. */
const struct db_statement booking_expire_nights_statement = {
    .name = "booking_expire_nights",
    .sql = EXPIRE("o.id IN (SELECT id FROM occupancy WHERE apartment_id = $1"
                  "  AND nights && daterange($2::date, $3::date) AND status IN " OCCUPANCY_BLOCKING
                  "  OFFSET 0)"),
};

/* Rows that somebody works on are his: skipped, so that sweepers of many processes and writers
 * never wait for each other. */
static const struct db_statement expire_batch_statement = {
    .name = "booking_expire_batch",
    .sql = EXPIRE("o.id IN (SELECT id FROM occupancy WHERE"
                  "  status IN " OCCUPANCY_WAITING " AND expires_at <= now()"
                  "  ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED)"),
};

/* Stays whose check-out time has come, where the flat is. The dates alone choose by index; no zone
 * is more than 14 hours ahead. */
#define CHECK_OUT_PASSED                                                                           \
    "occupancy s JOIN apartment f ON f.id = s.apartment_id WHERE s.status IN " OCCUPANCY_STAYING   \
    " AND s.check_out <= (now() AT TIME ZONE 'UTC' + interval '14 hours')::date"                   \
    " AND (s.check_out + f.check_out_time) AT TIME ZONE f.timezone <= now()"

static const struct db_statement complete_batch_statement = {
    .name = "booking_complete_batch",
    .sql = END("completed", "o.id IN (SELECT s.id FROM " CHECK_OUT_PASSED
                            "  ORDER BY s.check_out LIMIT $1 FOR UPDATE OF s SKIP LOCKED)"),
};

static const struct booking_step_name expired = {"booking.expired", "booking.expire"};
static const struct booking_step_name completed = {"booking.completed", "booking.complete"};

bool booking_expire_record(struct change *change, const struct db_rows *ended, struct fault *fault)
{
    return booking_record_rows(change, NULL, ended, &expired, fault);
}

static const struct db_statement due_statement = {
    .name = "booking_expire_due",
    .sql = "SELECT EXISTS (SELECT FROM occupancy WHERE status IN " OCCUPANCY_WAITING
           " AND expires_at <= now()) OR EXISTS (SELECT FROM " CHECK_OUT_PASSED ")",
};

bool booking_expire_due(struct db *db, bool *due, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query(db, &due_statement, DB_NO_VALUES, &rows, fault))
        return false;
    *due = db_get_bool(&rows, 0, 0);
    return true;
}

static bool end_batch(struct change *change, const struct db_statement *statement,
                      const struct booking_step_name *name, int *ended, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query(change->tx, statement, DB_VALUES(db_int(BOOKING_EXPIRE_BATCH)), &rows, fault) ||
        !booking_record_rows(change, NULL, &rows, name, fault))
        return false;
    *ended = rows.count;
    return true;
}

bool booking_expire_batch(struct change *change, int *ended, struct fault *fault)
{
    return end_batch(change, &expire_batch_statement, &expired, ended, fault);
}

bool booking_complete_batch(struct change *change, int *ended, struct fault *fault)
{
    return end_batch(change, &complete_batch_statement, &completed, ended, fault);
}
