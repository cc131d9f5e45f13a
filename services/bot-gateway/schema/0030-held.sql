-- SPDX-License-Identifier: MIT
-- min_compatible: 1
-- After the database was restored to an earlier time, what had not been sent then may have been sent since. It is held
-- until a person decides (the command `--held`).

-- Messages about events before this time are held. NULL: none.
ALTER TABLE booking_feed ADD COLUMN held_before timestamptz;

CREATE INDEX sending_held ON sending (bot_id) WHERE status = 'uncertain' AND error_code = 'restored';

CREATE VIEW held AS
SELECT bot_id, coalesce(substring(dedupe_key FROM '^([a-z]+):'),
                        CASE WHEN dedupe_key IS NULL THEN 'message' ELSE 'reply' END) AS kind,
    chat_id, created_at AS since, coalesce(payload -> 0 ->> 'text', payload -> 0 ->> 'caption') AS text
FROM sending WHERE status = 'uncertain' AND error_code = 'restored'
UNION ALL
SELECT bot_id, 'broadcast', NULL, created_at, payloads -> 'ru' -> 0 ->> 'text'
FROM broadcast WHERE slot IS NOT NULL AND status = 'paused' AND moved_by = 'restore'
UNION ALL
SELECT bot_id, 'update', chat_id, received_at, NULL
FROM update WHERE status = 'dead' AND reason LIKE 'restored:%';

-- Holds messages as `uncertain`, pauses broadcasts, and makes updates dead letters, since their replies would be sent late.
-- What is due is not sent late: reminders, and reports of failed messages. Messages of broadcasts wait with the broadcast.
CREATE OR REPLACE FUNCTION after_restore() RETURNS text LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    UPDATE booking_feed SET held_before = now();
    UPDATE reminder SET done_at = now() WHERE done_at IS NULL AND due_at <= now();
    UPDATE relay SET otherwise = NULL FROM sending s
    WHERE s.id = relay.id AND s.status IN ('failed', 'expired', 'cancelled', 'uncertain');
    UPDATE sending SET owner_booking = NULL WHERE owner_booking IS NOT NULL AND status IN ('failed', 'uncertain');
    UPDATE broadcast SET status = 'paused', moved = 'pause', moved_by = 'restore' WHERE status = 'running';
    UPDATE update SET status = 'dead', retry_at = NULL, leased_by = NULL, leased_until = NULL, version = version + 1,
        reason = 'restored: It waited when the database was restored to an earlier time.'
    WHERE status = 'received';
    UPDATE sending SET status = CASE WHEN lane = 0 THEN 'expired' ELSE 'uncertain' END, error_code = 'restored',
        error_text = NULL, leased_by = NULL, leased_until = NULL
    WHERE status IN ('queued', 'sending') AND broadcast_id IS NULL;
    UPDATE recipient SET lane = NULL, due_at = NULL WHERE lane IS NOT NULL;
    RETURN format('%s; held: %s', raise_epoch(), (SELECT count(*) FROM held));
END
$$;

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'bot_runtime') THEN
        GRANT SELECT ON held TO bot_runtime;
    END IF;
END
$$;
