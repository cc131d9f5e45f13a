/* SPDX-License-Identifier: MIT */
/* Finds the rides of one person and locks them in the order of their ids: own rides, and parcels addressed to the
   person. If there are more than {most}, live rides are chosen first, then rides without an account. Returns one row:
   number of rides; ids of own rides, as the text of an array; ids of parcels, as the text of an array; ids of rides
   that forbid the erasure, as the text of a JSON array (NULL: none). An own ride forbids it if it is agreed and not
   over, a parcel if it may still arrive: read from the locked row, which may change while the statement waits. */
WITH own AS (
    SELECT id FROM ride WHERE tenant_id = {tenant} AND passenger_telegram_id = {telegram_id}
    UNION
    SELECT id FROM ride
    WHERE tenant_id = {tenant} AND passenger_phone = ANY ({phones}::text[]) AND passenger_telegram_id IS NULL
),
his AS (
    SELECT r.id, true AS own, r.status, r.passenger_telegram_id IS NOT NULL AS has_account
    FROM own JOIN ride r USING (id)
    UNION ALL
    SELECT id, false, status, false
    FROM ride
    WHERE tenant_id = {tenant} AND recipient_phone = ANY ({phones}::text[]) AND id NOT IN (SELECT id FROM own)
),
chosen AS (
    SELECT id, own FROM his ORDER BY ride_waits(status) OR ride_takes(status) DESC, has_account, id LIMIT {most}
),
locked AS (
    SELECT r.id, chosen.own,
        CASE WHEN chosen.own THEN r.status IN ('payment_claimed', 'confirmed', 'boarded')
            ELSE ride_waits(r.status) OR ride_takes(r.status) END AND NOT ride_is_over(r.status, r.expires_at) AS live
    FROM chosen JOIN ride r USING (id)
    ORDER BY r.id
    FOR UPDATE OF r
)
SELECT count(*), coalesce(array_agg(id) FILTER (WHERE own), '{}')::text,
    coalesce(array_agg(id) FILTER (WHERE NOT own), '{}')::text,
    '["' || string_agg(id::text, '","') FILTER (WHERE live) || '"]'
FROM locked
