-- SPDX-License-Identifier: MIT
-- min_compatible: 1
-- How often each tenant asked for the AI today, whether or not it was granted, so that one tenant does not use up the calls
-- of all.
CREATE TABLE ai_tenant (
    tenant_id uuid   PRIMARY KEY,
    -- UTC
    day       date   NOT NULL,
    asked     bigint NOT NULL CHECK (asked >= 1)
);

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'bot_runtime') THEN
        GRANT SELECT, INSERT, UPDATE ON ai_tenant TO bot_runtime;
    END IF;
END
$$;
