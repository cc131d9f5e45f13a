/* SPDX-License-Identifier: MIT */
/* The rides of one person, locked in the order of their ids: his own, and parcels to him. Whether he may not be erased
   yet: his own is agreed and not over, or a parcel to him may still come. That is asked of the locked row: it may have
   been agreed while this statement waited for it. Of more than {most} the live ones come first, then those that only a
   phone leads to. */
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
)
SELECT r.id, chosen.own,
    CASE WHEN chosen.own THEN r.status IN ('payment_claimed', 'confirmed', 'boarded')
        ELSE ride_waits(r.status) OR ride_takes(r.status) END AND NOT ride_is_over(r.status, r.expires_at)
FROM chosen JOIN ride r USING (id)
ORDER BY r.id
FOR UPDATE OF r
