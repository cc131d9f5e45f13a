-- SPDX-License-Identifier: MIT
-- min_compatible: 1
-- How often the AI was asked today, by all copies: one row. A budget that a restart would forget is none.
CREATE TABLE ai_budget (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    -- UTC
    day    date    NOT NULL,
    calls  bigint  NOT NULL CHECK (calls >= 1)
);

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'bot_runtime') THEN
        RETURN;
    END IF;
    GRANT SELECT, INSERT, UPDATE ON ai_budget TO bot_runtime;
END
$$;
