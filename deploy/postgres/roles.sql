-- The roles of the database `tapbot`: everything is owned by tapbot_owner; each service has a
-- migrator, which acts as the owner, and a runtime role, which gets only what migrations grant.
-- Run by a superuser, as often as one likes:
--   psql -v booking_migrator_password=... -v booking_runtime_password=... -f roles.sql
SET client_min_messages = warning;
SELECT 'CREATE ROLE tapbot_owner NOLOGIN'
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'tapbot_owner') \gexec
SELECT 'CREATE ROLE booking_migrator LOGIN'
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'booking_migrator') \gexec
SELECT 'CREATE ROLE booking_runtime LOGIN'
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'booking_runtime') \gexec

ALTER ROLE booking_migrator PASSWORD :'booking_migrator_password';
ALTER ROLE booking_runtime PASSWORD :'booking_runtime_password';
GRANT tapbot_owner TO booking_migrator;
ALTER ROLE booking_migrator SET role = 'tapbot_owner';

-- An idle open transaction would hide newer events from every reader (pg_snapshot_xmin).
ALTER ROLE booking_migrator SET idle_in_transaction_session_timeout = '60s';
ALTER ROLE booking_runtime SET idle_in_transaction_session_timeout = '5s';
