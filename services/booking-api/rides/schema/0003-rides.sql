-- SPDX-License-Identifier: MIT
-- min_compatible: 1
--
-- A ride is one row from the wish to the arrival: seats, a whole car or a parcel.

-- While a ride has such a status, what it takes of its trip is nobody else's.
CREATE FUNCTION ride_takes(status text) RETURNS boolean IMMUTABLE PARALLEL SAFE
    RETURN status IN ('held', 'requested', 'payment_claimed', 'confirmed', 'boarded');

-- Somebody has until expires_at to act.
CREATE FUNCTION ride_waits(status text) RETURNS boolean IMMUTABLE PARALLEL SAFE
    RETURN status IN ('open', 'held', 'requested', 'payment_claimed');

-- Nobody acted in time. The stored status is the old one until a writer or the sweeper makes it 'expired'.
CREATE FUNCTION ride_is_over(status text, expires_at timestamptz) RETURNS boolean STABLE PARALLEL SAFE
    RETURN ride_waits(status) AND expires_at <= now();

CREATE TABLE ride (
    id                    uuid PRIMARY KEY,
    tenant_id             uuid NOT NULL,
    code                  text NOT NULL, -- for people to read out
    kind                  text NOT NULL CHECK (kind IN ('seat', 'car', 'parcel')),
    status                text NOT NULL CHECK (status IN ('open', 'held', 'requested', 'payment_claimed', 'confirmed',
                              'boarded', 'completed', 'expired', 'declined', 'cancelled', 'no_show')),
    trip_id               uuid REFERENCES trip,
    from_stop             smallint,
    to_stop               smallint,
    from_place            text NOT NULL,
    to_place              text NOT NULL,
    -- What an open one wishes; with a trip it waits for room on it.
    depart_from           timestamptz,
    depart_to             timestamptz,
    price                 bigint CHECK (price >= 0),
    auto_accept           boolean NOT NULL DEFAULT false,
    seats                 smallint NOT NULL CHECK (seats BETWEEN 0 AND 8), -- passengers
    child_seats           smallint NOT NULL DEFAULT 0 CHECK (child_seats BETWEEN 0 AND 4),
    luggage               smallint NOT NULL DEFAULT 0 CHECK (luggage BETWEEN 0 AND 8),
    parcel_size           text CHECK (parcel_size IN ('small', 'medium', 'large')),
    recipient_name        text CHECK (char_length(recipient_name) BETWEEN 1 AND 200),
    recipient_phone       text CHECK (recipient_phone ~ '^\+[0-9]{5,15}$'),
    delivery_code         text,
    delivery_tries        smallint NOT NULL DEFAULT 0,
    -- What it takes of its trip on each of its segments.
    seat_load             smallint NOT NULL CHECK (seat_load >= 0),
    cargo_load            smallint NOT NULL CHECK (cargo_load >= 0),
    child_load            smallint NOT NULL CHECK (child_load >= 0),
    passenger_name        text NOT NULL,
    passenger_phone       text, -- E.164
    passenger_telegram_id bigint,
    passenger_language    text NOT NULL DEFAULT 'ru' CHECK (passenger_language IN ('ru', 'kz', 'en')),
    note                  text,
    lines                 json NOT NULL, -- the price as it was agreed, byte for byte; tiyn
    total                 bigint NOT NULL CHECK (total >= 0),
    deposit               bigint NOT NULL CHECK (deposit BETWEEN 0 AND total),
    paid                  bigint NOT NULL DEFAULT 0 CHECK (paid >= 0),
    fee                   bigint CHECK (fee >= 0),    -- kept when it was cancelled
    refund                bigint CHECK (refund >= 0), -- goes back
    fault                 text CHECK (fault IN ('passenger', 'driver', 'none')),
    policy                text NOT NULL CHECK (policy IN ('flexible', 'moderate', 'strict')),
    agreed_at             timestamptz, -- it was confirmed
    ended_at              timestamptz,
    expires_at            timestamptz, -- who waits, waits until then
    version               bigint NOT NULL DEFAULT 1,
    created_at            timestamptz NOT NULL DEFAULT now(),
    updated_at            timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT ride_code UNIQUE (tenant_id, code),
    CONSTRAINT ride_stops CHECK ((trip_id IS NULL) = (from_stop IS NULL) AND (trip_id IS NULL) = (to_stop IS NULL)
        AND to_stop > from_stop),
    CONSTRAINT ride_on_trip CHECK (status = 'open' OR trip_id IS NOT NULL OR status IN ('expired', 'cancelled')),
    CONSTRAINT ride_waits_until CHECK (NOT ride_waits(status) OR expires_at IS NOT NULL)
);
CREATE INDEX ride_newest ON ride (tenant_id, id);
CREATE INDEX ride_by_telegram ON ride (tenant_id, passenger_telegram_id, id) WHERE passenger_telegram_id IS NOT NULL;
CREATE INDEX ride_by_phone ON ride (tenant_id, passenger_phone, id) WHERE passenger_phone IS NOT NULL;
CREATE INDEX ride_by_trip ON ride (trip_id, id) WHERE trip_id IS NOT NULL;
-- What drivers look for, and what the sweeper ends.
CREATE INDEX ride_open ON ride (tenant_id, from_place, to_place, id) WHERE status = 'open' AND trip_id IS NULL;
CREATE INDEX ride_expiry ON ride (expires_at) WHERE status IN ('open', 'held', 'requested', 'payment_claimed');

CREATE TRIGGER ride_changed BEFORE UPDATE ON ride FOR EACH ROW EXECUTE FUNCTION ride_row_changed();

-- Each step a ride took.
CREATE TABLE ride_history (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    ride_id     uuid NOT NULL REFERENCES ride,
    version     bigint NOT NULL,
    at          timestamptz NOT NULL DEFAULT now(),
    from_status text, -- null: it was made
    to_status   text NOT NULL,
    actor       text NOT NULL,
    reason      text,
    fee         bigint,
    refund      bigint,
    CONSTRAINT ride_history_step UNIQUE (ride_id, version)
);

-- The load of segments from_stop .. to_stop - 1, `by` more. Writing past the end would pad with NULL: the CHECK of
-- trip_load refuses it.
CREATE FUNCTION load_plus(load smallint[], from_stop integer, to_stop integer, by integer) RETURNS smallint[]
    LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    IF by <> 0 THEN
        FOR i IN from_stop + 1 .. to_stop LOOP
            load[i] := load[i] + by;
        END LOOP;
    END IF;
    RETURN load;
END $$;

-- The load is the sum of the rides that take, whoever writes them. An UPDATE of one ride is one of its trip's row.
-- Definer's rights: whoever may write rides may do this.
CREATE FUNCTION ride_loads() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    was boolean := TG_OP <> 'INSERT' AND ride_takes(OLD.status);
    is_ boolean := TG_OP <> 'DELETE' AND ride_takes(NEW.status);
BEGIN
    IF was AND is_ AND (OLD.trip_id, OLD.from_stop, OLD.to_stop, OLD.seat_load, OLD.cargo_load, OLD.child_load)
                     = (NEW.trip_id, NEW.from_stop, NEW.to_stop, NEW.seat_load, NEW.cargo_load, NEW.child_load) THEN
        IF ride_waits(NEW.status) AND NEW.expires_at IS DISTINCT FROM OLD.expires_at THEN
            UPDATE trip_load SET next_expiry = least(next_expiry, NEW.expires_at) WHERE trip_id = NEW.trip_id;
        END IF;
        RETURN NULL;
    END IF;
    IF was THEN
        UPDATE trip_load SET
            seat_load = load_plus(seat_load, OLD.from_stop, OLD.to_stop, -OLD.seat_load),
            cargo_load = load_plus(cargo_load, OLD.from_stop, OLD.to_stop, -OLD.cargo_load),
            child_load = load_plus(child_load, OLD.from_stop, OLD.to_stop, -OLD.child_load)
        WHERE trip_id = OLD.trip_id;
    END IF;
    IF is_ THEN
        UPDATE trip_load SET
            seat_load = load_plus(seat_load, NEW.from_stop, NEW.to_stop, NEW.seat_load),
            cargo_load = load_plus(cargo_load, NEW.from_stop, NEW.to_stop, NEW.cargo_load),
            child_load = load_plus(child_load, NEW.from_stop, NEW.to_stop, NEW.child_load),
            next_expiry = CASE WHEN ride_waits(NEW.status) THEN least(next_expiry, NEW.expires_at)
                               ELSE next_expiry END
        WHERE trip_id = NEW.trip_id;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'trip % has no load', NEW.trip_id USING ERRCODE = 'foreign_key_violation';
        END IF;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ride_loaded AFTER INSERT OR DELETE OR UPDATE ON ride
    FOR EACH ROW EXECUTE FUNCTION ride_loads();

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'booking_runtime') THEN
        RETURN;
    END IF;
    GRANT SELECT, INSERT, UPDATE ON ride TO booking_runtime;
    GRANT SELECT, INSERT ON ride_history TO booking_runtime;
END
$$;
