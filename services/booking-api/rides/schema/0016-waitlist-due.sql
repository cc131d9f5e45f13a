-- SPDX-License-Identifier: MIT
-- min_compatible: 1
--
-- Trips that may take waiting rides again although no seat was freed: their road was opened, or their driver is no
-- longer blocked. The sweeper fills their waiting lists.
CREATE TABLE waitlist_due (
    trip_id uuid PRIMARY KEY REFERENCES trip,
    since   timestamptz NOT NULL DEFAULT now()
);

-- The conflict waits for a sweeper that deletes the row, and a sweeper waits for this transaction: none fills the list by
-- the state before it and deletes the row after it.
CREATE FUNCTION trip_load_unblocked() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO waitlist_due (trip_id) VALUES (NEW.trip_id) ON CONFLICT (trip_id) DO UPDATE SET since = now();
    RETURN NULL;
END $$;
CREATE TRIGGER trip_load_unblocked AFTER UPDATE OF is_blocked ON trip_load FOR EACH ROW
    WHEN (OLD.is_blocked AND NOT NEW.is_blocked) EXECUTE FUNCTION trip_load_unblocked();

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'booking_runtime') THEN
        RETURN;
    END IF;
    GRANT SELECT, INSERT, UPDATE, DELETE ON waitlist_due TO booking_runtime;
END
$$;
