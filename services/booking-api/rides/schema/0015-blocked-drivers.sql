-- SPDX-License-Identifier: MIT
-- min_compatible: 1
--
-- While a driver is blocked, nobody gets a place on his trips. The flag is in the row that every order locks and
-- updates, so an order either commits before the block or is refused by it. Rides that exist stay.

ALTER TABLE trip_load ADD COLUMN is_blocked boolean NOT NULL DEFAULT false;
UPDATE trip_load SET is_blocked = true
WHERE trip_id IN (SELECT t.id FROM trip t JOIN driver d ON d.id = t.driver_id
                  WHERE d.status = 'blocked' AND t.status IN ('scheduled', 'started'));

CREATE FUNCTION trip_load_refuse_growth() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM unnest(NEW.seat_load, NEW.cargo_load, NEW.child_load,
                                  OLD.seat_load, OLD.cargo_load, OLD.child_load)
                   AS load (seats, cargo, children, seats_before, cargo_before, children_before)
               WHERE seats > seats_before OR cargo > cargo_before OR children > children_before) THEN
        RAISE EXCEPTION 'the driver of trip % is blocked', NEW.trip_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'trip_load_blocked';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER trip_load_blocked BEFORE UPDATE ON trip_load FOR EACH ROW WHEN (NEW.is_blocked)
    EXECUTE FUNCTION trip_load_refuse_growth();

-- Locks in the order drivers < trips, trips by id. Definer's rights: whoever may block drivers may do this.
CREATE FUNCTION driver_block_trips() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    live uuid[] := ARRAY(SELECT id FROM trip WHERE driver_id = NEW.id AND status IN ('scheduled', 'started'));
BEGIN
    PERFORM FROM trip_load WHERE trip_id = ANY (live) ORDER BY trip_id FOR NO KEY UPDATE;
    UPDATE trip_load SET is_blocked = NEW.status = 'blocked' WHERE trip_id = ANY (live);
    RETURN NULL;
END $$;
CREATE TRIGGER driver_blocked AFTER UPDATE OF status ON driver FOR EACH ROW
    WHEN ((OLD.status = 'blocked') <> (NEW.status = 'blocked')) EXECUTE FUNCTION driver_block_trips();
