-- SPDX-License-Identifier: MIT
-- min_compatible: 1
--
-- Who drives, and what with. Text and jsonb with CHECKs instead of enum types, single-column keys: people see these
-- tables in Directus. Bounds are those of the API, so that a row written by hand can always be served.

CREATE EXTENSION IF NOT EXISTS btree_gist WITH SCHEMA public;

-- Whoever writes a row, its version tells that it changed: If-Match relies on it.
CREATE FUNCTION ride_row_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.version := OLD.version + 1;
    NEW.updated_at := now();
    RETURN NEW;
END $$;

CREATE TABLE driver (
    id           uuid PRIMARY KEY,
    tenant_id    uuid NOT NULL,
    name         text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
    phone        text NOT NULL CHECK (phone ~ '^\+[0-9]{5,15}$'),
    telegram_id  bigint CHECK (telegram_id > 0),
    language     text NOT NULL DEFAULT 'ru' CHECK (language IN ('ru', 'kz', 'en')),
    status       text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'active', 'suspended', 'blocked')),
    -- [{"kind", "last4", "expires_on"}], at most one of a kind: no scans, no numbers.
    documents    jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(documents) = 'array'
                     AND jsonb_array_length(documents) <= 5),
    -- The last day on which licence, car and insurance are all good; null: one of them is missing.
    papers_until date,
    rating_sum   bigint NOT NULL DEFAULT 0 CHECK (rating_sum >= 0),
    rating_count bigint NOT NULL DEFAULT 0 CHECK (rating_count >= 0),
    trips_done   bigint NOT NULL DEFAULT 0 CHECK (trips_done >= 0),
    version      bigint NOT NULL DEFAULT 1,
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now(),
    -- A Telegram account is one driver.
    CONSTRAINT driver_telegram UNIQUE (tenant_id, telegram_id)
);
CREATE INDEX driver_newest ON driver (tenant_id, id);
CREATE TRIGGER driver_changed BEFORE UPDATE ON driver FOR EACH ROW EXECUTE FUNCTION ride_row_changed();

CREATE TABLE car (
    id         uuid PRIMARY KEY,
    tenant_id  uuid NOT NULL,
    driver_id  uuid NOT NULL REFERENCES driver,
    make       text NOT NULL CHECK (char_length(make) BETWEEN 1 AND 64),
    model      text NOT NULL CHECK (char_length(model) BETWEEN 1 AND 64),
    color      text NOT NULL CHECK (char_length(color) BETWEEN 1 AND 64),
    -- 123ABC02, a firm's 123AB02, of before 2012 A123BCD.
    plate      text NOT NULL CHECK (plate ~ '^([0-9]{3}[A-Z]{2,3}(0[1-9]|1[0-9]|20)|[A-Z][0-9]{3}[A-Z]{2,3})$'),
    -- Beside the driver's: with more it is a bus.
    seats      integer NOT NULL CHECK (seats BETWEEN 1 AND 8),
    doors      integer NOT NULL CHECK (doors BETWEEN 4 AND 6),
    steering   text NOT NULL DEFAULT 'left' CHECK (steering = 'left'),
    year       integer NOT NULL CHECK (year BETWEEN 1980 AND 2100),
    is_live    boolean NOT NULL DEFAULT true, -- false: sold, given away; its trips stay
    version    bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX car_plate ON car (tenant_id, plate) WHERE is_live;
CREATE INDEX car_by_driver ON car (driver_id, id);
CREATE TRIGGER car_changed BEFORE UPDATE ON car FOR EACH ROW EXECUTE FUNCTION ride_row_changed();

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'booking_runtime') THEN
        RETURN;
    END IF;
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO booking_runtime', current_schema());
    GRANT SELECT, INSERT, UPDATE ON driver, car TO booking_runtime;
END
$$;
