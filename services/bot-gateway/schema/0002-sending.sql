-- SPDX-License-Identifier: MIT
-- min_compatible: 1
-- What leaves for Telegram. A row is a message, or the answer to a tap of a button; a text that was split is one row of
-- several parts. Nothing is called before its row says "sending" on the disk, so that after a crash it is known what may
-- have been sent.

-- A chat (a user's, a group, a channel) of a bot. Whoever changes messages of a chat locks its row here first, does the
-- change, and calls recipient_renew() last, each in a statement of its own.
CREATE TABLE recipient (
    id                 uuid     PRIMARY KEY DEFAULT gen_random_uuid(),
    bot_id             uuid     NOT NULL REFERENCES bot (id),
    chat_id            bigint   NOT NULL,
    -- Telegram takes nothing for this chat: the bot was blocked, the user is gone.
    unreachable_since  timestamptz,
    unreachable_reason text     CHECK (length(unreachable_reason) BETWEEN 1 AND 200),
    -- The lane of the next message, and when it may go. NULL: none waits, or one is being sent.
    lane               smallint CHECK (lane IN (1, 2)),
    due_at             timestamptz,
    -- After a 429, or a call that failed for the moment: nothing goes before.
    parked_until       timestamptz,
    CONSTRAINT recipient_once UNIQUE (bot_id, chat_id),
    CHECK ((lane IS NULL) = (due_at IS NULL)),
    CHECK ((unreachable_since IS NULL) = (unreachable_reason IS NULL))
);
CREATE INDEX recipient_due ON recipient (bot_id, lane, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX recipient_parked ON recipient (parked_until) WHERE parked_until IS NOT NULL;

-- A bot whose calls rest.
CREATE TABLE sending_pause (
    bot_id       uuid        PRIMARY KEY REFERENCES bot (id),
    paused_until timestamptz NOT NULL,
    reason       text        NOT NULL CHECK (length(reason) BETWEEN 1 AND 64)
);

CREATE TABLE sending (
    -- Version 7: in the order of acceptance.
    id                   uuid        PRIMARY KEY,
    tenant_id            uuid        NOT NULL,
    bot_id               uuid        NOT NULL REFERENCES bot (id),
    -- NULL: the answer to a tap, which belongs to no chat.
    chat_id              bigint,
    -- 0: answers to taps, 1: replies, 2: broadcasts.
    lane                 smallint    NOT NULL CHECK (lane BETWEEN 0 AND 2),
    method               text        NOT NULL CHECK (method ~ '^[A-Za-z]{1,64}$'),
    -- The parameters of each part's call, without chat_id.
    payload              jsonb       NOT NULL CHECK (jsonb_typeof(payload) = 'array'),
    parts                integer     NOT NULL GENERATED ALWAYS AS (jsonb_array_length(payload)) STORED,
    -- How many of them were sent.
    part                 integer     NOT NULL DEFAULT 0,
    -- Telegram could not read the markup: the rest goes as plain text.
    plain                boolean     NOT NULL DEFAULT false,
    status               text        NOT NULL DEFAULT 'queued'
                         CHECK (status IN ('queued', 'sending', 'sent', 'uncertain', 'failed', 'expired',
                                           'superseded', 'cancelled')),
    on_unknown           text        NOT NULL CHECK (on_unknown IN ('resend', 'hold', 'edit')),
    supersede_key        text        CHECK (length(supersede_key) BETWEEN 1 AND 100),
    -- "<update_id>:<n>" of what an update has caused.
    dedupe_key           text        CHECK (length(dedupe_key) BETWEEN 1 AND 100),
    expires_at           timestamptz,
    -- Calls, as far as they are known.
    tries                integer     NOT NULL DEFAULT 0 CHECK (tries >= 0),
    error_code           text        CHECK (length(error_code) BETWEEN 1 AND 64),
    error_text           text        CHECK (length(error_text) BETWEEN 1 AND 300),
    telegram_message_ids jsonb       NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(telegram_message_ids) = 'array'),
    sent_at              timestamptz,
    -- Which process is calling, and until when it is believed to live.
    leased_by            uuid,
    leased_until         timestamptz,
    -- Who has cancelled it or sent it anew.
    moved                text        CHECK (moved IN ('cancel', 'resend')),
    moved_by             text        CHECK (length(moved_by) BETWEEN 1 AND 200),
    version              bigint      NOT NULL DEFAULT 1,
    created_at           timestamptz NOT NULL DEFAULT now(),
    updated_at           timestamptz NOT NULL DEFAULT now(),

    CONSTRAINT sending_parts CHECK (parts BETWEEN 1 AND 16 AND part BETWEEN 0 AND parts),
    CONSTRAINT sending_chat CHECK ((lane = 0) = (chat_id IS NULL)),
    CONSTRAINT sending_lease CHECK ((status = 'sending') = (leased_by IS NOT NULL)
                                    AND (leased_by IS NULL) = (leased_until IS NULL)),
    CONSTRAINT sending_whole CHECK (status <> 'sent' OR (part = parts AND sent_at IS NOT NULL))
);
CREATE TRIGGER sending_changed BEFORE UPDATE ON sending FOR EACH ROW
    WHEN (OLD.status <> NEW.status OR OLD.part <> NEW.part OR OLD.chat_id <> NEW.chat_id)
    EXECUTE FUNCTION row_changed();

-- Never two calls at once for a chat, whoever makes them.
CREATE UNIQUE INDEX sending_one_flight ON sending (bot_id, chat_id) WHERE status = 'sending' AND lane > 0;
-- What an update causes is caused once.
CREATE UNIQUE INDEX sending_once ON sending (bot_id, dedupe_key) WHERE dedupe_key IS NOT NULL;
-- Of what replaces each other, one waits.
CREATE UNIQUE INDEX sending_newest ON sending (bot_id, chat_id, supersede_key)
    WHERE status = 'queued' AND supersede_key IS NOT NULL;

CREATE INDEX sending_queue ON sending (bot_id, chat_id, lane, id) WHERE status = 'queued';
CREATE INDEX sending_waiting ON sending (lane, id) WHERE status = 'queued';
CREATE INDEX sending_expiring ON sending (expires_at) WHERE status = 'queued' AND expires_at IS NOT NULL;
CREATE INDEX sending_leased ON sending (leased_until) WHERE status = 'sending';

-- Sets which message of each chat is next and when it may go.
CREATE FUNCTION recipient_renew(recipients uuid[]) RETURNS void LANGUAGE sql AS $$
    UPDATE recipient r
    SET lane = head.lane,
        due_at = CASE WHEN head.lane IS NOT NULL THEN greatest(coalesce(r.due_at, now()), r.parked_until) END,
        parked_until = CASE WHEN r.parked_until > now() THEN r.parked_until END
    FROM recipient own LEFT JOIN LATERAL (
        SELECT s.lane FROM sending s
        WHERE s.bot_id = own.bot_id AND s.chat_id = own.chat_id AND s.status = 'queued'
            AND (s.expires_at IS NULL OR s.expires_at > now())
            AND NOT EXISTS (SELECT FROM sending flight
                            WHERE flight.bot_id = own.bot_id AND flight.chat_id = own.chat_id
                                AND flight.status = 'sending' AND flight.lane > 0)
        ORDER BY s.lane, s.id LIMIT 1) head ON true
    WHERE own.id = r.id AND r.id = ANY (recipients)
$$;

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'bot_runtime') THEN
        RETURN;
    END IF;
    GRANT SELECT, INSERT, UPDATE ON recipient, sending, sending_pause TO bot_runtime;
END
$$;
