-- SPDX-License-Identifier: MIT
-- min_compatible: 1
--
-- What a tenant says of a road, and what keeps those who ride safe.

-- In one direction: it bounds the prices of trips. Money is in tiyn and whole tenge.
CREATE TABLE route (
    id         uuid PRIMARY KEY,
    tenant_id  uuid NOT NULL,
    from_place text NOT NULL,
    to_place   text NOT NULL CHECK (to_place <> from_place),
    km         integer NOT NULL CHECK (km BETWEEN 1 AND 5000),
    minutes    integer NOT NULL CHECK (minutes BETWEEN 1 AND 10000),
    seat_price bigint NOT NULL CHECK (seat_price BETWEEN 100 AND 100000000 AND seat_price % 100 = 0),
    car_price  bigint NOT NULL CHECK (car_price BETWEEN 100 AND 100000000 AND car_price % 100 = 0),
    version    bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT route_pair UNIQUE (tenant_id, from_place, to_place)
);
CREATE TRIGGER route_changed BEFORE UPDATE ON route FOR EACH ROW EXECUTE FUNCTION ride_row_changed();

-- Who has the link of a ride follows it. The token itself is nowhere kept.
CREATE TABLE ride_share (
    id         uuid PRIMARY KEY,
    tenant_id  uuid NOT NULL,
    ride_id    uuid NOT NULL REFERENCES ride,
    token_hash bytea NOT NULL CHECK (octet_length(token_hash) = 32), -- SHA-256
    created_at timestamptz NOT NULL DEFAULT now(),
    ended_at   timestamptz,
    CONSTRAINT ride_share_token UNIQUE (token_hash)
);
CREATE INDEX ride_share_live ON ride_share (ride_id, id) WHERE ended_at IS NULL;

-- Somebody called for help.
CREATE TABLE sos (
    id          uuid PRIMARY KEY,
    tenant_id   uuid NOT NULL,
    ride_id     uuid NOT NULL REFERENCES ride,
    side        text NOT NULL CHECK (side IN ('guest', 'driver')),
    lat         double precision CHECK (lat BETWEEN -90 AND 90),
    lon         double precision CHECK (lon BETWEEN -180 AND 180),
    answered_at timestamptz,
    answered_by text,
    version     bigint NOT NULL DEFAULT 1,
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT sos_place CHECK ((lat IS NULL) = (lon IS NULL)),
    CONSTRAINT sos_answer CHECK ((answered_at IS NULL) = (answered_by IS NULL))
);
CREATE INDEX sos_by_ride ON sos (ride_id, id);
CREATE INDEX sos_unanswered ON sos (id) WHERE answered_at IS NULL;
CREATE TRIGGER sos_changed BEFORE UPDATE ON sos FOR EACH ROW EXECUTE FUNCTION ride_row_changed();

-- The last point of a trip's car. Deleted an hour after the trip's end.
CREATE TABLE trip_location (
    trip_id    uuid PRIMARY KEY REFERENCES trip,
    tenant_id  uuid NOT NULL,
    lat        double precision NOT NULL CHECK (lat BETWEEN -90 AND 90),
    lon        double precision NOT NULL CHECK (lon BETWEEN -180 AND 180),
    at         timestamptz NOT NULL, -- by the driver's clock
    updated_at timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 50);

-- What one side says of the other. It is shown when both have spoken, or a week behind the end of the ride; from then
-- on the passenger's counts in the driver's sum.
CREATE TABLE rating (
    id         uuid PRIMARY KEY,
    tenant_id  uuid NOT NULL,
    ride_id    uuid NOT NULL REFERENCES ride,
    driver_id  uuid NOT NULL REFERENCES driver,
    side       text NOT NULL CHECK (side IN ('guest', 'driver')), -- who says it
    stars      smallint NOT NULL CHECK (stars BETWEEN 1 AND 5),
    tags       json NOT NULL DEFAULT '[]',
    text       text CHECK (char_length(text) BETWEEN 1 AND 500),
    is_counted boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT rating_once UNIQUE (ride_id, side)
);
CREATE INDEX rating_uncounted ON rating (id) WHERE NOT is_counted AND side = 'guest';
-- Who never meets again.
CREATE INDEX rating_worst ON rating (driver_id) WHERE stars = 1;

CREATE TABLE complaint (
    id         uuid PRIMARY KEY,
    tenant_id  uuid NOT NULL,
    ride_id    uuid NOT NULL REFERENCES ride,
    side       text NOT NULL CHECK (side IN ('guest', 'driver')), -- who complains
    number     smallint NOT NULL CHECK (number BETWEEN 1 AND 10),
    about      text NOT NULL CHECK (about IN ('driving', 'behaviour', 'price', 'car', 'lost_thing', 'safety', 'other')),
    text       text NOT NULL CHECK (char_length(text) BETWEEN 1 AND 2000),
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT complaint_number UNIQUE (ride_id, side, number)
);

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'booking_runtime') THEN
        RETURN;
    END IF;
    GRANT SELECT, INSERT, UPDATE ON route, ride_share, sos, rating TO booking_runtime;
    GRANT SELECT, INSERT, UPDATE, DELETE ON trip_location TO booking_runtime;
    GRANT SELECT, INSERT ON complaint TO booking_runtime;
END
$$;
