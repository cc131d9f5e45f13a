-- SPDX-License-Identifier: MIT
-- min_compatible: 1
-- The message of the writer whose words the message passes on, so that an edit of it is passed on too. NULL: it has no
-- words of the writer.
ALTER TABLE relay
    ADD COLUMN from_chat_id    bigint,
    ADD COLUMN from_message_id bigint,
    -- SHA-256 of text and file: Telegram also reports edits that change neither.
    ADD COLUMN words_hash      bytea,
    -- The writer is the owner, not the guest.
    ADD COLUMN of_owner        boolean NOT NULL DEFAULT false,
    ADD CONSTRAINT relay_from CHECK ((from_message_id IS NULL) = (from_chat_id IS NULL)
                                     AND (from_message_id IS NULL) = (words_hash IS NULL));
CREATE INDEX relay_by_message ON relay (bot_id, from_chat_id, from_message_id) WHERE from_message_id IS NOT NULL;
