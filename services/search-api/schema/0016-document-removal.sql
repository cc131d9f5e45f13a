-- SPDX-License-Identifier: MIT
-- min_compatible: 1
-- How many documents of each tenant were deleted, and how many of them before its last erasure that counted in document_erasures. An
-- erasure of somebody of whom nothing was deleted must not delete the snapshots of the lexicon, which is that of all tenants.

CREATE TABLE document_removal (
    tenant_id uuid   PRIMARY KEY,
    removed   bigint NOT NULL CHECK (removed >= 0),
    erased    bigint NOT NULL DEFAULT 0 CHECK (erased BETWEEN 0 AND removed)
);

CREATE FUNCTION documents_removed_by_tenant() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO document_removal AS r (tenant_id, removed)
    SELECT o.tenant_id, count(*) FROM old_rows o GROUP BY o.tenant_id ORDER BY o.tenant_id
    ON CONFLICT (tenant_id) DO UPDATE SET removed = r.removed + EXCLUDED.removed;
    RETURN NULL;
END
$$;
CREATE TRIGGER documents_removed_by_tenant AFTER DELETE ON document REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION documents_removed_by_tenant();

-- Documents may have been deleted before, so the first erasure of each tenant counts.
INSERT INTO document_removal (tenant_id, removed)
SELECT tenant_id, 1 FROM document UNION SELECT tenant_id, 1 FROM document_tombstone UNION SELECT tenant_id, 1 FROM document_count;

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'search_runtime') THEN
        GRANT SELECT, INSERT, UPDATE ON document_removal TO search_runtime;
    END IF;
END
$$;
