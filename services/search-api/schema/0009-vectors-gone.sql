-- SPDX-License-Identifier: MIT
-- min_compatible: 1
-- What an index of vectors must take away.

-- Kept for a day: who has not read for longer reads all vectors anew.
CREATE TABLE vector_gone (
    generation integer     NOT NULL REFERENCES generation ON DELETE CASCADE,
    number     bigint      NOT NULL,
    tx         xid8        NOT NULL DEFAULT pg_current_xact_id(),
    gone_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (generation, tx, number)
);
CREATE INDEX vector_gone_by_age ON vector_gone (gone_at);

CREATE FUNCTION vectors_deleted() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO vector_gone (generation, number)
    SELECT o.generation, o.number FROM old_rows o JOIN generation g ON g.number = o.generation
    WHERE g.state <> 'retired'
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$;
CREATE TRIGGER vectors_deleted AFTER DELETE ON document_vector REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION vectors_deleted();

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'search_runtime') THEN
        GRANT SELECT, INSERT, DELETE ON vector_gone TO search_runtime;
    END IF;
END
$$;
