// SPDX-License-Identifier: MIT
#include "bookings/booking_store.h"

// clang-format off
/* Each statement ends bookings and returns them with their previous status. RETURNING shows only
 * new values, so the previous status is read from `was`, the same row before the update. */
#define EXPIRED                                                                                    \
    "WITH ended AS (UPDATE occupancy o"                                                            \
    "  SET status = 'expired', version = o.version + 1, updated_at = now()"                        \
    "  FROM occupancy was"                                                                         \
    "  WHERE was.id = o.id AND occupancy_is_over(o.status, o.expires_at)"                          \
    "   AND o.id IN (SELECT id FROM occupancy"
#define ENDED "  RETURNING o.*, was.status AS was_status)"
#define SELECT_ENDED                                                                               \
    " SELECT {columns}, o.was_status"                                                              \
    " FROM ended o JOIN booking b ON b.id = o.id JOIN apartment a ON a.id = o.apartment_id"

/* Expires holds of an apartment. OFFSET 0 makes the planner start with the few stays of the nights,
 * not with all overdue holds, which may be thousands if no sweeper ran. */
const struct db_statement booking_expire_store_nights_statement = {
    .name = "booking_expire_nights",
    .parameters = "apartment, from date, until date",
    .shape = &booking_store_shape,
    .sql = EXPIRED
           "    WHERE apartment_id = {apartment} AND nights && daterange({from}, {until})"
           "     AND occupancy_blocks(status) OFFSET 0)"
           ENDED
           SELECT_ENDED,
};

/* SKIP LOCKED: sweepers and writers never wait for each other. */
const struct db_statement booking_expire_store_holds_statement = {
    .name = "booking_expire_batch",
    .parameters = "most",
    .shape = &booking_store_shape,
    .sql = EXPIRED
           "    WHERE occupancy_is_over(status, expires_at)"
           "    ORDER BY expires_at LIMIT {most} FOR UPDATE SKIP LOCKED)"
           ENDED
           SELECT_ENDED,
};

/* Stays after their check-out time in the apartment's time zone. The condition on the date alone
 * uses the index and excludes no such stay: no time zone is more than 14 hours ahead of UTC. */
#define CHECK_OUT_PASSED                                                                           \
    " occupancy s JOIN apartment f ON f.id = s.apartment_id"                                       \
    " WHERE occupancy_stays(s.status)"                                                             \
    "  AND s.check_out <= (now() AT TIME ZONE 'UTC' + interval '14 hours')::date"                  \
    "  AND (s.check_out + f.check_out_time) AT TIME ZONE f.timezone <= now()"

const struct db_statement booking_expire_store_stays_statement = {
    .name = "booking_complete_batch",
    .parameters = "most",
    .shape = &booking_store_shape,
    .sql = "WITH ended AS (UPDATE occupancy o"
           "  SET status = 'completed', version = o.version + 1, updated_at = now()"
           "  FROM occupancy was"
           "  WHERE was.id = o.id"
           "   AND o.id IN (SELECT s.id FROM" CHECK_OUT_PASSED
           "    ORDER BY s.check_out LIMIT {most} FOR UPDATE OF s SKIP LOCKED)"
           ENDED
           BOOKING_STORE_KEEP_NIGHTS
           SELECT_ENDED,
};

static const struct db_statement due_statement = {
    .name = "booking_expire_due",
    .sql = "SELECT EXISTS (SELECT FROM occupancy WHERE occupancy_is_over(status, expires_at))"
           " OR EXISTS (SELECT FROM" CHECK_OUT_PASSED ")",
};
// clang-format on

bool booking_expire_store_has_due(struct db *db, int64_t *due, struct fault *fault)
{
    return db_query_number(db, &due_statement, DB_NO_VALUES, due, fault);
}
