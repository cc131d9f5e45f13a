-- SPDX-License-Identifier: MIT
-- The row of the demo's bot, `apartments`; `deploy/tapbot demo` writes its files.
--
--   psql -v tenant=<uuid> -v second_tenant=<uuid> -f load.sql
--
-- as a role that owns the tables. Loading twice changes nothing.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
SET search_path = bot, api, public;
BEGIN;

INSERT INTO tenant (id, name) VALUES (:'tenant', 'demo'), (:'second_tenant', 'second')
ON CONFLICT DO NOTHING;

INSERT INTO bot (id, name, tenant_id) VALUES ('018f0007-0000-7000-8000-000000000001', 'apartments', :'tenant')
ON CONFLICT DO NOTHING;

COMMIT;
