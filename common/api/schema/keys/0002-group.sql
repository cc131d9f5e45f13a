-- SPDX-License-Identifier: MIT
-- min_compatible: 1
-- The runtime role of each service is a member of tapbot_service: a role that is made after this file was
-- applied has the same rights as the others. deploy/postgres/roles.sql makes the group before any migration.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'tapbot_service') THEN
        CREATE ROLE tapbot_service NOLOGIN;
    END IF;
END
$$;
GRANT USAGE ON SCHEMA api TO tapbot_service;
GRANT SELECT ON tenant, client, api_key TO tapbot_service;
GRANT UPDATE (last_used_at) ON api_key TO tapbot_service;
