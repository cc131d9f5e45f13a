/* SPDX-License-Identifier: MIT */
/* One row for each invariant of the test suite: its name, the number of violations, and the acceptable number. All
   checks are one statement, so that they share a snapshot, in which a step is in all tables or in none. Only the {rows}
   rows changed last are checked, because only a change of a row can break an invariant. */
WITH recent AS MATERIALIZED (
    SELECT * FROM occupancy ORDER BY feed_epoch DESC, feed_tx DESC, id DESC LIMIT {rows}
)

/* The condition on check_out + buffer_days uses another index than the exclusion constraint, which is being checked.
   If no stay overlaps r, the first two stays of the apartment that end after r.check_in are r and the next one. */
SELECT 'overlaps', count(*), 0
FROM recent r
WHERE occupancy_blocks(r.status)
    AND EXISTS (
        SELECT FROM (
            SELECT o.id, o.check_in FROM occupancy o
            WHERE o.apartment_id = r.apartment_id AND o.check_out + o.buffer_days > r.check_in
                AND occupancy_blocks(o.status)
            ORDER BY o.check_out + o.buffer_days LIMIT 2
        ) AS near
        WHERE near.id <> r.id AND near.check_in < r.check_out + r.buffer_days
    )

UNION ALL
SELECT 'lines_not_total', count(*), 0
FROM recent JOIN booking b USING (id)
WHERE b.total <> (
    SELECT coalesce(sum((line #>> '{amount,amount}')::bigint), 0)
    FROM json_array_elements(b.lines) AS line
)

UNION ALL
SELECT 'owner_not_the_flats', count(*), 0
FROM recent r JOIN booking b USING (id) JOIN apartment a ON a.id = r.apartment_id
WHERE b.owner_id <> a.owner_id AND occupancy_takes(r.status, r.expires_at)

UNION ALL
SELECT 'deposit_over_total', count(*), 0
FROM recent JOIN booking b USING (id)
WHERE b.deposit > b.total OR b.deposit < 0 OR b.paid < 0

UNION ALL
SELECT 'refund_not_paid', count(*), 0
FROM recent JOIN booking b USING (id)
WHERE b.refund <> greatest(b.paid - b.fee, 0)

UNION ALL
SELECT 'fee_over_total', count(*), 0
FROM recent JOIN booking b USING (id)
WHERE b.fee > b.total OR b.fee < 0

UNION ALL
SELECT 'history_not_status', count(*), 0
FROM recent r
WHERE r.kind = 'booking' AND r.status IS DISTINCT FROM (
    SELECT to_status FROM booking_history h WHERE h.booking_id = r.id
    ORDER BY h.version DESC LIMIT 1
)

UNION ALL
SELECT 'history_without_event', count(*), 0
FROM (SELECT booking_id, version FROM booking_history ORDER BY id DESC LIMIT {rows}) AS h
WHERE NOT EXISTS (SELECT FROM outbox WHERE resource_id = h.booking_id AND sequence = h.version)

UNION ALL
SELECT 'event_without_history', count(*), 0
FROM (
    SELECT resource_type, resource_id, sequence FROM outbox
    ORDER BY epoch DESC, tx DESC, id DESC LIMIT {rows}
) AS e
WHERE e.resource_type = 'booking' AND NOT EXISTS (
    SELECT FROM booking_history WHERE booking_id = e.resource_id AND version = e.sequence
)

UNION ALL
SELECT 'orphans', count(*), 0
FROM recent r LEFT JOIN booking b USING (id) LEFT JOIN apartment a ON a.id = r.apartment_id
WHERE (r.kind = 'booking') <> (b.id IS NOT NULL)
    OR a.tenant_id IS DISTINCT FROM r.tenant_id
    OR b.tenant_id <> r.tenant_id OR b.apartment_id <> r.apartment_id

UNION ALL
SELECT 'feed_nights_free', count(*), 0
FROM (SELECT * FROM channel_feed_night ORDER BY id DESC LIMIT {rows}) AS n JOIN apartment a ON a.id = n.apartment_id
WHERE n.night >= (now() AT TIME ZONE a.timezone)::date AND NOT EXISTS (
    SELECT FROM occupancy o WHERE o.apartment_id = n.apartment_id AND o.nights @> n.night AND occupancy_blocks(o.status)
)

UNION ALL
SELECT 'feed_nights_without_feed', count(*), 0
FROM recent r JOIN apartment a ON a.id = r.apartment_id
WHERE r.kind = 'feed' AND r.status = 'blocked' AND r.check_in >= (now() AT TIME ZONE a.timezone)::date
    AND NOT EXISTS (SELECT FROM channel_feed_night n WHERE n.apartment_id = r.apartment_id AND n.night = r.check_in)

UNION ALL
SELECT 'conflicts_without_overlap', count(*), 0
FROM (SELECT * FROM calendar_conflict ORDER BY id DESC LIMIT {rows}) AS c JOIN occupancy o ON o.id = c.occupancy_id
WHERE c.status IN ('open', 'kept_ours') AND NOT (occupancy_blocks(o.status) AND EXISTS (
    SELECT FROM channel_feed_night n
    WHERE n.feed_id = c.feed_id AND n.night >= o.check_in AND n.night < o.check_out
))

UNION ALL
SELECT 'expired_not_swept', count(*), 0
FROM (
    SELECT FROM occupancy
    WHERE occupancy_is_over(status, expires_at) AND expires_at < now() - {swept_in_s} * interval '1 second'
    LIMIT {rows}
) AS unswept

UNION ALL
SELECT 'stays_not_completed', count(*), 0
FROM (
    SELECT FROM occupancy WHERE occupancy_stays(status) AND check_out < current_date - 1
    LIMIT {rows}
) AS stays

UNION ALL
SELECT 'event_lag_seconds', coalesce(max(extract(epoch FROM now() - occurred_at))::bigint, 0), 60
FROM (
    SELECT occurred_at FROM outbox
    WHERE (epoch, tx) >= ((SELECT max(epoch) FROM outbox), pg_snapshot_xmin(pg_current_snapshot()))
    ORDER BY epoch, tx, id LIMIT {rows}
) AS unseen

UNION ALL
SELECT 'stored_answers_overdue', count(*), 0
FROM (
    SELECT FROM idempotency WHERE created_at < now() - interval '48 hours 10 minutes'
    LIMIT {rows}
) AS overdue

UNION ALL
SELECT 'almaty_not_plus_five', (timestamptz '2026-07-01 00:00Z' AT TIME ZONE 'Asia/Almaty'
    <> timestamp '2026-07-01 05:00')::integer::bigint, 0
