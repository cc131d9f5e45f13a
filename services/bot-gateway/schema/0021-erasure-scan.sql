-- SPDX-License-Identifier: MIT
-- min_compatible: 1
-- How far an erasure has looked through what others wrote in the groups of a person. His own rows, which tell his groups,
-- are gone by then.
CREATE TABLE erasure_scan (
    -- Made of the bot and the person: his number stands nowhere.
    id         uuid        PRIMARY KEY,
    groups     bigint[]    NOT NULL,
    -- The update that was looked at last, and its group.
    chat_id    bigint      NOT NULL DEFAULT -9223372036854775808,
    update_id  uuid        NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
    updated_at timestamptz NOT NULL DEFAULT now()
);

-- Groups, and chats of one person in which another one acts; in the order of such a look.
CREATE INDEX update_in_chat ON update (chat_id, bot_id, id)
    WHERE status <> 'received' AND user_id IS DISTINCT FROM chat_id;
DROP INDEX update_of_chat;

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'bot_runtime') THEN
        RETURN;
    END IF;
    GRANT SELECT, INSERT, UPDATE, DELETE ON erasure_scan TO bot_runtime;
END
$$;
