/* SPDX-License-Identifier: MIT */
/* The bookings of one person, locked in the order of their ids, and whether each stay is agreed and not over. {phones}:
   of his account, which lead to bookings that have no other.

   Of more than {most} bookings those come first that forbid the erasure, then those to which only
   other bookings lead. What was asked for is blanked last, so that the next request still finds the
   rest. */
WITH named AS MATERIALIZED (
    SELECT id FROM booking
    WHERE tenant_id = {tenant} AND guest_telegram_id = {asked_id}
    UNION
    SELECT id FROM booking
    WHERE tenant_id = {tenant} AND guest_phone = {asked_phone}
),
person AS (
    SELECT id FROM named
    UNION
    SELECT id FROM booking
    WHERE tenant_id = {tenant} AND guest_telegram_id = {telegram_id}
    UNION
    SELECT id FROM booking
    WHERE tenant_id = {tenant} AND guest_phone = ANY ({phones}::text[])
        AND (guest_telegram_id IS NULL OR guest_telegram_id = {telegram_id})
),
chosen AS (
    SELECT o.id
    FROM person JOIN occupancy o USING (id) JOIN booking b USING (id)
    ORDER BY occupancy_is_agreed(o.status, o.expires_at) DESC, o.id IN (SELECT id FROM named),
        b.guest_telegram_id IS NOT NULL, o.id
    LIMIT {most}
)
SELECT o.id, occupancy_is_agreed(o.status, o.expires_at)
FROM chosen JOIN occupancy o USING (id)
ORDER BY o.id
FOR UPDATE OF o
