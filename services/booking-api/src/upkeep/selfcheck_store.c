// SPDX-License-Identifier: MIT
#include "upkeep/selfcheck_store.h"

#include "db/transaction.h"

#include "nights/occupancy.h"

/* $1 rows to look at; $2 seconds that may pass before what is over is swept. */
#define RECENT                                                                                     \
    "WITH recent AS MATERIALIZED (SELECT * FROM occupancy"                                         \
    " ORDER BY feed_epoch DESC, feed_tx DESC, id DESC LIMIT $1::bigint) "
#define COUNT "SELECT count(*) FROM "

/* By indexes other than the exclusion constraint's own: it is what is checked. Of the flat's stays
 * in the order of their ends, one that overlaps stands next before or behind it. */
struct check {
    const char *name;
    int64_t allowed; /* how much is still fine */
    size_t values;   /* of $1, $2 */
    struct db_statement statement;
};

// clang-format off
#define CHECK(name_, allowed_, values_, ...)                                                       \
    {name_, allowed_, values_, {.name = "selfcheck_" name_, .sql = __VA_ARGS__}}

static const struct check checks[] = {
    CHECK("overlaps", 0, 1,
        RECENT COUNT "recent r WHERE r.status IN " OCCUPANCY_BLOCKING
        " AND EXISTS (SELECT FROM (SELECT o.id, o.check_in FROM occupancy o"
        "   WHERE o.apartment_id = r.apartment_id AND o.check_out + o.buffer_days > r.check_in"
        "   AND o.status IN " OCCUPANCY_BLOCKING
        "   ORDER BY o.check_out + o.buffer_days LIMIT 2) AS near"
        "  WHERE near.id <> r.id AND near.check_in < r.check_out + r.buffer_days)"),
    CHECK("lines_not_total", 0, 1,
        RECENT COUNT "recent JOIN booking b USING (id) WHERE b.total <>"
        " (SELECT coalesce(sum((line #>> '{amount,amount}')::bigint), 0)"
        "  FROM json_array_elements(b.lines) AS line)"),
    CHECK("owner_not_the_flats", 0, 1,
        RECENT COUNT "recent r JOIN booking b USING (id) JOIN apartment a ON a.id = r.apartment_id"
        " WHERE b.owner_id <> a.owner_id AND " OCCUPANCY_TAKES("r")),
    CHECK("deposit_over_total", 0, 1,
        RECENT COUNT "recent JOIN booking b USING (id)"
        " WHERE b.deposit > b.total OR b.deposit < 0 OR b.paid < 0"),
    CHECK("refund_not_paid", 0, 1,
        RECENT COUNT "recent JOIN booking b USING (id) WHERE b.fee + b.refund <> b.paid"),
    CHECK("fee_over_total", 0, 1,
        RECENT COUNT "recent JOIN booking b USING (id) WHERE b.fee > b.total OR b.fee < 0"),
    CHECK("history_not_status", 0, 1,
        RECENT COUNT "recent r WHERE r.kind = 'booking' AND r.status IS DISTINCT FROM"
        " (SELECT to_status FROM booking_history h WHERE h.booking_id = r.id"
        "  ORDER BY h.version DESC LIMIT 1)"),
    CHECK("history_without_event", 0, 1,
        COUNT "(SELECT booking_id, version FROM booking_history ORDER BY id DESC"
        "  LIMIT $1::bigint) AS h WHERE NOT EXISTS (SELECT FROM outbox"
        "  WHERE resource_id = h.booking_id AND sequence = h.version)"),
    CHECK("event_without_history", 0, 1,
        COUNT "(SELECT resource_type, resource_id, sequence FROM outbox"
        "  ORDER BY epoch DESC, tx DESC, id DESC LIMIT $1::bigint) AS e"
        " WHERE e.resource_type = 'booking' AND NOT EXISTS (SELECT FROM booking_history"
        "  WHERE booking_id = e.resource_id AND version = e.sequence)"),
    CHECK("orphans", 0, 1,
        RECENT COUNT "recent r LEFT JOIN booking b USING (id)"
        " LEFT JOIN apartment a ON a.id = r.apartment_id"
        " WHERE (r.kind = 'booking') <> (b.id IS NOT NULL)"
        " OR a.tenant_id IS DISTINCT FROM r.tenant_id"
        " OR b.tenant_id <> r.tenant_id OR b.apartment_id <> r.apartment_id"),
    CHECK("expired_not_swept", 0, 2,
        COUNT "(SELECT FROM occupancy WHERE status IN " OCCUPANCY_WAITING
        " AND expires_at < now() - $2::bigint * interval '1 second' LIMIT $1::bigint) AS unswept"),
    CHECK("stays_not_completed", 0, 1,
        COUNT "(SELECT FROM occupancy WHERE status IN ('confirmed', 'checked_in')"
        " AND check_out < current_date - 1 LIMIT $1::bigint) AS stays"),
    CHECK("event_lag_seconds", 60, 1,
        "SELECT coalesce(max(extract(epoch FROM now() - occurred_at))::bigint, 0)"
        " FROM (SELECT occurred_at FROM outbox WHERE (epoch, tx) >="
        "   ((SELECT max(epoch) FROM outbox), pg_snapshot_xmin(pg_current_snapshot()))"
        "  ORDER BY epoch, tx, id LIMIT $1::bigint) AS unseen"),
    CHECK("stored_answers_overdue", 0, 1,
        COUNT "(SELECT FROM idempotency"
        " WHERE created_at < now() - interval '48 hours 10 minutes' LIMIT $1::bigint) AS overdue"),
    CHECK("almaty_not_plus_five", 0, 0,
        "SELECT (timestamptz '2026-07-01 00:00Z' AT TIME ZONE 'Asia/Almaty'"
        " <> timestamp '2026-07-01 05:00')::integer::bigint"),
};
// clang-format on
enum { CHECKS = sizeof checks / sizeof checks[0] };
_Static_assert(CHECKS <= (int)SELFCHECK_MAX && CHECKS <= (int)DB_CALLS_MAX, "one round trip");

struct run {
    int64_t slack_s;
    struct selfcheck *out;
};

/* One snapshot, so that a step of this very moment is in all tables or in none. */
static const struct db_statement begin_statement = {
    .sql = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY",
};
static const struct db_statement limit_statement = {.sql = "SET LOCAL statement_timeout = '2s'"};

static bool run(struct db *tx, void *arg, struct fault *fault)
{
    const struct run *what = arg;
    const struct db_value values[] = {db_int(SELFCHECK_ROWS), db_int(what->slack_s)};
    struct db_rows rows[CHECKS] = {{0}};
    struct db_call calls[CHECKS];

    for (size_t i = 0; i < CHECKS; i++)
        calls[i] = (struct db_call){&checks[i].statement, values, checks[i].values, &rows[i]};
    if (!db_query(tx, &begin_statement, DB_NO_VALUES, NULL, fault) ||
        !db_query(tx, &limit_statement, DB_NO_VALUES, NULL, fault) ||
        !db_query_all(tx, calls, CHECKS, fault))
        return false;
    for (size_t i = 0; i < CHECKS; i++) {
        const int64_t count = db_get_int(&rows[i], 0, 0);

        what->out[i] = (struct selfcheck){checks[i].name, count, count <= checks[i].allowed};
        db_rows_finish(&rows[i]);
    }
    return true;
}

bool selfcheck_store_run(struct db_pool *pool, int64_t sweep_s, struct selfcheck out[SELFCHECK_MAX],
                         size_t *count, struct fault *fault)
{
    struct selfcheck found[SELFCHECK_MAX];
    struct run what = {.slack_s = 2 * sweep_s + 60, .out = found};

    if (!db_transaction(pool, run, &what, fault))
        return false;
    memcpy(out, found, sizeof found[0] * CHECKS);
    *count = CHECKS;
    return true;
}
