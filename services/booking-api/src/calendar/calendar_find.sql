/* SPDX-License-Identifier: MIT */
/* One row for each stay, block or buffer of the apartment near the range; if there is none, one row with NULL as
   status. Each row repeats the apartment's columns, but only the first row has its seasons. Stays up to f.reach days
   outside of the range are read too, so that gaps at the ends of the range are measured correctly. */
SELECT {columns}, CASE o.kind WHEN 'buffer' THEN 'buffer' ELSE o.status END AS status, o.check_in, o.check_out,
    o.check_out + o.buffer_days, CASE o.kind WHEN 'feed' THEN o.reason END,
    CASE WHEN f.has_rates AND row_number() OVER (ORDER BY o.check_in) = 1 THEN f.rates::text END
FROM (
    SELECT a.*, coalesce({from}, a.local_day) AS first,
        coalesce({to}, least(coalesce({from}, a.local_day) + {days}, {last_day})) AS last,
        CASE WHEN a.has_rates THEN {reach} ELSE a.min_nights END AS reach
    FROM (
        SELECT a.*, (now() AT TIME ZONE a.timezone)::date AS local_day,
            (now() AT TIME ZONE a.timezone)::time AS local_time
        FROM apartment a
        WHERE a.id = {id} AND a.tenant_id = {tenant}
    ) a
) f
LEFT JOIN occupancy o ON o.apartment_id = f.id AND occupancy_takes(o.status, o.expires_at)
    AND o.check_in < f.last + f.reach + f.buffer_days
    AND o.check_out + o.buffer_days > f.first - f.reach
ORDER BY o.check_in
