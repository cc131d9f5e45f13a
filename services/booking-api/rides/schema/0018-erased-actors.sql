-- SPDX-License-Identifier: MIT
-- min_compatible: 1
--
-- A passenger who accepts an offer without a trip creates the trip, and is the actor of the first step of its history. The
-- erasure of passengers replaces this actor. Here the passengers of earlier erasures: their account is in no ride of the
-- trip any more.
UPDATE trip_history h SET actor = 'guest:erased'
WHERE h.actor LIKE 'guest:%' AND NOT EXISTS (
    SELECT FROM ride r WHERE r.trip_id = h.trip_id AND h.actor = 'guest:' || r.passenger_telegram_id);

-- A passenger who accepted an offer was stored as the actor also in offers of the driver on other rides, which were
-- withdrawn.
UPDATE offer o SET changed_by = NULL
WHERE o.changed_by LIKE 'guest:%' AND o.changed_by <> 'guest:erased' AND NOT EXISTS (
    SELECT FROM ride r WHERE r.id = o.ride_id AND o.changed_by = 'guest:' || r.passenger_telegram_id);

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'booking_runtime') THEN
        RETURN;
    END IF;
    GRANT UPDATE (actor) ON trip_history TO booking_runtime;
END
$$;
