-- SPDX-License-Identifier: MIT
-- min_compatible: 1
--
-- Lists of rides, and drivers who are erased.

-- Newest first, the few that are agreed among all that ever were. Those that wait are found by ride_expiry.
CREATE INDEX ride_listed_agreed ON ride (tenant_id, id) WHERE status IN ('confirmed', 'boarded');

-- A driver who was erased keeps his row: trips, money and ratings stay. No name, phone, account, document or plate is
-- left in it, and nobody finds it.
ALTER TABLE driver
    ALTER COLUMN phone DROP NOT NULL,
    ADD COLUMN blanked_at timestamptz,
    ADD CONSTRAINT driver_reached CHECK (phone IS NOT NULL OR blanked_at IS NOT NULL);
ALTER TABLE car
    ALTER COLUMN plate DROP NOT NULL,
    ADD CONSTRAINT car_plated CHECK (plate IS NOT NULL OR NOT is_live);

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'booking_runtime') THEN
        RETURN;
    END IF;
    -- What he said in words.
    GRANT UPDATE (reason) ON trip_history TO booking_runtime;
    GRANT UPDATE (text) ON complaint TO booking_runtime;
END
$$;
