-- SPDX-License-Identifier: MIT
-- min_compatible: 1
-- A call of the update's turn has changed something in another service, or may have. Its person is not told to send it
-- again while that can still be found out.
ALTER TABLE update ADD COLUMN acted boolean NOT NULL DEFAULT false;

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'bot_runtime') THEN
        RETURN;
    END IF;
    GRANT UPDATE (acted) ON update TO bot_runtime;
END
$$;
