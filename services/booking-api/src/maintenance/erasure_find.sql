/* SPDX-License-Identifier: MIT */
/* Locks the bookings of one person in the order of their ids. Returns one row: the ids as the text of an array; the ids
   of bookings in which another account typed the phone of the request, likewise; the ids of agreed stays of both that
   have not ended, as the text of a JSON array, or NULL if there are none. {asked_id} and
   {asked_phone} are the account or phone of the request. {telegram_id} is the account of the person, {phones} an array
   of the person's phones; a booking with such a phone is found unless it has another account.

   At most {most} bookings are chosen: first agreed stays, which forbid the erasure, then bookings without the account
   or phone of the request, then the others, because a repeated request finds the remaining bookings through these. */
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
    FROM person JOIN occupancy o USING (id) JOIN booking b USING (id) JOIN apartment a ON a.id = o.apartment_id
    ORDER BY {agreed} DESC, o.id IN (SELECT id FROM named),
        b.guest_telegram_id IS NOT NULL, o.id
    LIMIT {most}
),
locked AS (
    SELECT o.id, {agreed} AS is_agreed,
        NOT b.guest_phone_verified AND b.guest_telegram_id IS NOT NULL
            AND b.guest_telegram_id IS DISTINCT FROM {telegram_id} AS is_typed
    FROM chosen JOIN occupancy o USING (id) JOIN booking b USING (id) JOIN apartment a ON a.id = o.apartment_id
    ORDER BY o.id
    FOR UPDATE OF o
)
SELECT coalesce(array_agg(id) FILTER (WHERE NOT is_typed), '{}')::text,
    coalesce(array_agg(id) FILTER (WHERE is_typed), '{}')::text,
    '["' || string_agg(id::text, '","') FILTER (WHERE is_agreed) || '"]'
FROM locked
