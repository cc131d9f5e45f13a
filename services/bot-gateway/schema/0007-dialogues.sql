-- SPDX-License-Identifier: MIT
-- min_compatible: 1
-- Whom the bots know, and where their dialogues stand. Turns may call other services, so an update may be leased.

-- A user of Telegram, as one bot knows him.
CREATE TABLE person (
    id            uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
    bot_id        uuid        NOT NULL REFERENCES bot (id),
    user_id       bigint      NOT NULL,
    -- What he has chosen. NULL: nothing, then told_language counts.
    language      text        CHECK (language IN ('ru', 'kz', 'en')),
    -- Of his program, as Telegram said it last; ru where it speaks none of ours.
    told_language text        NOT NULL CHECK (told_language IN ('ru', 'kz', 'en')),
    -- Where he came from: of the first link that said so.
    source        text        CHECK (length(source) BETWEEN 1 AND 64),
    first_seen_at timestamptz NOT NULL DEFAULT now(),
    -- Written at most once an hour.
    last_seen_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT person_once UNIQUE (bot_id, user_id)
);

-- Of a person in a chat. Whoever changes a row compares its version first.
CREATE TABLE dialogue (
    id          uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
    bot_id      uuid        NOT NULL REFERENCES bot (id),
    chat_id     bigint      NOT NULL,
    user_id     bigint      NOT NULL,
    -- NULL: it is over.
    flow        text        CHECK (length(flow) BETWEEN 1 AND 40),
    step        text        CHECK (length(step) BETWEEN 1 AND 40),
    -- The flow's own; the code writes 16 KiB at most, to which PostgreSQL adds spaces.
    data        jsonb       CHECK (octet_length(data::text) <= 32768),
    data_format bigint      NOT NULL DEFAULT 0,
    version     bigint      NOT NULL CHECK (version > 0),
    -- Then it is forgotten.
    ends_at     timestamptz,
    updated_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT dialogue_once UNIQUE (bot_id, chat_id, user_id),
    CONSTRAINT dialogue_over CHECK (num_nulls(flow, step, data, ends_at) IN (0, 4))
);

ALTER TABLE update
    -- A turn that waits for another service holds its update. When the time is over, it is gone.
    ADD COLUMN leased_by    uuid,
    ADD COLUMN leased_until timestamptz,
    -- The calls that its turn made: [{method, path, body, status, answer}]. Bodies are texts, byte for byte.
    ADD COLUMN calls        jsonb CHECK (jsonb_typeof(calls) = 'array'),
    -- What the turn knew of person and dialogue. NULL: nothing.
    ADD COLUMN state_before jsonb CHECK (jsonb_typeof(state_before) = 'object'),
    ADD CONSTRAINT update_lease CHECK ((leased_by IS NULL) = (leased_until IS NULL)
                                       AND (leased_by IS NULL OR status = 'received'));

-- A lane is a bot, a chat and a user; 0 stands for none. Lanes are walked by this index (turn_store.c). Whatever is
-- waiting, there must be no other index that a planner without statistics could take for status = 'received'.
DROP INDEX update_by_lane;
DROP INDEX update_to_do;
CREATE INDEX update_lane ON update (bot_id, coalesce(chat_id, 0), coalesce(user_id, 0), id) WHERE status = 'received';
-- For the age of the oldest one. The second condition is always true, and keeps this index out of the walk.
CREATE INDEX update_oldest ON update (id) WHERE status = 'received' AND kind <> '';

-- The message that was to be edited is gone: the text goes as a new one.
ALTER TABLE sending ADD COLUMN anew boolean NOT NULL DEFAULT false;

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'bot_runtime') THEN
        RETURN;
    END IF;
    GRANT SELECT, INSERT, UPDATE ON person, dialogue TO bot_runtime;
    GRANT UPDATE (leased_by, leased_until, calls, state_before) ON update TO bot_runtime;
END
$$;
