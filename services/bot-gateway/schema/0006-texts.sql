-- SPDX-License-Identifier: MIT
-- min_compatible: 1
-- What the bots say and how they behave, for people to change. The service writes what is built in; a row that nobody
-- has edited follows it, an edited one stays. A row that cannot be used is not, and what is built in is used instead.

-- Which texts and settings are the bot's.
ALTER TABLE bot ADD COLUMN bot_type text NOT NULL DEFAULT 'apartments' CHECK (bot_type IN ('apartments', 'taxi'));

CREATE TABLE bot_messages (
    id           uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
    message_key  text        NOT NULL CHECK (message_key ~ '^[a-z][a-z0-9_]{0,63}$'),
    bot_type     text        NOT NULL CHECK (bot_type IN ('apartments', 'taxi')),
    language     text        NOT NULL CHECK (language IN ('ru', 'kz', 'en')),
    message_text text        NOT NULL CHECK (length(message_text) BETWEEN 1 AND 8000),
    -- Of the copy of the service that was started last.
    built_in     text        NOT NULL CHECK (length(built_in) BETWEEN 1 AND 8000),
    -- false: what is built in is said.
    is_active    boolean     NOT NULL DEFAULT true,
    version      bigint      NOT NULL DEFAULT 1,
    updated_at   timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT bot_messages_once UNIQUE (message_key, bot_type, language)
);
CREATE TRIGGER bot_messages_changed BEFORE UPDATE ON bot_messages FOR EACH ROW EXECUTE FUNCTION row_changed();

CREATE TABLE bot_settings (
    id            uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
    setting_key   text        NOT NULL CHECK (setting_key ~ '^[a-z][a-z0-9_]{0,63}$'),
    bot_type      text        NOT NULL CHECK (bot_type IN ('apartments', 'taxi')),
    setting_value jsonb       NOT NULL CHECK (length(setting_value::text) <= 8000),
    built_in      jsonb       NOT NULL,
    is_active     boolean     NOT NULL DEFAULT true,
    version       bigint      NOT NULL DEFAULT 1,
    updated_at    timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT bot_settings_once UNIQUE (setting_key, bot_type)
);
CREATE TRIGGER bot_settings_changed BEFORE UPDATE ON bot_settings FOR EACH ROW EXECUTE FUNCTION row_changed();

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'bot_runtime') THEN
        RETURN;
    END IF;
    GRANT SELECT, INSERT, UPDATE (message_text, built_in) ON bot_messages TO bot_runtime;
    GRANT SELECT, INSERT, UPDATE (setting_value, built_in) ON bot_settings TO bot_runtime;
END
$$;
