-- SPDX-License-Identifier: MIT
-- min_compatible: 1
--
-- The departure that driver and passenger agreed on. The driver is judged by it, because a delay must not excuse a late
-- cancellation. It was computed from the delays of the whole trip, which do not move every stop. NULL in rides that were
-- agreed before this migration. A trigger sets it, so that older copies of the service do so too.
ALTER TABLE ride ADD COLUMN agreed_departs_at timestamptz;

CREATE FUNCTION ride_set_agreed_departure() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    NEW.agreed_departs_at := (
        SELECT departs_at FROM trip_leg
        WHERE trip_id = NEW.trip_id AND from_stop = NEW.from_stop AND to_stop = NEW.to_stop AND NEW.agreed_at IS NOT NULL);
    RETURN NEW;
END $$;
CREATE TRIGGER ride_made_agreed BEFORE INSERT ON ride FOR EACH ROW
    WHEN (NEW.agreed_at IS NOT NULL) EXECUTE FUNCTION ride_set_agreed_departure();
CREATE TRIGGER ride_agreed BEFORE UPDATE OF agreed_at ON ride FOR EACH ROW
    WHEN (NEW.agreed_at IS DISTINCT FROM OLD.agreed_at) EXECUTE FUNCTION ride_set_agreed_departure();
