-- The tables that health needs while the disk is unavailable. While it runs, these rows in memory are
-- authoritative. `stored`: the disk has the same row.
CREATE TABLE main.incident (
    id BLOB PRIMARY KEY, check_name TEXT NOT NULL, level INTEGER NOT NULL, severity INTEGER NOT NULL,
    trouble TEXT NOT NULL, detail TEXT NOT NULL, measure TEXT NOT NULL, value REAL NOT NULL,
    started_us INTEGER NOT NULL, ended_us INTEGER NOT NULL, acked_by TEXT NOT NULL,
    acked_us INTEGER NOT NULL, command TEXT NOT NULL, runbook TEXT NOT NULL,
    stored INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
-- A check has at most one open incident.
CREATE UNIQUE INDEX main.incident_open ON incident (check_name) WHERE ended_us = 0;

CREATE TABLE main.alert (
    id INTEGER PRIMARY KEY, incident_id BLOB NOT NULL, event INTEGER NOT NULL,
    channel INTEGER NOT NULL, tries INTEGER NOT NULL DEFAULT 0, made_us INTEGER NOT NULL,
    due_us INTEGER NOT NULL, told_us INTEGER NOT NULL DEFAULT 0,
    -- dropped: 1 obsolete, 2 given up. step: number of a reminder. pause_us: the pause that ends
    -- at due_us.
    message_id INTEGER NOT NULL DEFAULT 0, dropped INTEGER NOT NULL DEFAULT 0,
    step INTEGER NOT NULL DEFAULT 0, pause_us INTEGER NOT NULL DEFAULT 0,
    stored INTEGER NOT NULL DEFAULT 0,
    -- No alert is sent twice.
    UNIQUE (incident_id, channel, event, step)
);

-- Messages of Telegram about incidents.
CREATE TABLE main.message (
    chat_id INTEGER NOT NULL, message_id INTEGER NOT NULL, incident_id BLOB NOT NULL,
    event INTEGER NOT NULL, step INTEGER NOT NULL, told_us INTEGER NOT NULL,
    stored INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (chat_id, message_id)
) WITHOUT ROWID;

-- Sent morning reports. day: 20261122.
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
