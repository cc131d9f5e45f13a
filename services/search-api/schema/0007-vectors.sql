-- SPDX-License-Identifier: MIT
-- min_compatible: 1
-- Vectors of documents. Without EMBEDDINGS_URL all of it stays empty.

-- One way to make vectors. Those of two generations cannot be compared.
CREATE TABLE generation (
    number         integer     GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- SHA-256 of all that follows but probes, state and times.
    key            bytea       NOT NULL CHECK (octet_length(key) = 32),
    model          text        NOT NULL CHECK (length(model) BETWEEN 1 AND 200),
    -- Dimensions that the model is asked for; 0: its own.
    asked          integer     NOT NULL CHECK (asked BETWEEN 0 AND 4096),
    dimensions     integer     NOT NULL CHECK (dimensions BETWEEN 1 AND 4096),
    query_prefix   text        NOT NULL,
    passage_prefix text        NOT NULL,
    normaliser     smallint    NOT NULL,
    -- Vectors of the probes (src/embedding/generation.c) as 32-bit floats, low byte first.
    probes         bytea       NOT NULL CHECK (octet_length(probes) = 3 * 4 * dimensions),
    -- New documents are embedded for those that fill and serve. One serves at most.
    state          text        NOT NULL CHECK (state IN ('filling', 'serving', 'retired')),
    -- Documents below this number are not in vector_due yet.
    queued_below   bigint      NOT NULL,
    retired_at     timestamptz,
    CONSTRAINT generation_once UNIQUE (key),
    CONSTRAINT generation_retired CHECK ((state = 'retired') = (retired_at IS NOT NULL))
);
CREATE UNIQUE INDEX generation_serving ON generation (state) WHERE state = 'serving';

CREATE TABLE document_vector (
    generation integer NOT NULL REFERENCES generation,
    number     bigint  NOT NULL REFERENCES document ON DELETE CASCADE,
    -- The beginning of the text's SHA-256. A text that was embedded once is not embedded again.
    hash       bytea   NOT NULL CHECK (octet_length(hash) = 16),
    -- A signed byte for each dimension; its length does not matter.
    vector     bytea   NOT NULL,
    -- It is of the text's beginning.
    truncated  boolean NOT NULL,
    tx         xid8    NOT NULL DEFAULT pg_current_xact_id(),
    PRIMARY KEY (number, generation)
);
-- It cannot be compressed.
ALTER TABLE document_vector ALTER COLUMN vector SET STORAGE EXTERNAL;
CREATE INDEX document_vector_by_hash ON document_vector (generation, hash);
CREATE INDEX document_vector_by_change ON document_vector (generation, tx, number);

-- Documents whose vector is to be made.
CREATE TABLE vector_due (
    generation integer     NOT NULL REFERENCES generation ON DELETE CASCADE,
    number     bigint      NOT NULL REFERENCES document ON DELETE CASCADE,
    sent_at    timestamptz NOT NULL,
    -- How often the text was refused, and when it is tried next.
    tries      smallint    NOT NULL DEFAULT 0,
    next_at    timestamptz NOT NULL DEFAULT '-infinity',
    PRIMARY KEY (number, generation)
);
CREATE INDEX vector_due_newest ON vector_due (generation, sent_at, number);

-- One copy of the service makes vectors at a time. What it has used of the budget outlives it: one row.
CREATE TABLE embedding_work (
    single       boolean     PRIMARY KEY DEFAULT true CHECK (single),
    leased_by    uuid        NOT NULL,
    leased_until timestamptz NOT NULL,
    -- UTC
    day          date        NOT NULL,
    tokens       bigint      NOT NULL,
    minute       timestamptz NOT NULL,
    texts        bigint      NOT NULL
);

-- In the transaction that writes a document: its vectors of another text are gone, and new ones are due.
CREATE FUNCTION document_inserted() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO vector_due (generation, number, sent_at)
    SELECT g.number, n.number, n.sent_at FROM generation g CROSS JOIN new_rows n WHERE g.state <> 'retired';
    RETURN NULL;
END
$$;
CREATE TRIGGER document_inserted AFTER INSERT ON document REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION document_inserted();

CREATE FUNCTION document_updated() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM generation) THEN
        RETURN NULL;
    END IF;
    DELETE FROM document_vector v USING new_rows n JOIN old_rows o ON o.number = n.number
    WHERE v.number = n.number AND n.text <> o.text;
    INSERT INTO vector_due (generation, number, sent_at)
    SELECT g.number, n.number, n.sent_at
    FROM generation g CROSS JOIN new_rows n JOIN old_rows o ON o.number = n.number
    WHERE g.state <> 'retired' AND n.text <> o.text
    ON CONFLICT (number, generation) DO UPDATE
    SET sent_at = EXCLUDED.sent_at, tries = 0, next_at = '-infinity';
    -- What filters ask for has changed: whoever follows the vectors hears of them once more.
    UPDATE document_vector v SET tx = pg_current_xact_id()
    FROM new_rows n JOIN old_rows o ON o.number = n.number
    WHERE v.number = n.number
        AND (n.tenant_id, n.bot, n.chat_id, n.user_id, n.language, n.sent_at)
            IS DISTINCT FROM (o.tenant_id, o.bot, o.chat_id, o.user_id, o.language, o.sent_at);
    RETURN NULL;
END
$$;
CREATE TRIGGER document_updated AFTER UPDATE ON document REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION document_updated();

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'search_runtime') THEN
        RETURN;
    END IF;
    GRANT SELECT, INSERT, UPDATE, DELETE ON generation, document_vector, vector_due TO search_runtime;
    GRANT SELECT, INSERT, UPDATE ON embedding_work TO search_runtime;
END
$$;
