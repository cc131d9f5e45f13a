-- SPDX-License-Identifier: MIT
-- min_compatible: 1
-- Failures that forwards may ask for (match.events): messages that failed or became uncertain, updates that are dead. A row
-- waits until it is queued for the forwards; no row is made if no forward of the bot asks for events. Nothing about people.
CREATE TABLE forward_event (
    id          bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id    uuid        NOT NULL DEFAULT gen_random_uuid(),
    type        text        NOT NULL CHECK (type IN ('message.failed', 'message.uncertain', 'update.dead')),
    bot_id      uuid        NOT NULL REFERENCES bot (id),
    resource_id uuid        NOT NULL,
    version     bigint      NOT NULL,
    data        jsonb       NOT NULL,
    occurred_at timestamptz NOT NULL DEFAULT now()
);

CREATE FUNCTION forward_event_add() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    is_message boolean := TG_TABLE_NAME = 'sending';
    event_type text := CASE WHEN is_message THEN 'message.' ELSE 'update.' END || NEW.status;
    row_data   jsonb := to_jsonb(NEW);
BEGIN
    IF EXISTS (SELECT FROM forward f WHERE f.bot_id = NEW.bot_id AND f.match -> 'events' ? event_type) THEN
        INSERT INTO forward_event (type, bot_id, resource_id, version, data)
        VALUES (event_type, NEW.bot_id, NEW.id, NEW.version, CASE
            WHEN is_message THEN jsonb_build_object('id', NEW.id, 'status', NEW.status, 'error_code', row_data -> 'error_code')
            ELSE jsonb_build_object('id', NEW.id, 'update_id', row_data -> 'update_id', 'kind', row_data -> 'kind') END);
    END IF;
    RETURN NULL;
END $$;

-- Answers to taps belong to no chat, and nobody waits for them.
CREATE TRIGGER sending_failed AFTER UPDATE OF status ON sending FOR EACH ROW
    WHEN (NEW.status IN ('failed', 'uncertain') AND OLD.status <> NEW.status AND NEW.chat_id IS NOT NULL)
    EXECUTE FUNCTION forward_event_add();
CREATE TRIGGER update_died AFTER UPDATE OF status ON update FOR EACH ROW
    WHEN (NEW.status = 'dead' AND OLD.status <> 'dead') EXECUTE FUNCTION forward_event_add();
CREATE TRIGGER update_made_dead AFTER INSERT ON update FOR EACH ROW
    WHEN (NEW.status = 'dead') EXECUTE FUNCTION forward_event_add();

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'bot_runtime') THEN
        RETURN;
    END IF;
    GRANT SELECT, INSERT, UPDATE, DELETE ON forward_event TO bot_runtime;
END
$$;
