-- SPDX-License-Identifier: MIT
-- min_compatible: 1
-- The lexicon of some copy as it was a while ago: a copy that starts reads it and follows on from its
-- place, and need not read every document. It names nobody: words, and in how many documents they
-- stood. It is made again from the documents where it is missing.

CREATE TABLE lexicon_snapshot (
    number         bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- It is good for one cluster, whose numbers of transactions stand in it, and for programs of the
    -- same WORDS_VERSION and PIECE_FORMAT.
    cluster        bigint      NOT NULL,
    normaliser     smallint    NOT NULL,
    format         smallint    NOT NULL,
    -- The places of the last document and the last tombstone that it knows of.
    tx             bigint      NOT NULL CHECK (tx > 0),
    document       bigint      NOT NULL,
    deleted_tx     bigint      NOT NULL,
    deleted        bigint      NOT NULL,
    -- How many erasures of people there had been when its count began: no more may have come since.
    erasures       bigint      NOT NULL,
    -- Documents that it has counted and that were another by then, or gone.
    changed        bigint      NOT NULL CHECK (changed >= 0),
    documents      bigint      NOT NULL CHECK (documents > 0),
    words          bigint      NOT NULL CHECK (words >= 0),
    grams          bigint      NOT NULL CHECK (grams >= 0),
    -- With beginnings of words, and whole words.
    terms          integer     NOT NULL CHECK (terms BETWEEN 0 AND 1310720),
    pieces         integer     CHECK (pieces BETWEEN 1 AND 1024),
    begun_at       timestamptz NOT NULL DEFAULT now(),
    -- NULL: not all of its pieces are there.
    saved_at       timestamptz,
    CONSTRAINT lexicon_snapshot_whole CHECK ((pieces IS NULL) = (saved_at IS NULL))
);

-- src/lexicon/piece.h
CREATE TABLE lexicon_piece (
    snapshot       bigint      NOT NULL REFERENCES lexicon_snapshot ON DELETE CASCADE,
    number         integer     NOT NULL CHECK (number BETWEEN 0 AND 1023),
    bytes          bytea       NOT NULL CHECK (octet_length(bytes) BETWEEN 10 AND 65536),
    PRIMARY KEY (snapshot, number)
);

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'search_runtime') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON lexicon_snapshot, lexicon_piece TO search_runtime;
    END IF;
END
$$;
