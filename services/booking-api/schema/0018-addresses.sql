-- SPDX-License-Identifier: MIT
-- min_compatible: 1
--
-- The address in Kazakh and English; `address` is Russian. NULL: Russian is shown.

ALTER TABLE apartment
    ADD COLUMN address_kz text CHECK (char_length(address_kz) BETWEEN 1 AND 200),
    ADD COLUMN address_en text CHECK (char_length(address_en) BETWEEN 1 AND 200);

-- The triggers of 0013-listed.sql, with the new columns.
DO $$
DECLARE
    of_apartments text := (
        SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute
        WHERE attrelid = 'apartment'::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
            AND attname NOT IN ('listed', 'listed_version', 'listed_shape'));
BEGIN
    EXECUTE format('CREATE OR REPLACE TRIGGER apartment_changed BEFORE UPDATE OF %s ON apartment FOR EACH ROW'
        ' EXECUTE FUNCTION row_changed()', of_apartments);
    EXECUTE format('CREATE OR REPLACE TRIGGER apartment_fed BEFORE UPDATE OF %s ON apartment FOR EACH ROW'
        ' EXECUTE FUNCTION feed_renew()', of_apartments);
END $$;
