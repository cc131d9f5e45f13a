-- SPDX-License-Identifier: MIT
-- min_compatible: 1
-- An event as GET /v1/events shows it. Times have milliseconds, cut, not rounded.
CREATE FUNCTION event_json(event outbox) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT '{"id":"' || event.event_id || '","type":' || to_json(event.type) || ',"occurred_at":"'
        || to_char(event.occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
        || '","sequence":' || event.sequence || ',"resource":{"type":' || to_json(event.resource_type) || ',"id":"'
        || event.resource_id || '","version":' || event.resource_version || '},"data":' || event.data || '}'
$$;
