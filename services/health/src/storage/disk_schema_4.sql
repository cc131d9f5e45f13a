-- Version 4. Which message of Telegram tells of an incident, in which chat: it is edited when that changes.
CREATE TABLE disk.message (
    chat_id INTEGER NOT NULL, message_id INTEGER NOT NULL, incident_id BLOB NOT NULL,
    event INTEGER NOT NULL, step INTEGER NOT NULL, told_us INTEGER NOT NULL,
    PRIMARY KEY (chat_id, message_id)
) WITHOUT ROWID;
CREATE INDEX disk.message_told ON message (told_us);
