-- SPDX-License-Identifier: MIT
-- min_compatible: 1
-- One text for many people. Who is to get it stands in broadcast_person and leaves it as his message is queued, a
-- hundred at a time: so a pause and a cancellation have few rows to look at, however many people there are.
--
-- Whoever locks several of these does it in this order: broadcast, recipients by their chat_id, sending,
-- broadcast_count.

CREATE TABLE broadcast (
    -- Version 7: in the order of acceptance.
    id            uuid        PRIMARY KEY,
    tenant_id     uuid        NOT NULL,
    bot_id        uuid        NOT NULL REFERENCES bot (id),
    -- So that a bot has at most 8 at a time. NULL: it is over.
    slot          smallint    CHECK (slot BETWEEN 1 AND 8),
    status        text        NOT NULL DEFAULT 'running'
                  CHECK (status IN ('running', 'paused', 'done', 'cancelled')),
    -- As the API has it, without user_ids.
    audience      jsonb       NOT NULL CHECK (jsonb_typeof(audience) = 'object'),
    -- Of these people alone; forgotten when everybody is found. NULL: of all.
    user_ids      jsonb       CHECK (jsonb_typeof(user_ids) = 'array'),
    -- In each language what sending.payload has. What is missing is said in Russian.
    payloads      jsonb       NOT NULL CHECK (jsonb_typeof(payloads -> 'ru') = 'array'),
    on_unknown    text        NOT NULL CHECK (on_unknown IN ('resend', 'hold', 'edit')),
    -- The person up to whom the audience was looked at, in the order of their ids.
    found_to      uuid        NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
    -- How many belong to the audience so far. At the end it is the total.
    found         bigint      NOT NULL DEFAULT 0 CHECK (found >= 0),
    -- NULL: not everybody was looked at yet.
    found_at      timestamptz,
    -- Counted as it was accepted, and exact from found_at on.
    total         bigint      NOT NULL CHECK (total >= 0),
    -- Since it was accepted or resumed.
    running_since timestamptz NOT NULL DEFAULT now(),
    -- Who has paused, resumed or cancelled it.
    moved         text        CHECK (moved IN ('pause', 'resume', 'cancel')),
    moved_by      text        CHECK (length(moved_by) BETWEEN 1 AND 200),
    finished_at   timestamptz,
    version       bigint      NOT NULL DEFAULT 1,
    created_at    timestamptz NOT NULL DEFAULT now(),
    updated_at    timestamptz NOT NULL DEFAULT now(),

    CONSTRAINT broadcast_slot_once UNIQUE (bot_id, slot),
    CONSTRAINT broadcast_over CHECK ((slot IS NULL) = (finished_at IS NOT NULL)
                                     AND (slot IS NOT NULL OR status IN ('done', 'cancelled'))),
    CONSTRAINT broadcast_found CHECK (found_at IS NULL OR (user_ids IS NULL AND found = total))
);
CREATE TRIGGER broadcast_changed BEFORE UPDATE ON broadcast FOR EACH ROW
    WHEN (OLD.status <> NEW.status OR (OLD.slot IS NULL) <> (NEW.slot IS NULL))
    EXECUTE FUNCTION row_changed();
CREATE INDEX broadcast_of_tenant ON broadcast (tenant_id, id);
CREATE INDEX broadcast_at_work ON broadcast (id) WHERE slot IS NOT NULL;

-- What its messages have come to; those that wait or are being sent are the rest of the total. A row of its own: who
-- ends a message locks this alone, and for no longer than its commit takes.
CREATE TABLE broadcast_count (
    broadcast_id uuid   PRIMARY KEY REFERENCES broadcast (id),
    sent         bigint NOT NULL DEFAULT 0 CHECK (sent >= 0),
    failed       bigint NOT NULL DEFAULT 0 CHECK (failed >= 0),
    unreachable  bigint NOT NULL DEFAULT 0 CHECK (unreachable >= 0),
    uncertain    bigint NOT NULL DEFAULT 0 CHECK (uncertain >= 0),
    cancelled    bigint NOT NULL DEFAULT 0 CHECK (cancelled >= 0)
);

-- Whose message is not queued yet. Who is erased is no longer here.
CREATE TABLE broadcast_person (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    broadcast_id uuid   NOT NULL REFERENCES broadcast (id),
    person_id    uuid   NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    CONSTRAINT broadcast_person_once UNIQUE (broadcast_id, person_id)
);
CREATE INDEX broadcast_person_of ON broadcast_person (person_id);

CREATE INDEX person_of_bot ON person (bot_id, id);

ALTER TABLE sending
    ADD COLUMN broadcast_id uuid REFERENCES broadcast (id),
    ADD CONSTRAINT sending_broadcast CHECK (broadcast_id IS NULL OR (lane = 2 AND dedupe_key IS NOT NULL));
CREATE INDEX sending_of_broadcast ON sending (broadcast_id)
    WHERE broadcast_id IS NOT NULL AND status IN ('queued', 'sending');

-- The column of broadcast_count; NULL: it waits, or is being sent.
CREATE FUNCTION broadcast_outcome(status text, error_code text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE
        WHEN status IN ('sent', 'uncertain') THEN status
        WHEN status IN ('failed', 'cancelled') AND error_code = 'chat_unreachable' THEN 'unreachable'
        WHEN status = 'failed' THEN 'failed'
        WHEN status IN ('cancelled', 'expired', 'superseded') THEN 'cancelled' END
$$;
-- Whatever ends a message, it is counted.
CREATE FUNCTION broadcast_counted() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    was text := coalesce(broadcast_outcome(OLD.status, OLD.error_code), '');
    now text := coalesce(broadcast_outcome(NEW.status, NEW.error_code), '');
BEGIN
    IF was <> now THEN
        UPDATE broadcast_count SET
            sent = sent + (now = 'sent')::integer - (was = 'sent')::integer,
            failed = failed + (now = 'failed')::integer - (was = 'failed')::integer,
            unreachable = unreachable + (now = 'unreachable')::integer - (was = 'unreachable')::integer,
            uncertain = uncertain + (now = 'uncertain')::integer - (was = 'uncertain')::integer,
            cancelled = cancelled + (now = 'cancelled')::integer - (was = 'cancelled')::integer
        WHERE broadcast_id = NEW.broadcast_id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER sending_counted AFTER UPDATE ON sending FOR EACH ROW
    WHEN (NEW.broadcast_id IS NOT NULL AND OLD.status <> NEW.status)
    EXECUTE FUNCTION broadcast_counted();

-- As before, and messages of a broadcast that pauses are not next.
CREATE OR REPLACE FUNCTION recipient_renew(recipients uuid[]) RETURNS void LANGUAGE sql AS $$
    UPDATE recipient r
    SET lane = head.lane,
        due_at = CASE WHEN head.lane IS NOT NULL THEN greatest(coalesce(r.due_at, now()), r.parked_until) END,
        parked_until = CASE WHEN r.parked_until > now() THEN r.parked_until END
    FROM recipient own LEFT JOIN LATERAL (
        SELECT s.lane FROM sending s
        WHERE s.bot_id = own.bot_id AND s.chat_id = own.chat_id AND s.status = 'queued'
            AND (s.expires_at IS NULL OR s.expires_at > now())
            AND NOT EXISTS (SELECT FROM broadcast b WHERE b.id = s.broadcast_id AND b.status = 'paused')
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
    GRANT SELECT, INSERT, UPDATE ON broadcast, broadcast_count TO bot_runtime;
    GRANT SELECT, INSERT, DELETE ON broadcast_person TO bot_runtime;
END
$$;
