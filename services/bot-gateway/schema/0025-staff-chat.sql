-- SPDX-License-Identifier: MIT
-- min_compatible: 1
-- The staff chat of a bot: the group, or a topic of it, where a member of staff has typed the code.
CREATE TABLE staff_chat (
    bot_id    uuid        PRIMARY KEY REFERENCES bot (id) ON DELETE CASCADE,
    chat_id   bigint      NOT NULL CHECK (chat_id < 0),
    -- message_thread_id of the topic. NULL: the group has no topics, or the message was in none.
    thread_id bigint      CHECK (thread_id > 0),
    -- Of the messages there.
    language  text        NOT NULL CHECK (language IN ('ru', 'kz', 'en')),
    linked_at timestamptz NOT NULL DEFAULT now()
);

-- Members of staff: who has typed a code. The audit names them for what they do in the chat.
CREATE TABLE staff_member (
    id        uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
    bot_id    uuid        NOT NULL REFERENCES bot (id) ON DELETE CASCADE,
    user_id   bigint      NOT NULL CHECK (user_id > 0),
    name      text        NOT NULL CHECK (length(name) BETWEEN 1 AND 64),
    linked_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT staff_member_once UNIQUE (bot_id, user_id)
);

-- The last code of a bot, until it is used: SHA-256 of it.
CREATE TABLE staff_code (
    bot_id   uuid        PRIMARY KEY REFERENCES bot (id) ON DELETE CASCADE,
    hash     bytea       NOT NULL CHECK (octet_length(hash) = 32),
    language text        NOT NULL CHECK (language IN ('ru', 'kz', 'en')),
    ends_at  timestamptz NOT NULL
);

-- Reminders for staff have further kinds. A new kind needs no migration.
ALTER TABLE reminder
    DROP CONSTRAINT reminder_kind_check,
    ADD CONSTRAINT reminder_kind_check CHECK (kind ~ '^[a-z_]{1,20}$');

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'bot_runtime') THEN
        RETURN;
    END IF;
    GRANT SELECT, INSERT, UPDATE, DELETE ON staff_chat, staff_member TO bot_runtime;
    GRANT SELECT, DELETE ON staff_code TO bot_runtime;
END
$$;
