// SPDX-License-Identifier: MIT
#include "safety/safety.h"

// clang-format off
static const struct db_statement statement = {
    .name = "safety_watch",
    .sql = "SELECT (SELECT count(*) FROM sos WHERE answered_at IS NULL),"
           " (SELECT count(*) FROM trip WHERE status IN ('scheduled', 'started') AND departs_at < now()"
           "   AND CASE status WHEN 'started' THEN arrives_at ELSE departs_at END < now() - interval '1 hour'),"
           " EXISTS (SELECT FROM rating r JOIN ride i ON i.id = r.ride_id WHERE NOT r.is_counted AND r.side = 'guest'"
           "   AND i.ended_at <= now() - interval '7 days')",
};
// clang-format on

bool watch_store_count_sos_and_overdue_trips(struct db *db, struct watch_counts *out,
                                             struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query(db, &statement, DB_NO_VALUES, &rows, fault))
        return false;
    *out = (struct watch_counts){db_get_int(&rows, 0, 0), db_get_int(&rows, 0, 1),
                                 db_get_bool(&rows, 0, 2)};
    return true;
}
