-- The whole cluster's roles and databases, with the passwords that are in the secrets' files now. Run by
-- the container postgres-roles at every `up` (roles.sh): what is there stays, a changed password takes effect.
-- Passwords come through psql's own variables: neither a command line nor an environment has them.
SET client_min_messages = warning;
-- ... and no log line either.
SET log_min_error_statement = panic;
SET log_min_duration_statement = -1;

\set postgres_password `cat /run/secrets/postgres_password`
\set directus_db_password `cat /run/secrets/directus_db_password`
\set n8n_db_password `cat /run/secrets/n8n_db_password`

ALTER ROLE postgres PASSWORD :'postgres_password';
\ir roles.sql

SELECT 'CREATE ROLE directus_user LOGIN'
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'directus_user') \gexec
SELECT 'CREATE ROLE n8n_user LOGIN'
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'n8n_user') \gexec
ALTER ROLE directus_user PASSWORD :'directus_db_password';
ALTER ROLE n8n_user PASSWORD :'n8n_db_password';
-- A transaction that has written hides newer events from every reader of a feed, whatever database it is in (pg_snapshot_xmin).
-- One statement and the pause behind it last 30 s at most. PostgreSQL 16 cannot limit a transaction of many statements; the
-- check postgres of health names its role.
ALTER ROLE directus_user SET statement_timeout = '20s';
ALTER ROLE n8n_user SET statement_timeout = '20s';
ALTER ROLE directus_user SET idle_in_transaction_session_timeout = '10s';
ALTER ROLE n8n_user SET idle_in_transaction_session_timeout = '10s';

-- Of the 50 connections (services.tsv has those of our services; tests/compose adds them up).
ALTER ROLE directus_user CONNECTION LIMIT 5;
ALTER ROLE n8n_user CONNECTION LIMIT 6;       -- a pool of 3 each for the server and for its command beside it

SELECT 'CREATE DATABASE tapbot OWNER tapbot_owner'
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'tapbot') \gexec
SELECT 'CREATE DATABASE n8n OWNER n8n_user'
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'n8n') \gexec
-- Everybody may connect everywhere unless it is said otherwise.
REVOKE ALL ON DATABASE tapbot, n8n, postgres, template1 FROM PUBLIC;
GRANT CONNECT ON DATABASE tapbot TO tapbot_migrator, tapbot_service, directus_user;

-- Directus shows people the services' tables (directus.sql says which), so its own stand beside them.
\connect tapbot
CREATE SCHEMA IF NOT EXISTS directus AUTHORIZATION directus_user;
ALTER ROLE directus_user IN DATABASE tapbot SET search_path = directus, booking, bot;
