-- SPDX-License-Identifier: MIT
-- min_compatible: 1
--
-- What the clock and a guest's erasure do with rides, and what other services may read of them.

-- Nothing of a person stands in it any more: he was erased, or it ended long ago.
ALTER TABLE ride ADD COLUMN blanked_at timestamptz;
CREATE INDEX ride_to_blank ON ride (ended_at) WHERE blanked_at IS NULL AND ended_at IS NOT NULL;
-- Parcels for a person.
CREATE INDEX ride_by_recipient ON ride (tenant_id, recipient_phone) WHERE recipient_phone IS NOT NULL;

-- --- feeds: as schema/0007-erasure-feeds.sql of booking says it; rows are never deleted ---

ALTER TABLE trip
    ADD COLUMN feed_epoch integer NOT NULL DEFAULT 1,
    ADD COLUMN feed_tx    xid8    NOT NULL DEFAULT '0';
ALTER TABLE ride
    ADD COLUMN feed_epoch integer NOT NULL DEFAULT 1,
    ADD COLUMN feed_tx    xid8    NOT NULL DEFAULT '0';
-- In two steps: a default that is no constant would write every row anew.
ALTER TABLE trip ALTER COLUMN feed_tx SET DEFAULT pg_current_xact_id();
ALTER TABLE ride ALTER COLUMN feed_tx SET DEFAULT pg_current_xact_id();
CREATE INDEX trip_fed ON trip (feed_epoch, feed_tx, id);
CREATE INDEX ride_fed ON ride (feed_epoch, feed_tx, id);

-- Whoever writes a row, its version tells that it changed, and its place in the feed is a new one.
CREATE FUNCTION ride_row_renewed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.version := OLD.version + 1;
    NEW.updated_at := now();
    NEW.feed_tx := pg_current_xact_id();
    RETURN NEW;
END $$;
DROP TRIGGER trip_changed ON trip;
DROP TRIGGER ride_changed ON ride;
CREATE TRIGGER trip_changed BEFORE UPDATE ON trip FOR EACH ROW EXECUTE FUNCTION ride_row_renewed();
CREATE TRIGGER ride_changed BEFORE UPDATE ON ride FOR EACH ROW EXECUTE FUNCTION ride_row_renewed();

-- Columns are only ever added, at the end. No name, phone, note or reason.
CREATE VIEW feed_trips AS
SELECT feed_epoch AS epoch, feed_tx AS tx, id, tenant_id, false AS deleted, driver_id, car_id, status,
    (SELECT json_agg(json_build_object('place', stop ->> 'place', 'at', stop ->> 'at') ORDER BY number)
     FROM json_array_elements(stops) WITH ORDINALITY AS listed (stop, number)) AS stops,
    segment_prices, departs_at, arrives_at, seats, car_price, cargo_units, child_seats, instant_book,
    prepayment_percent, policy, confirmed_at, started_at, delay_minutes, free_cancel_at,
    version, created_at, updated_at
FROM trip;

-- Of the passenger only what a message needs to reach him.
CREATE VIEW feed_rides AS
SELECT feed_epoch AS epoch, feed_tx AS tx, id, tenant_id, false AS deleted, code, kind, status, trip_id,
    from_stop, to_stop, from_place, to_place, depart_from, depart_to, price, seats, child_seats, luggage,
    parcel_size, passenger_telegram_id, passenger_language, total, deposit, paid, fee, refund, fault,
    policy, agreed_at, ended_at, expires_at, version, created_at, updated_at
FROM ride;

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'tapbot_feeds') THEN
        CREATE ROLE tapbot_feeds NOLOGIN;
    END IF;
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO tapbot_feeds', current_schema());
    GRANT SELECT ON feed_trips, feed_rides TO tapbot_feeds;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'booking_runtime') THEN
        -- Steps stay as they are, but for the names of people in them.
        GRANT UPDATE (actor, reason) ON ride_history TO booking_runtime;
        GRANT SELECT ON feed_trips, feed_rides TO booking_runtime;
    END IF;
END
$$;
