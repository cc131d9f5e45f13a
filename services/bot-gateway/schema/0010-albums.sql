-- SPDX-License-Identifier: MIT
-- min_compatible: 1
-- Pictures sent together are one turn.

-- The update of the same album whose turn this one was part of. NULL: it had its own.
ALTER TABLE update ADD COLUMN spoken_by uuid;

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'bot_runtime') THEN
        RETURN;
    END IF;
    GRANT UPDATE (spoken_by) ON update TO bot_runtime;
END
$$;
