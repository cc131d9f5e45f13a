-- SPDX-License-Identifier: MIT
-- min_compatible: 1
--
-- Who has which nights. Holds, stays and blocks share one table, because only then one constraint
-- can promise that no night is sold twice. It is thin: status, version and times live here and
-- nowhere else; what was agreed with the guest is in booking, what happened in booking_history.

CREATE EXTENSION IF NOT EXISTS btree_gist WITH SCHEMA public;

CREATE TABLE occupancy (
    id           uuid PRIMARY KEY,
    tenant_id    uuid NOT NULL,
    apartment_id uuid NOT NULL REFERENCES apartment (id),
    kind         text NOT NULL CHECK (kind IN ('booking', 'block', 'feed')),
    status       text NOT NULL CHECK (status IN (
                     'held', 'requested', 'payment_claimed', 'confirmed', 'checked_in', 'completed',
                     'expired', 'declined', 'cancelled', 'no_show', 'blocked', 'released')),
    check_in     date NOT NULL,
    check_out    date NOT NULL, -- the day after the last night
    buffer_days  integer NOT NULL DEFAULT 0 CHECK (buffer_days BETWEEN 0 AND 366),
    -- Widened on the check-out side only: widening both sides would count a buffer twice.
    nights       daterange NOT NULL
                     GENERATED ALWAYS AS (daterange(check_in, check_out + buffer_days)) STORED,
    expires_at   timestamptz, -- a hold, request or claim that nobody answered ends here
    reason       text,        -- of a block
    version      bigint NOT NULL DEFAULT 1,
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT occupancy_stay CHECK (check_out > check_in AND check_out - check_in <= 366),
    CONSTRAINT occupancy_waits CHECK (
        status NOT IN ('held', 'requested', 'payment_claimed') OR expires_at IS NOT NULL),
    CONSTRAINT occupancy_kind_status CHECK (
        (kind = 'booking') = (status NOT IN ('blocked', 'released'))),
    CONSTRAINT occupancy_no_overlap EXCLUDE USING gist (apartment_id WITH =, nights WITH &&)
        WHERE (status IN ('held', 'requested', 'payment_claimed', 'confirmed', 'checked_in',
                          'blocked'))
);

-- Is the flat free on these nights? The first row from check-in on decides: for searches, which ask
-- it of many flats, a tenth of what the constraint's own index takes.
CREATE INDEX occupancy_by_apartment ON occupancy (apartment_id, (check_out + buffer_days), check_in)
    WHERE status IN ('held', 'requested', 'payment_claimed', 'confirmed', 'checked_in', 'blocked');
-- The sweeper's.
CREATE INDEX occupancy_expiry ON occupancy (expires_at)
    WHERE status IN ('held', 'requested', 'payment_claimed');
-- What waits for owner or staff, among all that is over.
CREATE INDEX occupancy_waiting ON occupancy (tenant_id, id DESC)
    WHERE status IN ('held', 'requested', 'payment_claimed');

CREATE TABLE booking (
    id                uuid PRIMARY KEY REFERENCES occupancy (id),
    tenant_id         uuid NOT NULL,
    code              text NOT NULL, -- for people to read out
    apartment_id      uuid NOT NULL REFERENCES apartment (id),
    owner_id          uuid NOT NULL, -- of the flat when it was booked
    guest_name        text NOT NULL,
    guest_phone       text,          -- E.164
    guest_telegram_id bigint,
    guest_language    text NOT NULL DEFAULT 'ru' CHECK (guest_language IN ('ru', 'kz', 'en')),
    note              text,
    guests            integer NOT NULL CHECK (guests >= 1),
    lines             json NOT NULL, -- the price as it was agreed, byte for byte; tiyn
    total             bigint NOT NULL CHECK (total >= 0),
    deposit           bigint NOT NULL CHECK (deposit BETWEEN 0 AND total),
    paid              bigint NOT NULL DEFAULT 0 CHECK (paid >= 0),
    created_at        timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT booking_code UNIQUE (tenant_id, code)
);

CREATE INDEX booking_by_tenant ON booking (tenant_id, id DESC);
CREATE INDEX booking_by_apartment ON booking (apartment_id, id DESC);
CREATE INDEX booking_by_owner ON booking (owner_id, id DESC);
-- A guest's own list, and how many nights he holds without paying (ids begin with the time).
CREATE INDEX booking_by_telegram ON booking (tenant_id, guest_telegram_id, id DESC)
    WHERE guest_telegram_id IS NOT NULL;
CREATE INDEX booking_by_phone ON booking (tenant_id, guest_phone, id DESC)
    WHERE guest_phone IS NOT NULL;

-- Each step a booking took. A version is made by one step.
CREATE TABLE booking_history (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    booking_id  uuid NOT NULL REFERENCES booking (id),
    version     bigint NOT NULL,
    at          timestamptz NOT NULL DEFAULT now(),
    from_status text, -- null: it was made
    to_status   text NOT NULL,
    actor       text NOT NULL,
    reason      text,
    CONSTRAINT booking_history_step UNIQUE (booking_id, version)
);
