-- SPDX-License-Identifier: MIT
-- min_compatible: 1
-- Collections that were made in Qdrant, or were about to be. Without QDRANT_URL it stays empty.

-- A row outlives the collection for as long as its generation is stored: another copy may just have made it once more.
CREATE TABLE vector_collection (
    name       text    PRIMARY KEY CHECK (length(name) BETWEEN 1 AND 128),
    -- Of its generation, which may be gone.
    key        bytea   NOT NULL CHECK (octet_length(key) = 32),
    dimensions integer NOT NULL CHECK (dimensions BETWEEN 1 AND 4096)
);

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'search_runtime') THEN
        GRANT SELECT, INSERT, DELETE ON vector_collection TO search_runtime;
    END IF;
END
$$;
