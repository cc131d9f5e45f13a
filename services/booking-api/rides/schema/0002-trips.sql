-- SPDX-License-Identifier: MIT
-- min_compatible: 1
--
-- A car on its way: where it stops and when, what its seats cost, what it has sold. Stops are counted from 0, and
-- segment i runs from stop i to stop i + 1. Money is in tiyn and whole tenge.

CREATE TABLE trip (
    id                 uuid PRIMARY KEY,
    tenant_id          uuid NOT NULL,
    driver_id          uuid NOT NULL REFERENCES driver,
    car_id             uuid NOT NULL REFERENCES car,
    status             text NOT NULL DEFAULT 'scheduled'
                       CHECK (status IN ('scheduled', 'started', 'finished', 'cancelled')),
    -- [{"place", "at", "point"?, "location"?}]: `at` is the departure, of the last stop the arrival, as it stands now.
    stops              json NOT NULL CHECK (json_array_length(stops) BETWEEN 2 AND 10),
    segment_prices     json NOT NULL, -- [a seat's price on each segment]
    departs_at         timestamptz NOT NULL,
    arrives_at         timestamptz NOT NULL,
    -- When the driver cannot be elsewhere: until half an hour behind the arrival. Stored by the writer, because
    -- timestamptz + interval depends on the zone and may stand in no generated column or index.
    busy               tstzrange NOT NULL,
    seats              integer NOT NULL CHECK (seats BETWEEN 1 AND 8),
    car_price          bigint CHECK (car_price BETWEEN 0 AND 100000000 AND car_price % 100 = 0),
    cargo_units        integer NOT NULL DEFAULT 16 CHECK (cargo_units BETWEEN 0 AND 64),
    parcel_small       bigint CHECK (parcel_small BETWEEN 0 AND 100000000 AND parcel_small % 100 = 0),
    parcel_medium      bigint CHECK (parcel_medium BETWEEN 0 AND 100000000 AND parcel_medium % 100 = 0),
    parcel_large       bigint CHECK (parcel_large BETWEEN 0 AND 100000000 AND parcel_large % 100 = 0),
    luggage_price      bigint CHECK (luggage_price BETWEEN 0 AND 100000000 AND luggage_price % 100 = 0),
    child_seats        integer NOT NULL DEFAULT 0 CHECK (child_seats BETWEEN 0 AND 4),
    child_seat_price   bigint CHECK (child_seat_price BETWEEN 0 AND 100000000 AND child_seat_price % 100 = 0),
    instant_book       boolean NOT NULL DEFAULT true,
    prepayment_percent integer NOT NULL DEFAULT 0 CHECK (prepayment_percent BETWEEN 0 AND 100),
    policy             text NOT NULL DEFAULT 'moderate' CHECK (policy IN ('flexible', 'moderate', 'strict')),
    note               text CHECK (char_length(note) BETWEEN 1 AND 500),
    confirmed_at       timestamptz, -- the driver said that he goes
    started_at         timestamptz,
    delay_minutes      bigint NOT NULL DEFAULT 0 CHECK (delay_minutes >= 0),
    -- Rides agreed before this moment may be cancelled without cost or fault.
    free_cancel_at     timestamptz,
    version            bigint NOT NULL DEFAULT 1,
    created_at         timestamptz NOT NULL DEFAULT now(),
    updated_at         timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT trip_times CHECK (arrives_at > departs_at AND lower(busy) = departs_at AND upper(busy) >= arrives_at),
    CONSTRAINT trip_driver_busy EXCLUDE USING gist (driver_id WITH =, busy WITH &&)
        WHERE (status IN ('scheduled', 'started'))
);
CREATE INDEX trip_newest ON trip (tenant_id, id);
CREATE INDEX trip_by_driver ON trip (driver_id, id);
-- What the clock has to do with trips.
CREATE INDEX trip_ahead ON trip (departs_at) WHERE status IN ('scheduled', 'started');
CREATE TRIGGER trip_changed BEFORE UPDATE ON trip FOR EACH ROW EXECUTE FUNCTION ride_row_changed();

-- Each step a trip took.
CREATE TABLE trip_history (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    trip_id     uuid NOT NULL REFERENCES trip,
    version     bigint NOT NULL,
    at          timestamptz NOT NULL DEFAULT now(),
    from_status text, -- null: it was made
    to_status   text NOT NULL,
    actor       text NOT NULL,
    reason      text,
    CONSTRAINT trip_history_step UNIQUE (trip_id, version)
);

-- What is sold of a trip: one number a segment. This row is the trip's lock. It is thin and no index reads what
-- changes in it, so that each update is a heap-only one. What must never happen, an oversold segment, is the CHECK.
-- ALL passes over NULL elements, and writing past the end pads with them: hence the two conditions behind it.
CREATE TABLE trip_load (
    trip_id     uuid PRIMARY KEY REFERENCES trip,
    segments    integer NOT NULL CHECK (segments BETWEEN 1 AND 9),
    seats       integer NOT NULL,
    cargo_units integer NOT NULL,
    child_seats integer NOT NULL,
    seat_load   smallint[] NOT NULL,
    cargo_load  smallint[] NOT NULL,
    child_load  smallint[] NOT NULL,
    -- No hold of the trip ends before; null: none waits. Until then the loads are what is taken.
    next_expiry timestamptz,
    CONSTRAINT trip_load_seats CHECK (seats >= ALL (seat_load) AND 0 <= ALL (seat_load)
        AND cardinality(seat_load) = segments AND array_position(seat_load, NULL) IS NULL),
    CONSTRAINT trip_load_cargo CHECK (cargo_units >= ALL (cargo_load) AND 0 <= ALL (cargo_load)
        AND cardinality(cargo_load) = segments AND array_position(cargo_load, NULL) IS NULL),
    CONSTRAINT trip_load_child CHECK (child_seats >= ALL (child_load) AND 0 <= ALL (child_load)
        AND cardinality(child_load) = segments AND array_position(child_load, NULL) IS NULL)
) WITH (fillfactor = 50);

-- Searches: a row for each ordered pair of stops of a trip that can be booked, at most 45.
CREATE TABLE trip_leg (
    trip_id    uuid NOT NULL REFERENCES trip,
    from_stop  smallint NOT NULL,
    to_stop    smallint NOT NULL CHECK (to_stop > from_stop),
    tenant_id  uuid NOT NULL,
    from_place text NOT NULL,
    to_place   text NOT NULL,
    departs_at timestamptz NOT NULL,
    arrives_at timestamptz NOT NULL,
    seat_price bigint NOT NULL CHECK (seat_price >= 0),
    PRIMARY KEY (trip_id, from_stop, to_stop)
);
CREATE INDEX trip_leg_by_pair ON trip_leg (tenant_id, from_place, to_place, departs_at, trip_id);

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'booking_runtime') THEN
        RETURN;
    END IF;
    GRANT SELECT, INSERT, UPDATE ON trip, trip_load TO booking_runtime;
    GRANT SELECT, INSERT, UPDATE, DELETE ON trip_leg TO booking_runtime;
    GRANT SELECT, INSERT ON trip_history TO booking_runtime;
END
$$;
