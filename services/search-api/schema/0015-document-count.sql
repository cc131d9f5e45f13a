-- SPDX-License-Identifier: MIT
-- min_compatible: 1
-- How many documents of programs each tenant has: more than SEARCH_DOCUMENTS_MAX are not taken. Messages of bots do not count.

CREATE TABLE document_count (
    tenant_id uuid   PRIMARY KEY,
    documents bigint NOT NULL CHECK (documents >= 0)
);

CREATE FUNCTION documents_added() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO document_count AS c (tenant_id, documents)
    SELECT n.tenant_id, count(*) FROM new_rows n WHERE n.source = 'api' GROUP BY n.tenant_id ORDER BY n.tenant_id
    ON CONFLICT (tenant_id) DO UPDATE SET documents = c.documents + EXCLUDED.documents;
    RETURN NULL;
END
$$;
CREATE TRIGGER documents_added AFTER INSERT ON document REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION documents_added();

CREATE FUNCTION documents_removed() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    UPDATE document_count c SET documents = c.documents - o.documents
    FROM (SELECT tenant_id, count(*) AS documents FROM old_rows WHERE source = 'api' GROUP BY tenant_id) o
    WHERE c.tenant_id = o.tenant_id;
    RETURN NULL;
END
$$;
CREATE TRIGGER documents_removed AFTER DELETE ON document REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION documents_removed();

-- Behind the triggers, whose lock on the table keeps writers out until the end of the transaction.
INSERT INTO document_count SELECT tenant_id, count(*) FROM document WHERE source = 'api' GROUP BY tenant_id;

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'search_runtime') THEN
        GRANT SELECT, INSERT, UPDATE ON document_count TO search_runtime;
    END IF;
END
$$;
