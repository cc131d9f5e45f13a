-- What must be known while the disk is away: in memory, the truth while health runs. `stored`: the
-- row is on the disk as it is here.
CREATE TABLE main.incident (
    id BLOB PRIMARY KEY, check_name TEXT NOT NULL, level INTEGER NOT NULL, severity INTEGER NOT NULL,
    trouble TEXT NOT NULL, detail TEXT NOT NULL, measure TEXT NOT NULL, value REAL NOT NULL,
    started_us INTEGER NOT NULL, ended_us INTEGER NOT NULL, acked_by TEXT NOT NULL,
    acked_us INTEGER NOT NULL, command TEXT NOT NULL, runbook TEXT NOT NULL,
    stored INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
-- A check has one incident at a time.
CREATE UNIQUE INDEX main.incident_open ON incident (check_name) WHERE ended_us = 0;

CREATE TABLE main.alert (
    id INTEGER PRIMARY KEY, incident_id BLOB NOT NULL, event INTEGER NOT NULL,
    channel INTEGER NOT NULL, tries INTEGER NOT NULL DEFAULT 0, made_us INTEGER NOT NULL,
    due_us INTEGER NOT NULL, told_us INTEGER NOT NULL DEFAULT 0,
    -- dropped: 1 the incident was over first, or what it says was told; 2 given up. step: of
    -- reminders. pause_us: so long before due_us it was put off.
    message_id INTEGER NOT NULL DEFAULT 0, dropped INTEGER NOT NULL DEFAULT 0,
    step INTEGER NOT NULL DEFAULT 0, pause_us INTEGER NOT NULL DEFAULT 0,
    stored INTEGER NOT NULL DEFAULT 0,
    -- Nothing is told twice.
    UNIQUE (incident_id, channel, event, step)
);

-- Messages of Telegram that tell of incidents.
CREATE TABLE main.message (
    chat_id INTEGER NOT NULL, message_id INTEGER NOT NULL, incident_id BLOB NOT NULL,
    event INTEGER NOT NULL, step INTEGER NOT NULL, told_us INTEGER NOT NULL,
    stored INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (chat_id, message_id)
) WITHOUT ROWID;

-- Morning reports that were told. day: 20261122.
CREATE TABLE main.report (
    day INTEGER NOT NULL, channel INTEGER NOT NULL, told_us INTEGER NOT NULL,
    stored INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (day, channel)
) WITHOUT ROWID;

CREATE TABLE main.silence (
    id BLOB PRIMARY KEY, match TEXT NOT NULL, reason TEXT NOT NULL, who TEXT NOT NULL,
    since_us INTEGER NOT NULL, until_us INTEGER NOT NULL, stored INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

CREATE TABLE main.heartbeat (
    name TEXT PRIMARY KEY, at_us INTEGER NOT NULL, ok INTEGER NOT NULL,
    stored INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
