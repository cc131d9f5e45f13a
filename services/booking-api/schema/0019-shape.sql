-- SPDX-License-Identifier: MIT
-- min_compatible: 1
--
-- For migrations that add a member to the stored JSON of an apartment (0013).

-- Called instead of apartment_watch_columns(), with the new APARTMENT_SHAPE: also rebuilds the index of the rows that
-- have another shape.
CREATE FUNCTION apartment_set_shape(shape integer) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM apartment_watch_columns();
    DROP INDEX apartment_listed_as;
    EXECUTE format('CREATE INDEX apartment_listed_as'
        ' ON apartment (apartment_listed_as(version, listed_version, listed_shape), id)'
        ' WHERE apartment_listed_as(version, listed_version, listed_shape) <> %s', shape);
END
$$;
