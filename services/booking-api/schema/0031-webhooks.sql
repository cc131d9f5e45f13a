-- SPDX-License-Identifier: MIT
-- min_compatible: 1
-- Webhooks: receivers (api/deliver) that get the events of a tenant.
CREATE TABLE webhook (
    id           uuid        PRIMARY KEY REFERENCES receiver (id),
    tenant_id    uuid        NOT NULL,
    -- So that a tenant has at most 32.
    slot         smallint    NOT NULL CHECK (slot BETWEEN 1 AND 32),
    -- "booking.held", "booking.*"
    types        jsonb       NOT NULL CHECK (jsonb_typeof(types) = 'array' AND jsonb_array_length(types) BETWEEN 1 AND 50),
    -- The last event of the outbox that was enqueued or passed over.
    epoch        integer     NOT NULL,
    tx           xid8        NOT NULL,
    event        bigint      NOT NULL,
    -- The receiver is disabled, and the event that says so was written.
    is_announced boolean     NOT NULL DEFAULT false,
    version      bigint      NOT NULL DEFAULT 1,
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT webhook_slot_once UNIQUE (tenant_id, slot)
);
CREATE INDEX webhook_of_tenant ON webhook (tenant_id, id DESC);

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'booking_runtime') THEN
        RETURN;
    END IF;
    GRANT SELECT, INSERT, UPDATE, DELETE ON webhook TO booking_runtime;
END
$$;
