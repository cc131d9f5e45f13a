-- SPDX-License-Identifier: MIT
-- min_compatible: 1
-- Bots, and what Telegram sends them. Text with CHECKs instead of enum types and single-column keys: people see these
-- tables in Directus.

-- A bot's token, webhook secret and API key are files beside the service (BOTS_DIR), never columns.
CREATE TABLE bot (
    id         uuid        PRIMARY KEY,
    -- In the webhook's path, and in the names of the files.
    name       text        NOT NULL UNIQUE CHECK (name ~ '^[a-z][a-z0-9-]{0,31}$'),
    tenant_id  uuid        NOT NULL,
    -- webhook: Telegram calls us. poll: we ask Telegram. What comes to the webhook is taken either way.
    intake     text        NOT NULL DEFAULT 'webhook' CHECK (intake IN ('webhook', 'poll')),
    is_active  boolean     NOT NULL DEFAULT true,
    version    bigint      NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);

-- Whoever writes a row, its version tells that it changed.
CREATE FUNCTION row_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.version := OLD.version + 1;
    NEW.updated_at := now();
    RETURN NEW;
END $$;
CREATE TRIGGER bot_changed BEFORE UPDATE ON bot FOR EACH ROW EXECUTE FUNCTION row_changed();

-- Each update once, as it came. Ids of Telegram may begin anew at a lower number after a week of silence, so nothing
-- here knows a highest one.
CREATE TABLE update (
    -- Version 7: in the order of receipt.
    id          uuid        PRIMARY KEY,
    bot_id      uuid        NOT NULL REFERENCES bot (id),
    -- Telegram's. NULL only where the body does not show it.
    update_id   bigint,
    -- SHA-256 of the stored body where it could not be read: such a body counts once by its own bytes, and leaves
    -- the place of its update_id to a later good one.
    broken_key  bytea       CHECK (octet_length(broken_key) = 32),
    -- The member that the update is about (message, callback_query ...), other where it is none we know.
    kind        text        NOT NULL CHECK (length(kind) BETWEEN 1 AND 40),
    chat_id     bigint,
    user_id     bigint,
    status      text        NOT NULL DEFAULT 'received' CHECK (status IN ('received', 'done', 'dead')),
    received_at timestamptz NOT NULL DEFAULT now(),
    body        bytea       NOT NULL CHECK (octet_length(body) <= 1048576),
    -- The body was longer than 1 MiB; its beginning is stored.
    body_cut    boolean     NOT NULL DEFAULT false,
    CHECK (update_id IS NOT NULL OR broken_key IS NOT NULL),
    CHECK (broken_key IS NULL OR status = 'dead')
);
CREATE UNIQUE INDEX update_once ON update (bot_id, update_id) WHERE broken_key IS NULL;
CREATE UNIQUE INDEX update_broken_once ON update (bot_id, broken_key) WHERE broken_key IS NOT NULL;
-- What is still to be done, lane by lane. A lane is a bot, a chat and a user.
CREATE INDEX update_by_lane ON update (bot_id, chat_id, user_id, id) WHERE status = 'received';
-- What may be forgotten.
CREATE INDEX update_by_age ON update (received_at) WHERE status <> 'received';

DO $$
BEGIN
    ALTER TABLE update ALTER COLUMN body SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported THEN
    RAISE NOTICE 'This server has no lz4.';
END
$$;

-- Where the role is not there (a developer's own database), nothing happens. People make bots; the service does not.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'bot_runtime') THEN
        RETURN;
    END IF;
    GRANT SELECT ON bot TO bot_runtime;
    GRANT SELECT, INSERT, DELETE, UPDATE (status) ON update TO bot_runtime;
END
$$;
