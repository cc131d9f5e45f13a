/* SPDX-License-Identifier: MIT */
/* Locks the bookings of one person in the order of their ids. Returns one row: the ids as the text of an array, and the
   ids of agreed stays that have not ended as the text of a JSON array, or NULL. {phones} are the phones of the account;
   they find bookings without another account.

   If there are more than {most} bookings, those that forbid the erasure come first, then those found only through
   other bookings. The ones that the request names come last, so that a repeated request still finds the rest. */
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
),
locked AS (
    SELECT o.id, occupancy_is_agreed(o.status, o.expires_at) AS is_agreed
    FROM chosen JOIN occupancy o USING (id)
    ORDER BY o.id
    FOR UPDATE OF o
)
SELECT coalesce(array_agg(id), '{}')::text, '["' || string_agg(id::text, '","') FILTER (WHERE is_agreed) || '"]'
FROM locked
