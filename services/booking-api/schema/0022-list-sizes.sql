-- SPDX-License-Identifier: MIT
-- min_compatible: 1
--
-- The CHECKs of 0001 bound the number of photos and amenities, not their length. A list written by hand could therefore
-- be too large for an event or for a batch of stored JSON, and made these fail. The bounds are above what the API
-- accepts: 20 photos of 500 bytes, 100 amenities of 64.

-- Larger lists lose the items that the API would not accept.
UPDATE apartment
SET photos = (
        SELECT coalesce(jsonb_agg(item ORDER BY position), '[]')
        FROM jsonb_array_elements_text(photos) WITH ORDINALITY AS list (item, position)
        WHERE octet_length(item) <= 500),
    amenities = (
        SELECT coalesce(jsonb_agg(item ORDER BY position), '[]')
        FROM jsonb_array_elements_text(amenities) WITH ORDINALITY AS list (item, position)
        WHERE octet_length(item) <= 64)
WHERE octet_length(photos::text) > 16384 OR octet_length(amenities::text) > 8192;

-- NOT VALID: the UPDATE has scanned the table; without another scan the lock is held for a moment only.
ALTER TABLE apartment
    ADD CONSTRAINT apartment_photos_size CHECK (octet_length(photos::text) <= 16384) NOT VALID,
    ADD CONSTRAINT apartment_amenities_size CHECK (octet_length(amenities::text) <= 8192) NOT VALID;
