-- SPDX-License-Identifier: MIT
-- min_compatible: 1
-- What an index of vectors must take away, and what else of a document it must hear of.

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

-- What filters ask for has changed: the vectors are told once more.
CREATE FUNCTION document_moved() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM generation) THEN
        RETURN NULL;
    END IF;
    UPDATE document_vector v SET tx = pg_current_xact_id()
    FROM new_rows n JOIN old_rows o ON o.number = n.number
    WHERE v.number = n.number
        AND (n.tenant_id, n.bot, n.chat_id, n.user_id, n.language, n.sent_at)
            IS DISTINCT FROM (o.tenant_id, o.bot, o.chat_id, o.user_id, o.language, o.sent_at);
    RETURN NULL;
END
$$;
CREATE TRIGGER document_moved AFTER UPDATE ON document REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION document_moved();

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'search_runtime') THEN
        GRANT SELECT, INSERT, DELETE ON vector_gone TO search_runtime;
    END IF;
END
$$;
