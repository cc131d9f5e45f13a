-- SPDX-License-Identifier: MIT
-- min_compatible: 1
-- A message that one person passes to another through a bot: guest and owner of a booking to each other, or a person and
-- staff. Its text is in `sending`, as that of any message, and here until it is delivered.
CREATE TABLE relay (
    -- The id of the row of `sending`.
    id         uuid        PRIMARY KEY,
    -- The bot with which it was written.
    bot_id     uuid        NOT NULL REFERENCES bot (id) ON DELETE CASCADE,
    user_id    bigint      NOT NULL,
    -- NULL: to staff.
    to_user_id bigint,
    booking_id uuid,
    -- The talk with staff that begins if the message cannot be delivered. NULL: none.
    talk_id    uuid,
    -- What is queued if it cannot be delivered: messages for staff and for the writer. NULL: nothing, or it is delivered.
    otherwise  jsonb       CHECK (jsonb_typeof(otherwise) = 'array'),
    sent_at    timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX relay_of_writer ON relay (bot_id, user_id, sent_at);
CREATE INDEX relay_of_reader ON relay (to_user_id) WHERE to_user_id IS NOT NULL;
CREATE INDEX relay_undelivered ON relay (id) WHERE otherwise IS NOT NULL;
CREATE INDEX relay_by_age ON relay (sent_at);

-- A talk of a person with staff: answers in the staff chat name its id.
CREATE TABLE person_talk (
    id         uuid        PRIMARY KEY,
    -- The bot with which the person talks.
    bot_id     uuid        NOT NULL REFERENCES bot (id) ON DELETE CASCADE,
    user_id    bigint      NOT NULL,
    -- The row of `sending` that has made its topic in the staff chat. NULL: it has none.
    opening_id uuid,
    -- It ends by itself; each message moves this.
    ends_at    timestamptz NOT NULL,
    -- When staff have ended it.
    closed_at  timestamptz
);
CREATE UNIQUE INDEX person_talk_open ON person_talk (bot_id, user_id) WHERE closed_at IS NULL;
CREATE INDEX person_talk_by_age ON person_talk (ends_at);

-- The group has topics (Bot API, Chat, is_forum), so a talk can have one.
ALTER TABLE staff_chat ADD COLUMN has_topics boolean NOT NULL DEFAULT false;

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'bot_runtime') THEN
        RETURN;
    END IF;
    GRANT SELECT, INSERT, UPDATE, DELETE ON relay, person_talk TO bot_runtime;
END
$$;
