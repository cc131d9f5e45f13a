-- SPDX-License-Identifier: MIT
-- min_compatible: 1
-- What may be forgotten, and what the service finds out of its bots by itself.

-- Messages to which nothing happens any more. `uncertain` is not one of them: somebody has to decide.
CREATE INDEX sending_by_age ON sending (updated_at)
    WHERE status IN ('sent', 'failed', 'expired', 'superseded', 'cancelled');

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'bot_runtime') THEN
        RETURN;
    END IF;
    GRANT DELETE ON sending TO bot_runtime;
    -- getMe tells it, where nobody has typed it.
    GRANT UPDATE (username) ON bot TO bot_runtime;
END
$$;
