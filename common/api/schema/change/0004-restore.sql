-- SPDX-License-Identifier: MIT
-- min_compatible: 1
-- After the database was restored to an earlier time, transaction numbers repeat, so a reader whose cursor is outside the
-- database may be ahead of all new events. In a higher epoch they come after every cursor. The epoch is a number of seconds:
-- a counter would repeat too if the database were restored a second time.
CREATE FUNCTION raise_epoch() RETURNS text LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    raised integer := greatest(2, (SELECT max(epoch) FROM outbox) + 1,
                               extract(epoch FROM clock_timestamp() - timestamptz '2026-01-01 00:00Z')::integer);
BEGIN
    EXECUTE format('ALTER TABLE outbox ALTER COLUMN epoch SET DEFAULT %s', raised);
    RETURN format('epoch of events: %s', raised);
END
$$;

-- Called in each schema after a restore, before the services start; returns what it did. A service with more to do
-- replaces it.
CREATE FUNCTION after_restore() RETURNS text LANGUAGE sql SET search_path FROM CURRENT AS 'SELECT raise_epoch()';

REVOKE ALL ON FUNCTION raise_epoch(), after_restore() FROM PUBLIC;
