-- SPDX-License-Identifier: MIT
-- min_compatible: 1
--
-- What everybody is shown of a flat, as JSON: written by the service with the flat, because it is read a thousand
-- times for each change. Derived, never written by hand.

-- The members of the flat's JSON object, without its braces.
ALTER TABLE apartment
    ADD COLUMN listed         text,
    ADD COLUMN listed_version bigint, -- the version of the flat that is shown: any other change makes it out of date
    ADD COLUMN listed_shape   integer; -- which members, and how they are written; from 1

-- A page of a list reads it for each of its rows: it stays in the row and is not compressed. Three rows of 2.7 kB
-- fill a page; of a longer one the descriptions are compressed first, by what takes the least time.
ALTER TABLE apartment
    ALTER COLUMN listed SET STORAGE MAIN,
    ALTER COLUMN description_ru SET COMPRESSION lz4,
    ALTER COLUMN description_kz SET COMPRESSION lz4,
    ALTER COLUMN description_en SET COMPRESSION lz4;
ALTER TABLE apartment SET (toast_tuple_target = 2700);

-- The shape of what is up to date; 0: nothing is. Whoever reads another shape than his own encodes the columns.
CREATE FUNCTION apartment_listed_as(version bigint, listed_version bigint, listed_shape integer) RETURNS integer
    IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN listed_version = version THEN listed_shape ELSE 0 END;

-- What is to be written anew: rows of earlier shapes, and those that were changed by hand or by an older copy. A
-- change of a flat by this shape's copies adds nothing here. The migration that comes with another shape makes the
-- index anew with that number.
CREATE INDEX apartment_listed_as ON apartment (apartment_listed_as(version, listed_version, listed_shape), id)
    WHERE apartment_listed_as(version, listed_version, listed_shape) <> 1;

-- To write it anew is no change of the flat: neither version nor place in the feed move where these three columns alone
-- are set. A migration that adds a column to the table does this again. (A condition of the triggers would be parsed
-- again by each UPDATE.)
DO $$
DECLARE
    of_flats text := (
        SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute
        WHERE attrelid = 'apartment'::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
            AND attname NOT IN ('listed', 'listed_version', 'listed_shape'));
BEGIN
    EXECUTE format('CREATE OR REPLACE TRIGGER apartment_changed BEFORE UPDATE OF %s ON apartment FOR EACH ROW'
        ' EXECUTE FUNCTION row_changed()', of_flats);
    EXECUTE format('CREATE OR REPLACE TRIGGER apartment_fed BEFORE UPDATE OF %s ON apartment FOR EACH ROW'
        ' EXECUTE FUNCTION feed_renew()', of_flats);
END $$;
