-- SPDX-License-Identifier: MIT
-- min_compatible: 1
-- The instance that sends messages to Telegram. Only one does, so rate limits are counted in its memory.
CREATE TABLE sender (
    only_row     boolean     PRIMARY KEY DEFAULT true CHECK (only_row),
    -- The process that sends, until when no other one may, and the process that sent before. NULL: none.
    owner        uuid,
    leased_until timestamptz NOT NULL,
    previous     uuid
);
INSERT INTO sender (leased_until) VALUES ('-infinity');

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'bot_runtime') THEN
        RETURN;
    END IF;
    GRANT SELECT, UPDATE ON sender TO bot_runtime;
END
$$;
