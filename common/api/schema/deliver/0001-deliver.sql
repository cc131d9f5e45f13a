-- SPDX-License-Identifier: MIT
-- min_compatible: 1
-- Signed deliveries to receivers of others (api/deliver). The service's own tables refer to `receiver`, and rows are
-- made in the transaction that has something to tell.

CREATE TABLE receiver (
    id            uuid        PRIMARY KEY,
    url           text        NOT NULL CHECK (length(url) BETWEEN 8 AND 500),
    -- What signatures are made with. Nobody is shown it.
    key           bytea       NOT NULL CHECK (octet_length(key) BETWEEN 24 AND 64),
    -- Since when no call has succeeded, and what the last one came to. NULL: it works.
    failing_since timestamptz,
    last_error    text        CHECK (length(last_error) BETWEEN 1 AND 64),
    -- How often in a row it could not be reached, and until when nothing is sent to it.
    failures      integer     NOT NULL DEFAULT 0 CHECK (failures >= 0),
    rests_until   timestamptz,
    -- It has answered that it wants no more (410).
    disabled_at   timestamptz,
    created_at    timestamptz NOT NULL DEFAULT now(),
    CHECK ((failing_since IS NULL) = (last_error IS NULL)),
    CHECK (rests_until IS NULL OR failing_since IS NOT NULL)
);

-- What must stay in order for a receiver. A lane is there as long as something waits in it.
CREATE TABLE delivery_lane (
    id          uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
    receiver_id uuid        NOT NULL REFERENCES receiver (id),
    key         text        NOT NULL CHECK (length(key) BETWEEN 1 AND 100),
    -- When its head may be sent. While it is being sent: when that lease ends.
    due_at      timestamptz NOT NULL,
    -- The lease.
    leased_by   uuid,
    CONSTRAINT delivery_lane_once UNIQUE (receiver_id, key)
);
CREATE INDEX delivery_lane_due ON delivery_lane (receiver_id, due_at);
CREATE INDEX delivery_lane_leased ON delivery_lane (receiver_id, due_at) WHERE leased_by IS NOT NULL;

-- What is delivered is deleted.
CREATE TABLE delivery (
    -- The webhook-id: made of the item's and the receiver's.
    id              uuid        PRIMARY KEY,
    receiver_id     uuid        NOT NULL REFERENCES receiver (id),
    -- NULL: it waits no more.
    lane_id         uuid        REFERENCES delivery_lane (id),
    -- What it tells of. Version 7: the order within the lane.
    item_id         uuid        NOT NULL,
    idempotency_key text        CHECK (length(idempotency_key) BETWEEN 1 AND 255),
    -- Empty once it is dead.
    body            bytea       NOT NULL CHECK (octet_length(body) <= 1052672),
    status          text        NOT NULL DEFAULT 'waiting' CHECK (status IN ('waiting', 'dead')),
    -- Calls, and those of them that the receiver may have seen.
    tries           integer     NOT NULL DEFAULT 0 CHECK (tries >= 0),
    refusals        integer     NOT NULL DEFAULT 0 CHECK (refusals BETWEEN 0 AND tries),
    reason          text        CHECK (length(reason) BETWEEN 1 AND 64),
    placed_at       timestamptz NOT NULL DEFAULT now(),
    CHECK ((status = 'waiting') = (lane_id IS NOT NULL)),
    CHECK (status = 'waiting' OR (octet_length(body) = 0 AND reason IS NOT NULL))
);
CREATE INDEX delivery_in_order ON delivery (lane_id, item_id) WHERE lane_id IS NOT NULL;
CREATE INDEX delivery_by_age ON delivery (receiver_id, status, placed_at);

DO $$
BEGIN
    ALTER TABLE delivery ALTER COLUMN body SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported THEN
    RAISE NOTICE 'This server has no lz4.';
END
$$;

DO $$
DECLARE
    runtime name := current_schema() || '_runtime';
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = runtime) THEN
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON receiver, delivery_lane, delivery TO %I', runtime);
    END IF;
END
$$;
