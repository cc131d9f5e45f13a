// SPDX-License-Identifier: MIT
#include "maintenance/ride_sweeper.h"
#include "rides/reveal.h"

// clang-format off
/* Conditions of due rows. OVERDUE and TRIP_DUE include those of the partial indexes ride_expiry and trip_ahead. */
#define OVERDUE "status IN ('open', 'held', 'requested', 'payment_claimed') AND expires_at <= now()"
#define TRIP_DUE                                                                                                        \
    "status IN ('scheduled', 'started') AND departs_at <= now() - interval '60 minutes'"                                \
    " AND (status = 'scheduled' OR arrives_at <= now() - interval '3 hours')"
#define TO_BLANK "blanked_at IS NULL AND ended_at <= now() - interval '180 days'"
_Static_assert(TRIP_CANCEL_AFTER_US == INT64_C(3600000000), "TRIP_DUE");
_Static_assert(TRIP_FINISH_AFTER_US == INT64_C(10800000000), "TRIP_DUE");
_Static_assert(REVEAL_KEPT_DAYS == 180, "TO_BLANK");

static const struct db_statement due_statement = {
    .name = "ride_sweep_due",
    .sql = "SELECT EXISTS (SELECT FROM ride WHERE " OVERDUE "), EXISTS (SELECT FROM trip WHERE " TRIP_DUE "),"
           " EXISTS (SELECT FROM ride WHERE " TO_BLANK "),"
           " EXISTS (SELECT FROM offer WHERE status = 'pending' AND expires_at <= now()),"
           " EXISTS (SELECT FROM trip_location l JOIN trip t ON t.id = l.trip_id"
           "   WHERE t.status IN ('finished', 'cancelled') AND t.updated_at <= now() - interval '1 hour'),"
           " EXISTS (SELECT FROM waitlist_due)",
};

const struct db_statement ride_sweep_store_holds = {
    .name = "ride_sweep_holds",
    .parameters = "after uuid, most bigint",
    .sql = "SELECT DISTINCT trip_id, tenant_id, false FROM ride WHERE " OVERDUE " AND status <> 'open'"
           "  AND ({after} IS NULL OR trip_id > {after}) ORDER BY trip_id LIMIT {most}",
};

const struct db_statement ride_sweep_store_waitlists = {
    .name = "ride_sweep_waitlists",
    .parameters = "after uuid, most bigint",
    .sql = "SELECT w.trip_id, t.tenant_id, false FROM waitlist_due w JOIN trip t ON t.id = w.trip_id"
           "  WHERE {after} IS NULL OR w.trip_id > {after} ORDER BY w.trip_id LIMIT {most}",
};

static const struct db_statement delete_waitlist_due_statement = {
    .name = "ride_sweep_waitlist_done",
    .parameters = "trip uuid",
    .sql = "DELETE FROM waitlist_due WHERE trip_id = {trip}",
};

static const struct db_statement lock_statement = {
    .name = "ride_sweep_lock",
    .parameters = "trip uuid",
    .sql = "SELECT trip_id FROM trip_load WHERE trip_id = {trip} FOR NO KEY UPDATE SKIP LOCKED",
};

const struct db_statement ride_sweep_store_trips = {
    .name = "ride_sweep_trips",
    .parameters = "after uuid, most bigint",
    .sql = "SELECT id, tenant_id, status = 'started' FROM trip WHERE " TRIP_DUE
           "  AND ({after} IS NULL OR id > {after}) ORDER BY id LIMIT {most}",
};

const struct db_statement ride_sweep_store_blank = {
    .name = "ride_sweep_blank",
    .parameters = "limit bigint",
    .sql = "WITH old AS (SELECT id FROM ride WHERE " TO_BLANK " ORDER BY ended_at LIMIT {limit} FOR UPDATE SKIP LOCKED),"
           " reasons AS (UPDATE ride_history SET reason = NULL WHERE ride_id IN (SELECT id FROM old) AND reason IS NOT NULL)"
           " UPDATE ride r SET blanked_at = now(), passenger_name = 'erased', passenger_phone = NULL, note = NULL,"
           "  recipient_name = CASE WHEN r.recipient_name IS NOT NULL THEN 'erased' END, recipient_phone = NULL,"
           "  delivery_code = NULL FROM old WHERE r.id = old.id",
};
// clang-format on

bool ride_sweep_store_find_due(struct db *db, struct ride_due *due, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query(db, &due_statement, DB_NO_VALUES, &rows, fault))
        return false;
    *due = (struct ride_due){.holds = db_get_bool(&rows, 0, 0),
                             .trips = db_get_bool(&rows, 0, 1),
                             .blank = db_get_bool(&rows, 0, 2),
                             .offers = db_get_bool(&rows, 0, 3),
                             .locations = db_get_bool(&rows, 0, 4),
                             .waitlists = db_get_bool(&rows, 0, 5)};
    return true;
}

bool ride_sweep_store_try_lock(struct db *tx, const struct uuid *trip_id, bool *locked,
                               struct fault *fault)
{
    return db_query_one(tx, &lock_statement, DB_VALUES(db_uuid(trip_id)), locked, fault);
}

bool ride_sweep_store_delete_waitlist_due(struct db *tx, const struct uuid *trip_id,
                                          struct fault *fault)
{
    return db_query(tx, &delete_waitlist_due_statement, DB_VALUES(db_uuid(trip_id)), NULL, fault);
}
