/* SPDX-License-Identifier: MIT */
/* The invariants of rides. Returns for each a row: name, violations, allowed violations. One statement checks all, so
   that all read the same snapshot. Checks the {rows} rows changed last. */
WITH recent AS MATERIALIZED (
    SELECT * FROM ride ORDER BY feed_epoch DESC, feed_tx DESC, id DESC LIMIT {rows}
),
driven AS MATERIALIZED (
    SELECT * FROM trip ORDER BY feed_epoch DESC, feed_tx DESC, id DESC LIMIT {rows}
),
/* The load of each segment, computed from the rides, for the trips in `recent` and `driven`. */
taken AS MATERIALIZED (
    SELECT l.*, s AS segment, coalesce(sum(r.seat_load), 0) AS seats_taken, coalesce(sum(r.cargo_load), 0) AS cargo_taken,
        coalesce(sum(r.child_load), 0) AS children_taken
    FROM trip_load l CROSS JOIN generate_series(1, l.segments) s
    LEFT JOIN ride r ON r.trip_id = l.trip_id AND ride_takes(r.status) AND r.from_stop < s AND r.to_stop >= s
    WHERE l.trip_id IN (SELECT id FROM driven UNION SELECT trip_id FROM recent)
    GROUP BY l.trip_id, s
)

SELECT 'ride_oversold', count(*), 0
FROM taken WHERE seats_taken > seats OR cargo_taken > cargo_units OR children_taken > child_seats

UNION ALL
SELECT 'ride_load_not_sum', count(*), 0
FROM taken
WHERE (seat_load[segment], cargo_load[segment], child_load[segment]) IS DISTINCT FROM
    (seats_taken::smallint, cargo_taken::smallint, children_taken::smallint)

UNION ALL
SELECT 'ride_driver_overlaps', count(*), 0
FROM driven t
WHERE t.status IN ('scheduled', 'started')
    AND EXISTS (SELECT FROM trip o WHERE o.driver_id = t.driver_id AND o.id <> t.id
        AND o.status IN ('scheduled', 'started') AND o.busy && t.busy)

UNION ALL
SELECT 'ride_lines_not_total', count(*), 0
FROM recent
WHERE total <> (SELECT coalesce(sum((line #>> '{amount,amount}')::bigint), 0) FROM json_array_elements(lines) AS line)

UNION ALL
SELECT 'ride_refund_not_paid', count(*), 0
FROM recent WHERE fee + refund <> paid

UNION ALL
SELECT 'ride_fee_over_total', count(*), 0
FROM recent WHERE fee > total OR fee < 0

UNION ALL
SELECT 'ride_history_not_status', count(*), 0
FROM recent r
WHERE r.status IS DISTINCT FROM (
    SELECT to_status FROM ride_history h WHERE h.ride_id = r.id ORDER BY h.version DESC LIMIT 1
)

UNION ALL
SELECT 'ride_history_without_event', count(*), 0
FROM (SELECT ride_id, version FROM ride_history ORDER BY id DESC LIMIT {rows}) AS h
WHERE NOT EXISTS (SELECT FROM outbox WHERE resource_id = h.ride_id AND sequence = h.version)

UNION ALL
SELECT 'ride_not_on_its_trip', count(*), 0
FROM recent r LEFT JOIN trip t ON t.id = r.trip_id
    LEFT JOIN trip_leg g ON g.trip_id = r.trip_id AND g.from_stop = r.from_stop AND g.to_stop = r.to_stop
WHERE r.trip_id IS NOT NULL AND (t.tenant_id IS DISTINCT FROM r.tenant_id OR g.trip_id IS NULL)

/* Live rides on a trip that has ended. */
UNION ALL
SELECT 'ride_outlives_trip', count(*), 0
FROM recent r JOIN trip t ON t.id = r.trip_id
WHERE t.status IN ('finished', 'cancelled') AND (ride_takes(r.status) OR ride_waits(r.status))

UNION ALL
SELECT 'ride_overdue', count(*), 0
FROM (
    SELECT FROM ride WHERE status IN ('open', 'held', 'requested', 'payment_claimed')
        AND expires_at < now() - {swept_in_s} * interval '1 second'
    LIMIT {rows}
) AS unswept

UNION ALL
SELECT 'offer_overdue', count(*), 0
FROM (
    SELECT FROM offer WHERE status = 'pending' AND expires_at < now() - {swept_in_s} * interval '1 second' LIMIT {rows}
) AS unswept

UNION ALL
SELECT 'trip_overdue', count(*), 0
FROM (
    SELECT FROM trip WHERE status IN ('scheduled', 'started') AND departs_at < now() - interval '60 minutes' - {swept_in_s} * interval '1 second'
        AND (status = 'scheduled' OR arrives_at < now() - interval '3 hours' - {swept_in_s} * interval '1 second')
    LIMIT {rows}
) AS unswept

UNION ALL
SELECT 'ride_not_blanked', count(*), 0
FROM (
    SELECT FROM ride WHERE blanked_at IS NULL AND ended_at < now() - interval '181 days' LIMIT {rows}
) AS named
