-- SPDX-License-Identifier: MIT
-- min_compatible: 1
--
-- Links by which other channels (Airbnb, Booking and others) read the calendar of an apartment. The token itself is stored
-- nowhere: it is in the link's address, which is shown once.
CREATE TABLE calendar_link (
    id           uuid PRIMARY KEY,
    tenant_id    uuid NOT NULL,
    apartment_id uuid NOT NULL REFERENCES apartment (id),
    channel      text NOT NULL
                     CHECK (channel IN ('airbnb', 'booking', 'vrbo', 'sutochno', 'krisha', 'google', 'other')),
    name         text CHECK (char_length(name) BETWEEN 1 AND 200),
    token_hash   bytea NOT NULL CHECK (octet_length(token_hash) = 32), -- SHA-256
    last_read_at timestamptz, -- to the minute
    version      bigint NOT NULL DEFAULT 1,
    created_at   timestamptz NOT NULL DEFAULT now(),
    ended_at     timestamptz,
    CONSTRAINT calendar_link_token UNIQUE (token_hash)
);
CREATE INDEX calendar_link_of_apartment ON calendar_link (apartment_id, id DESC) WHERE ended_at IS NULL;

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'booking_runtime') THEN
        RETURN;
    END IF;
    GRANT SELECT, INSERT, UPDATE ON calendar_link TO booking_runtime;
END
$$;
