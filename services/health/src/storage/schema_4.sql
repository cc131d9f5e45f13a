-- Version 4. Messages of Telegram about incidents; a message is edited when its incident changes.
CREATE TABLE message (
    chat_id INTEGER NOT NULL, message_id INTEGER NOT NULL, incident_id BLOB NOT NULL,
    event INTEGER NOT NULL, step INTEGER NOT NULL, told_us INTEGER NOT NULL,
    PRIMARY KEY (chat_id, message_id)
) WITHOUT ROWID;
CREATE INDEX message_told ON message (told_us);
