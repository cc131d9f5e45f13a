-- SPDX-License-Identifier: MIT
-- min_compatible: 1
-- What people and bots have said to each other: for those who look at a chat, and for the search.

CREATE TABLE message (
    -- Version 7: in the order in which it became known.
    id         uuid        PRIMARY KEY,
    tenant_id  uuid        NOT NULL,
    bot_id     uuid        NOT NULL REFERENCES bot (id),
    chat_id    bigint      NOT NULL,
    -- Who wrote it; of what the bot wrote, to whom. NULL: to a group or a channel.
    user_id    bigint,
    -- Telegram's, unique in a chat of a bot.
    message_id bigint      NOT NULL,
    direction  text        NOT NULL CHECK (direction IN ('in', 'out')),
    -- Of the person. NULL: not known.
    language   text        CHECK (language IN ('ru', 'kz', 'en')),
    -- Without markup.
    text       text        NOT NULL CHECK (length(text) BETWEEN 1 AND 8192),
    sent_at    timestamptz NOT NULL,
    version    bigint      NOT NULL DEFAULT 1,
    feed_epoch integer     NOT NULL DEFAULT 1,
    feed_tx    xid8        NOT NULL DEFAULT pg_current_xact_id(),
    CONSTRAINT message_once UNIQUE (bot_id, chat_id, message_id)
);
CREATE INDEX message_by_chat ON message (bot_id, chat_id, id);
CREATE INDEX message_by_user ON message (bot_id, user_id) WHERE user_id IS NOT NULL;
CREATE INDEX message_by_age ON message (sent_at);
CREATE INDEX message_fed ON message (feed_epoch, feed_tx, id);

CREATE FUNCTION message_renew() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.version := OLD.version + 1;
    NEW.feed_tx := pg_current_xact_id();
    RETURN NEW;
END $$;
CREATE TRIGGER message_changed BEFORE UPDATE ON message FOR EACH ROW EXECUTE FUNCTION message_renew();

-- What was forgotten or erased stays in the feed as deleted, for as long as readers may be away.
CREATE TABLE message_tombstone (
    id         uuid        PRIMARY KEY,
    tenant_id  uuid        NOT NULL,
    feed_epoch integer     NOT NULL DEFAULT 1,
    feed_tx    xid8        NOT NULL DEFAULT pg_current_xact_id(),
    deleted_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX message_tombstone_fed ON message_tombstone (feed_epoch, feed_tx, id);
CREATE INDEX message_tombstone_by_age ON message_tombstone (deleted_at);

-- Whoever may delete messages may do this: definer's rights.
CREATE FUNCTION message_bury() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO message_tombstone (id, tenant_id, feed_epoch)
    SELECT id, tenant_id, feed_epoch FROM gone;
    RETURN NULL;
END $$;
CREATE TRIGGER message_buried AFTER DELETE ON message
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION message_bury();

-- Read as common/api/feed.h says. Columns are only ever added, at the end.
CREATE VIEW feed_messages AS
(SELECT m.feed_epoch AS epoch, m.feed_tx AS tx, m.id, m.tenant_id, false AS deleted, b.name AS bot,
    m.chat_id, m.user_id, m.message_id, m.direction, m.language, m.text, m.sent_at, m.version
FROM message m JOIN bot b ON b.id = m.bot_id
ORDER BY m.feed_epoch, m.feed_tx, m.id)
UNION ALL
SELECT feed_epoch, feed_tx, id, tenant_id, true, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
    NULL
FROM message_tombstone;

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'bot_runtime') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON message TO bot_runtime;
        GRANT SELECT, DELETE ON message_tombstone TO bot_runtime;
    END IF;
    -- Who reads the feeds is a member of it.
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'tapbot_feeds') THEN
        CREATE ROLE tapbot_feeds NOLOGIN;
    END IF;
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO tapbot_feeds', current_schema());
END
$$;
GRANT SELECT ON feed_messages TO tapbot_feeds;
