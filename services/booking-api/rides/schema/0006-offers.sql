-- SPDX-License-Identifier: MIT
-- min_compatible: 1
--
-- Who waits for room on a trip, and what drivers offer to rides that look for one.

-- Read under the lock of the trip whenever something of it becomes free.
CREATE INDEX ride_waiting ON ride (trip_id, id) WHERE status = 'open' AND trip_id IS NOT NULL;

CREATE TABLE offer (
    id         uuid PRIMARY KEY,
    tenant_id  uuid NOT NULL,
    ride_id    uuid NOT NULL REFERENCES ride,
    driver_id  uuid NOT NULL REFERENCES driver,
    car_id     uuid NOT NULL REFERENCES car,
    trip_id    uuid REFERENCES trip, -- null: one is made when it is accepted
    status     text NOT NULL CHECK (status IN ('pending', 'accepted', 'lost', 'rejected', 'withdrawn', 'superseded',
                   'expired')),
    price      bigint NOT NULL CHECK (price BETWEEN 0 AND 100000000 AND price % 100 = 0), -- of all of it; tiyn
    depart_at  timestamptz NOT NULL,
    arrive_at  timestamptz NOT NULL CHECK (arrive_at > depart_at), -- as far as one knows before
    sell_rest  boolean NOT NULL,
    expires_at timestamptz NOT NULL,
    version    bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT offer_on_trip CHECK (status <> 'accepted' OR trip_id IS NOT NULL)
);
CREATE INDEX offer_by_ride ON offer (ride_id, id);
CREATE INDEX offer_pending ON offer (driver_id, id) WHERE status = 'pending';
-- A driver's next offer supersedes the one before, and a ride goes to one.
CREATE UNIQUE INDEX offer_one_pending ON offer (ride_id, driver_id) WHERE status = 'pending';
CREATE UNIQUE INDEX offer_one_accepted ON offer (ride_id) WHERE status = 'accepted';
CREATE TRIGGER offer_changed BEFORE UPDATE ON offer FOR EACH ROW EXECUTE FUNCTION ride_row_changed();

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'booking_runtime') THEN
        RETURN;
    END IF;
    GRANT SELECT, INSERT, UPDATE ON offer TO booking_runtime;
END
$$;
