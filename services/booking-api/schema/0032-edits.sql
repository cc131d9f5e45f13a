-- SPDX-License-Identifier: MIT
-- min_compatible: 1
-- Changes that people make past the API, in Directus or psql, leave an audit row too; of an apartment the service then
-- writes the event. Programs are told apart by their session: Directus by its role, psql by the application_name that it
-- gives itself. Directus does not tell PostgreSQL which of its users has made a change: its own activity log has them.
CREATE FUNCTION edited_by() RETURNS text LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN session_user = 'directus_user' THEN 'directus'
        WHEN current_setting('application_name') = 'psql' THEN 'psql:' || session_user END
$$;

-- Apartments whose event is still to be written.
CREATE TABLE apartment_edited (
    apartment_id uuid        PRIMARY KEY REFERENCES apartment (id) ON DELETE CASCADE,
    edited_at    timestamptz NOT NULL DEFAULT now()
);

-- The arguments are those of the audit row: action, kind and column of the id.
CREATE FUNCTION record_edit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    edited jsonb := to_jsonb(NEW);
BEGIN
    INSERT INTO audit (tenant_id, actor, route, action, resource_type, resource_id, resource_version)
    VALUES (NEW.tenant_id, edited_by(), split_part(edited_by(), ':', 1) || ' ' || TG_TABLE_NAME, TG_ARGV[0], TG_ARGV[1],
            (edited ->> TG_ARGV[2])::uuid, coalesce((edited ->> 'version')::bigint, 1));
    IF TG_TABLE_NAME = 'apartment' THEN
        INSERT INTO apartment_edited (apartment_id) VALUES (NEW.id) ON CONFLICT DO NOTHING;
    END IF;
    RETURN NULL;
END $$;
REVOKE EXECUTE ON FUNCTION record_edit() FROM PUBLIC;

-- Only a change that the version counts: a refreshed JSON is none.
CREATE TRIGGER apartment_edit AFTER UPDATE ON apartment FOR EACH ROW
    WHEN (edited_by() IS NOT NULL AND OLD.version <> NEW.version)
    EXECUTE FUNCTION record_edit('apartment.update', 'apartment', 'id');
CREATE TRIGGER owner_edit AFTER UPDATE ON owner FOR EACH ROW
    WHEN (edited_by() IS NOT NULL) EXECUTE FUNCTION record_edit('owner.update', 'owner', 'id');
CREATE TRIGGER tenant_settings_edit AFTER INSERT OR UPDATE ON tenant_settings FOR EACH ROW
    WHEN (edited_by() IS NOT NULL) EXECUTE FUNCTION record_edit('tenant_settings.update', 'tenant_settings', 'tenant_id');

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'booking_runtime') THEN
        RETURN;
    END IF;
    GRANT SELECT, UPDATE, DELETE ON apartment_edited TO booking_runtime;
END
$$;
