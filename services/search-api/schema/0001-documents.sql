-- SPDX-License-Identifier: MIT
-- min_compatible: 1
-- What can be found: messages of bot-gateway's feed and documents that programs send.

CREATE TABLE document (
    number     bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id  uuid        NOT NULL,
    id         text        NOT NULL CHECK (id ~ '^[!-~]{1,200}$'),
    source     text        NOT NULL CHECK (source IN ('bot-gateway', 'api')),
    -- The source's. A document is replaced by a higher one only.
    version    bigint      NOT NULL CHECK (version >= 0),
    bot        text        CHECK (length(bot) BETWEEN 1 AND 200),
    chat_id    bigint,
    user_id    bigint,
    language   text        CHECK (language IN ('ru', 'kz', 'en')),
    text       text        NOT NULL CHECK (octet_length(text) BETWEEN 1 AND 16384),
    sent_at    timestamptz NOT NULL,
    -- In words.
    length     smallint    NOT NULL CHECK (length >= 0),
    -- WORDS_VERSION of those who made length and terms of the text.
    normaliser smallint    NOT NULL,
    -- Without places: those are found in the text.
    terms      tsvector    NOT NULL,
    -- The transaction that inserted it, and the one that changed it last.
    made_tx    xid8        NOT NULL DEFAULT pg_current_xact_id(),
    tx         xid8        NOT NULL DEFAULT pg_current_xact_id(),
    CONSTRAINT document_once UNIQUE (tenant_id, id)
);
CREATE INDEX document_by_term ON document USING gin (terms);
CREATE INDEX document_by_chat ON document (tenant_id, chat_id, sent_at);
CREATE INDEX document_by_user ON document (tenant_id, user_id);
CREATE INDEX document_by_change ON document (tx, number);

-- What was deleted, so that an older version that comes late does not bring it back.
CREATE TABLE document_tombstone (
    number     bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id  uuid        NOT NULL,
    id         text        NOT NULL,
    version    bigint      NOT NULL,
    tx         xid8        NOT NULL DEFAULT pg_current_xact_id(),
    deleted_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT document_tombstone_once UNIQUE (tenant_id, id)
);
CREATE INDEX document_tombstone_by_change ON document_tombstone (tx, number);

-- How far a feed was read: struct feed_place of common/api/feed.h.
CREATE TABLE feed_place (
    feed      text        PRIMARY KEY,
    epoch     bigint      NOT NULL,
    tx        bigint      NOT NULL,
    id        uuid        NOT NULL,
    -- When everything had been read for the last time.
    read_at   timestamptz NOT NULL
);

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'search_runtime') THEN
        RETURN;
    END IF;
    GRANT SELECT, INSERT, UPDATE, DELETE ON document, document_tombstone TO search_runtime;
    GRANT SELECT, INSERT, UPDATE ON feed_place TO search_runtime;
END
$$;
