-- SPDX-License-Identifier: MIT
-- min_compatible: 1
-- How often documents of a person were erased. It names nobody.
CREATE SEQUENCE document_erasures;

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'search_runtime') THEN
        GRANT USAGE, SELECT ON SEQUENCE document_erasures TO search_runtime;
    END IF;
END
$$;
