-- SPDX-License-Identifier: MIT
-- min_compatible: 1
-- Tenants share the work on vectors and the day's tokens: the one with the most documents leaves room for the others.

ALTER TABLE vector_due ADD COLUMN tenant_id uuid;
UPDATE vector_due v SET tenant_id = d.tenant_id, sent_at = least(v.sent_at, now()) FROM document d WHERE d.number = v.number;
ALTER TABLE vector_due ALTER COLUMN tenant_id SET NOT NULL;
CREATE INDEX vector_due_by_tenant ON vector_due (generation, tenant_id, sent_at, number);
DROP INDEX vector_due_newest;

-- Whatever writes a row: the tenant is the document's, and no document comes before those that are written later.
CREATE FUNCTION vector_due_completed() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    NEW.tenant_id := (SELECT d.tenant_id FROM document d WHERE d.number = NEW.number);
    NEW.sent_at := least(NEW.sent_at, now());
    RETURN NEW;
END
$$;
CREATE TRIGGER vector_due_completed BEFORE INSERT ON vector_due FOR EACH ROW EXECUTE FUNCTION vector_due_completed();

-- What each tenant has used of the day's tokens, documents and queries together.
CREATE TABLE embedding_use (
    -- UTC
    day       date   NOT NULL,
    tenant_id uuid   NOT NULL,
    tokens    bigint NOT NULL,
    PRIMARY KEY (day, tenant_id)
);
-- Whose tokens these were is not known: they count for the day alone.
INSERT INTO embedding_use SELECT day, '00000000-0000-0000-0000-000000000000', tokens FROM embedding_work;

-- Of versions before this one, as is the column tokens.
ALTER TABLE embedding_work ALTER COLUMN day SET DEFAULT '-infinity', ALTER COLUMN tokens SET DEFAULT 0;

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'search_runtime') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON embedding_use TO search_runtime;
    END IF;
END
$$;
