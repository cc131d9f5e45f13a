-- SPDX-License-Identifier: MIT
-- min_compatible: 1
-- PostgreSQL compresses stored answers of more than 2 kB: with lz4 that takes a third of the time. Rows that are there
-- stay as they are. A server built without lz4 keeps its own method.
DO $$
BEGIN
    ALTER TABLE idempotency ALTER COLUMN body SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported THEN
    RAISE NOTICE 'This server has no lz4.';
END
$$;
