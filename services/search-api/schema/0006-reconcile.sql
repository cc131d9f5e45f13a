-- SPDX-License-Identifier: MIT
-- min_compatible: 1
-- Whether documents of a feed are what the feed tells: a pass over both, again and again.

CREATE TABLE feed_check (
    feed      text        PRIMARY KEY,
    -- First the feed is gone through, then our documents, then those that the feed does not know.
    phase     text        NOT NULL CHECK (phase IN ('feed', 'documents', 'orphans', 'ended')),
    -- How far: of the feed; and of the documents.
    epoch     bigint      NOT NULL,
    tx        bigint      NOT NULL,
    id        uuid        NOT NULL,
    number    bigint      NOT NULL,
    -- The feed's epoch when the pass began.
    of_epoch  bigint      NOT NULL,
    -- Documents of the feed that were looked for there, and those of them that it did not know.
    documents bigint      NOT NULL,
    orphans   bigint      NOT NULL,
    began_at  timestamptz NOT NULL,
    -- Of the last whole pass; NULL: there was none.
    ended_at  timestamptz,
    -- It found so many orphans that it left them alone.
    stopped   boolean     NOT NULL
);

-- Documents that the feed did not know in the pass under way, or when it stopped.
CREATE TABLE feed_orphan (
    number bigint PRIMARY KEY
);

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'search_runtime') THEN
        GRANT SELECT, INSERT, UPDATE ON feed_check TO search_runtime;
        GRANT SELECT, INSERT, DELETE ON feed_orphan TO search_runtime;
    END IF;
END
$$;
