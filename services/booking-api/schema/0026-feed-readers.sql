-- SPDX-License-Identifier: MIT
-- min_compatible: 1
--
-- 0007 let the role of every service that existed then read the feeds. Consumers are members of tapbot_feeds (0009); other
-- roles, such as those of bot-gateway and health, lose the views and the schema. The service's own role keeps both.
DO $$
DECLARE
    reader name;
BEGIN
    FOR reader IN
        SELECT DISTINCT r.rolname
        FROM pg_class c CROSS JOIN aclexplode(c.relacl) AS granted JOIN pg_roles r ON r.oid = granted.grantee
        WHERE c.oid IN ('feed_apartments'::regclass, 'feed_bookings'::regclass)
            AND r.rolname LIKE '%\_runtime' AND r.rolname <> 'booking_runtime'
    LOOP
        EXECUTE format('REVOKE SELECT ON feed_apartments, feed_bookings FROM %I', reader);
        EXECUTE format('REVOKE USAGE ON SCHEMA %I FROM %I', current_schema(), reader);
    END LOOP;
END
$$;
