-- SPDX-License-Identifier: MIT
-- min_compatible: 1
-- Who reads the feeds is a member of tapbot_feeds (column `groups` of services.tsv), however long after this
-- file was applied his role was made. deploy/postgres/roles.sql makes the group before any migration.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'tapbot_feeds') THEN
        CREATE ROLE tapbot_feeds NOLOGIN;
    END IF;
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO tapbot_feeds', current_schema());
END
$$;
GRANT SELECT ON feed_apartments, feed_bookings TO tapbot_feeds;
