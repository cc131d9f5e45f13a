/* SPDX-License-Identifier: MIT */
/* The bookings of one person, locked in the order of their ids; whether each stay is agreed and not
   over; the person's account. {follow}: also bookings that have only a phone of the account.

   Of more than {most} bookings those come first that forbid the erasure, then those to which only
   other bookings lead. What was asked for is blanked last, so that the next request still finds the
   rest. */
WITH named AS MATERIALIZED (
    SELECT id, guest_telegram_id AS telegram_id FROM booking
    WHERE tenant_id = {tenant} AND guest_telegram_id = {telegram_id}
    UNION
    SELECT id, guest_telegram_id FROM booking
    WHERE tenant_id = {tenant} AND guest_phone = {phone}
),
account AS MATERIALIZED (
    SELECT coalesce({telegram_id},
        CASE WHEN count(DISTINCT telegram_id) = 1 THEN min(telegram_id) END) AS telegram_id
    FROM named
),
person AS (
    SELECT id FROM named
    UNION
    SELECT b.id
    FROM account a
    JOIN booking b ON b.tenant_id = {tenant} AND b.guest_telegram_id = a.telegram_id
    UNION
    SELECT b.id
    FROM account a
    JOIN booking p ON p.tenant_id = {tenant} AND p.guest_telegram_id = a.telegram_id
    JOIN booking b ON b.tenant_id = {tenant} AND b.guest_phone = p.guest_phone
    WHERE {follow} AND (b.guest_telegram_id IS NULL OR b.guest_telegram_id = a.telegram_id)
),
chosen AS (
    SELECT o.id
    FROM person JOIN occupancy o USING (id) JOIN booking b USING (id)
    ORDER BY occupancy_is_agreed(o.status, o.expires_at) DESC, o.id IN (SELECT id FROM named),
        b.guest_telegram_id IS NOT NULL, o.id
    LIMIT {most}
)
SELECT o.id, occupancy_is_agreed(o.status, o.expires_at), account.telegram_id
FROM chosen JOIN occupancy o USING (id) CROSS JOIN account
ORDER BY o.id
FOR UPDATE OF o
