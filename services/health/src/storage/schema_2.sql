-- Version 2: an incident has several reminders, each with a step; an alert stores its pause; morning reports.
CREATE TABLE alert_2 (
    id INTEGER PRIMARY KEY, incident_id BLOB NOT NULL, event INTEGER NOT NULL,
    channel INTEGER NOT NULL, tries INTEGER NOT NULL, made_us INTEGER NOT NULL,
    due_us INTEGER NOT NULL, told_us INTEGER NOT NULL, message_id INTEGER NOT NULL,
    dropped INTEGER NOT NULL, step INTEGER NOT NULL, pause_us INTEGER NOT NULL,
    UNIQUE (incident_id, channel, event, step)
);
INSERT INTO alert_2 SELECT *, 0, 0 FROM alert;
DROP TABLE alert;
ALTER TABLE alert_2 RENAME TO alert;
CREATE INDEX alert_untold ON alert (id) WHERE told_us = 0 AND dropped = 0;

CREATE TABLE report (
    day INTEGER NOT NULL, channel INTEGER NOT NULL, told_us INTEGER NOT NULL,
    PRIMARY KEY (day, channel)
) WITHOUT ROWID;
