-- All roles and databases of the cluster, with the current passwords of the secrets' files. The container
-- postgres-roles runs it at every `up` (roles.sh): it creates missing roles and databases and sets the passwords.
-- Passwords are passed through psql variables, not on a command line or in the environment.
SET client_min_messages = warning;
-- Passwords must not be logged either.
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
-- An open transaction that has written hides newer events from all readers of feeds, even from another database
-- (pg_snapshot_xmin). One statement and the pause after it take at most 30 s. PostgreSQL 16 cannot limit the duration of a
-- transaction of many statements; the check postgres of health reports its role.
ALTER ROLE directus_user SET statement_timeout = '20s';
ALTER ROLE n8n_user SET statement_timeout = '20s';
ALTER ROLE directus_user SET idle_in_transaction_session_timeout = '10s';
ALTER ROLE n8n_user SET idle_in_transaction_session_timeout = '10s';

-- Of the 50 connections (services.tsv has those of our services; tests/compose adds them up).
ALTER ROLE directus_user CONNECTION LIMIT 5;
ALTER ROLE n8n_user CONNECTION LIMIT 6;       -- a pool of 3 each for the server and for a command that runs next to it

SELECT 'CREATE DATABASE tapbot OWNER tapbot_owner'
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'tapbot') \gexec
SELECT 'CREATE DATABASE n8n OWNER n8n_user'
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'n8n') \gexec
-- By default every role may connect to every database.
REVOKE ALL ON DATABASE tapbot, n8n, postgres, template1 FROM PUBLIC;
GRANT CONNECT ON DATABASE tapbot TO tapbot_migrator, tapbot_service, directus_user;

-- Directus shows tables of the services (listed in directus.sql), so its own tables are in the same database.
\connect tapbot
CREATE SCHEMA IF NOT EXISTS directus AUTHORIZATION directus_user;
ALTER ROLE directus_user IN DATABASE tapbot SET search_path = directus, booking, bot;
