-- SPDX-License-Identifier: MIT
-- min_compatible: 1
-- Who else hears of a bot's updates. Where it is sent and what became of that is its receiver's.
CREATE TABLE forward (
    -- The receiver's.
    id         uuid        PRIMARY KEY REFERENCES receiver (id),
    bot_id     uuid        NOT NULL REFERENCES bot (id),
    -- So that a bot has at most 32.
    slot       smallint    NOT NULL CHECK (slot BETWEEN 1 AND 32),
    -- Which updates, as the API has it. NULL: all.
    match      jsonb       CHECK (jsonb_typeof(match) = 'object'),
    version    bigint      NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT forward_slot_once UNIQUE (bot_id, slot)
);

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'bot_runtime') THEN
        RETURN;
    END IF;
    GRANT SELECT, INSERT, DELETE ON forward TO bot_runtime;
END
$$;
