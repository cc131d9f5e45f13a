// SPDX-License-Identifier: MIT
/* The nights of all feeds of an apartment, and table occupancy. */
#include "bookings/booking_store.h"
#include "channels/feed.h"

// clang-format off
#define TODAY "(SELECT (now() AT TIME ZONE timezone)::date FROM apartment WHERE id = {apartment})"

static const struct db_statement free_statement = {
    .name = "channel_feed_free_nights",
    .parameters = "apartment uuid",
    .sql = "DELETE FROM occupancy o"
           " WHERE o.apartment_id = {apartment} AND o.kind = 'feed' AND o.status = 'blocked'"
           "  AND o.check_in >= " TODAY
           "  AND NOT EXISTS (SELECT FROM channel_feed_night n"
           "   WHERE n.apartment_id = o.apartment_id AND n.night = o.check_in)",
};

static const struct db_statement take_statement = {
    .name = "channel_feed_take_nights",
    .parameters = "apartment uuid",
    .sql = "SELECT channel_feed_take_nights({apartment}, '-infinity', 'infinity')",
};

/* The channels that a night's reason names. */
static const struct db_statement label_statement = {
    .name = "channel_feed_label_nights",
    .parameters = "apartment uuid",
    .sql = "UPDATE occupancy o SET reason = l.channels, version = o.version + 1, updated_at = now()"
           " FROM (SELECT n.night, string_agg(DISTINCT f.channel, ',' ORDER BY f.channel) AS channels"
           "  FROM channel_feed_night n JOIN channel_feed f ON f.id = n.feed_id"
           "  WHERE n.apartment_id = {apartment} GROUP BY n.night) l"
           " WHERE o.apartment_id = {apartment} AND o.kind = 'feed' AND o.status = 'blocked'"
           "  AND o.check_in = l.night AND o.reason <> l.channels AND o.check_in >= " TODAY,
};

/* Nights of feed n that stay or block o has. A buffer is no conflict: no guest has its nights. */
#define OVERLAP                                                                                    \
    "n.apartment_id = o.apartment_id AND n.night >= o.check_in AND n.night < o.check_out"          \
    " AND n.night >= " TODAY

static const struct db_statement end_conflicts_statement = {
    .name = "calendar_conflict_end",
    .parameters = "apartment uuid",
    .sql = "UPDATE calendar_conflict c SET status = 'gone', version = c.version + 1, updated_at = now()"
           " WHERE c.apartment_id = {apartment} AND c.status IN ('open', 'kept_ours')"
           "  AND NOT EXISTS (SELECT FROM occupancy o JOIN channel_feed_night n ON " OVERLAP
           "   WHERE o.id = c.occupancy_id AND n.feed_id = c.feed_id"
           "    AND o.apartment_id = c.apartment_id AND occupancy_takes(o.status, o.expires_at))",
};

/* An overlap that has a conflict already keeps it; only its nights are renewed. */
static const struct db_statement open_conflicts_statement = {
    .name = "calendar_conflict_open",
    .parameters = "apartment uuid",
    .sql = "INSERT INTO calendar_conflict AS c"
           " (id, tenant_id, apartment_id, feed_id, occupancy_id, kind, check_in, check_out)"
           " SELECT gen_random_uuid(), o.tenant_id, o.apartment_id, n.feed_id, o.id, o.kind,"
           "  min(n.night), max(n.night) + 1"
           " FROM occupancy o JOIN channel_feed_night n ON " OVERLAP
           " WHERE o.apartment_id = {apartment} AND o.kind IN ('booking', 'block')"
           "  AND o.check_out > " TODAY " AND occupancy_takes(o.status, o.expires_at)"
           " GROUP BY o.id, n.feed_id"
           " ON CONFLICT (feed_id, occupancy_id) WHERE status IN ('open', 'kept_ours')"
           " DO UPDATE SET check_in = excluded.check_in, check_out = excluded.check_out,"
           "  version = c.version + 1, updated_at = now()"
           " WHERE (c.check_in, c.check_out) <> (excluded.check_in, excluded.check_out)",
};
// clang-format on

bool feed_store_settle(struct db *tx, const struct uuid *apartment_id, struct fault *fault)
{
    const struct db_value value[] = {db_uuid(apartment_id)};
    const struct db_call calls[] = {
        {&free_statement,           value, 1, NULL},
        {&take_statement,           value, 1, NULL},
        {&label_statement,          value, 1, NULL},
        {&end_conflicts_statement,  value, 1, NULL},
        {&open_conflicts_statement, value, 1, NULL},
    };

    return db_query_all(tx, calls, ARRAY_LEN(calls), fault);
}

bool feed_store_expire_holds(struct db *tx, const struct uuid *apartment_id, int32_t today,
                             struct db_rows *expired, struct fault *fault)
{
    return db_query(
        tx, &booking_expire_store_nights_statement,
        DB_VALUES(db_uuid(apartment_id), db_date(today), db_date(today + FEED_WINDOW_DAYS)),
        expired, fault);
}
