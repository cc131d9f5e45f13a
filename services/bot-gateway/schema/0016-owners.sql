-- SPDX-License-Identifier: MIT
-- min_compatible: 1
-- Who was an owner of flats when that was asked last: the bot shows him the way to his desk. Whether he is one is asked
-- anew each time.
ALTER TABLE person ADD COLUMN is_owner boolean NOT NULL DEFAULT false;

-- Tells of somebody else than its chat: his erasure does not look here, so the words go as soon as they are not needed.
ALTER TABLE sending ADD COLUMN confided boolean NOT NULL DEFAULT false;
CREATE INDEX sending_of_confidant ON sending (bot_id, chat_id) WHERE confided;

-- Whatever ends such a message, its words end with it.
CREATE FUNCTION sending_forget_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.payload := (SELECT jsonb_agg('{}'::jsonb) FROM jsonb_array_elements(NEW.payload));
    NEW.instead := NULL;
    NEW.swapped := false;
    RETURN NEW;
END $$;
CREATE TRIGGER sending_confided BEFORE UPDATE ON sending FOR EACH ROW
    WHEN (NEW.confided AND NEW.status IN ('sent', 'failed', 'expired', 'superseded', 'cancelled'))
    EXECUTE FUNCTION sending_forget_words();
