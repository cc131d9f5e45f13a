-- SPDX-License-Identifier: MIT
-- min_compatible: 1
-- Forwards that take matching updates over from the dialogue.
ALTER TABLE forward ADD COLUMN exclusive boolean NOT NULL DEFAULT false;

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'bot_runtime') THEN
        RETURN;
    END IF;
    GRANT UPDATE (match, exclusive, version) ON forward TO bot_runtime;
END
$$;
