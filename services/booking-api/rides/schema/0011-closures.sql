-- SPDX-License-Identifier: MIT
-- min_compatible: 1
--
-- Roads that are shut for a time: snow, floods, repairs.
CREATE TABLE closure (
    id           uuid PRIMARY KEY,
    tenant_id    uuid NOT NULL,
    pairs        json NOT NULL CHECK (json_array_length(pairs) BETWEEN 1 AND 20), -- [{"from", "to"}], as staff said it
    closed_from  timestamptz NOT NULL,
    closed_until timestamptz NOT NULL,
    reason       text NOT NULL CHECK (reason IN ('weather', 'flood', 'repair', 'accident', 'other')),
    text         text CHECK (char_length(text) BETWEEN 1 AND 500),
    created_at   timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT closure_times CHECK (closed_until > closed_from)
);
CREATE INDEX closure_ahead ON closure (tenant_id, closed_until);

-- Each pair in both directions, as trip_leg has it.
CREATE TABLE closure_pair (
    closure_id   uuid NOT NULL REFERENCES closure ON DELETE CASCADE,
    from_place   text NOT NULL,
    to_place     text NOT NULL,
    tenant_id    uuid NOT NULL,
    closed_from  timestamptz NOT NULL,
    closed_until timestamptz NOT NULL,
    PRIMARY KEY (closure_id, from_place, to_place)
);
CREATE INDEX closure_pair_ahead ON closure_pair (tenant_id, closed_until);

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'booking_runtime') THEN
        RETURN;
    END IF;
    GRANT SELECT, INSERT, DELETE ON closure, closure_pair TO booking_runtime;
END
$$;
