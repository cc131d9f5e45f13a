-- SPDX-License-Identifier: MIT
-- min_compatible: 1
--
-- What a guest who has paid nothing may see and book.

-- From how many hours before check-in on a guest sees check_in_info.
ALTER TABLE apartment
    ADD COLUMN check_in_info_hours integer NOT NULL DEFAULT 24 CHECK (check_in_info_hours BETWEEN 0 AND 720);

-- Makes the triggers of 0013 watch all columns of the apartment. A migration that adds one calls it.
CREATE FUNCTION apartment_watch_columns() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    watched text := (
        SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute
        WHERE attrelid = 'apartment'::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
            AND attname NOT IN ('listed', 'listed_version', 'listed_shape'));
BEGIN
    EXECUTE format('CREATE OR REPLACE TRIGGER apartment_changed BEFORE UPDATE OF %s ON apartment FOR EACH ROW'
        ' EXECUTE FUNCTION row_changed()', watched);
    EXECUTE format('CREATE OR REPLACE TRIGGER apartment_fed BEFORE UPDATE OF %s ON apartment FOR EACH ROW'
        ' EXECUTE FUNCTION feed_renew()', watched);
END
$$;
DO $$ BEGIN PERFORM apartment_watch_columns(); END $$;

-- Settings of a tenant; one without a row has the defaults.
CREATE TABLE tenant_settings (
    tenant_id        uuid PRIMARY KEY,
    -- Confirmed stays without any payment that a guest may have ahead.
    unpaid_stays_max integer NOT NULL DEFAULT 2 CHECK (unpaid_stays_max BETWEEN 0 AND 100)
);

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'booking_runtime') THEN
        RETURN;
    END IF;
    GRANT SELECT ON tenant_settings TO booking_runtime;
END
$$;
