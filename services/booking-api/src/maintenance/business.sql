/* SPDX-License-Identifier: MIT */
/* Figures of all tenants at {now}. Columns: payments that guests claimed at least 3 hours ago and nobody has answered;
   hours since the last booking if that is unusually long, else 0; owners with an active apartment who, a day after they
   were created, have no Telegram account, so that no message reaches them; calendars of other channels that are suspect
   or without a success for too long (stale); nights sold twice about which nobody has decided.

   silence.hours counts the hours since the last booking from 9:00 to 22:00 in Almaty, 13 a day, so that silence never
   becomes unusual at night. The threshold depends on the 4 weeks before the last booking. If they had fewer than 8
   bookings, as in a new installation, nothing is unusual. If the last of these weeks had more than 10 bookings a day, 6
   hours are unusual. Else the average time of 6 bookings in these weeks is unusual, but at least 2 days; such a silence
   happens by chance about once in 400 bookings. */
WITH newest AS MATERIALIZED (
    SELECT created_at FROM booking ORDER BY id DESC LIMIT 100
), latest AS (
    SELECT max(created_at) AS booked_at FROM newest
), usual AS (
    SELECT count(*) AS in_4_weeks,
        count(*) FILTER (WHERE created_at > booked_at - interval '7 days') AS in_week
    FROM newest, latest
    WHERE created_at > booked_at - interval '28 days'
), silence AS (
    SELECT max(daytime) - min(daytime) AS hours
    FROM latest, unnest(ARRAY[booked_at, {now}]) AS moment,
        LATERAL (SELECT moment AT TIME ZONE 'Asia/Almaty' AS clock) AS almaty,
        LATERAL (
            SELECT 13 * (clock::date - date '2000-01-01')
                + least(greatest(extract(epoch FROM clock::time) / 3600 - 9, 0), 13) AS daytime
        ) AS hours_of_day
)

SELECT
    (SELECT count(*) FROM occupancy o
    WHERE o.status = 'payment_claimed' AND EXISTS (
        SELECT FROM booking_history h
        WHERE h.booking_id = o.id AND h.to_status = 'payment_claimed' AND h.at <= {now} - interval '3 hours'
    )),
    CASE
        WHEN in_4_weeks < 8 THEN 0
        WHEN silence.hours >= CASE WHEN in_week > 70 THEN 6 ELSE greatest(6 * 28 * 13.0 / in_4_weeks, 2 * 13) END
        THEN floor(extract(epoch FROM {now} - booked_at) / 3600)::bigint
        ELSE 0
    END,
    (SELECT count(*) FROM owner w
    WHERE w.telegram_id IS NULL AND w.created_at <= {now} - interval '1 day'
        AND EXISTS (SELECT FROM apartment a WHERE a.owner_id = w.id AND a.is_active)),
    (SELECT count(*) FROM channel_feed f JOIN apartment a ON a.id = f.apartment_id
    WHERE f.deleted_at IS NULL AND a.is_active AND (f.verdict = 'suspect' OR f.stale_at <= {now})),
    (SELECT count(*) FROM calendar_conflict WHERE status = 'open')
FROM latest, usual, silence
