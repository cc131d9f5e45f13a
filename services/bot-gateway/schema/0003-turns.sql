-- SPDX-License-Identifier: MIT
-- min_compatible: 1
-- What becomes of updates: who handles one sets it to done in the transaction that holds all its effects.

-- Telegram's name of the bot, without '@': a command in a group may name it. NULL: not known, groups are not answered.
ALTER TABLE bot ADD COLUMN username text CHECK (username ~ '^[A-Za-z0-9_]{5,32}$');

ALTER TABLE update
    -- Failed ones. After the last one the update is dead.
    ADD COLUMN tries       integer     NOT NULL DEFAULT 0 CHECK (tries >= 0),
    -- It waits until then. NULL: it is due.
    ADD COLUMN retry_at    timestamptz,
    -- Of the last failure.
    ADD COLUMN reason      text        CHECK (length(reason) BETWEEN 1 AND 300),
    -- Who has made it due again after it was dead.
    ADD COLUMN replayed_by text        CHECK (length(replayed_by) BETWEEN 1 AND 200),
    ADD COLUMN version     bigint      NOT NULL DEFAULT 1,
    ADD CONSTRAINT update_waits CHECK (retry_at IS NULL OR status = 'received');

CREATE INDEX update_to_do ON update (id) WHERE status = 'received';
CREATE INDEX update_dead ON update (id) WHERE status = 'dead';

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'bot_runtime') THEN
        RETURN;
    END IF;
    GRANT UPDATE (tries, retry_at, reason, replayed_by, version) ON update TO bot_runtime;
END
$$;
