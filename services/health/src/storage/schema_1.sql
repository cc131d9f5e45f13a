-- Version 1. Column `at`: time since 1970, in ms in `sample`, in minutes, hours or days in these tables.
CREATE TABLE check_name (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);

-- The key begins with the time, so that rows are added at one end and deleted at the other, and pages stay full.
CREATE TABLE sample (
    at INTEGER NOT NULL, check_id INTEGER NOT NULL, verdict INTEGER NOT NULL,
    took_us INTEGER NOT NULL, PRIMARY KEY (at, check_id)
) WITHOUT ROWID;

-- count: number of samples. known_ms, bad_ms: time with a known verdict, and with a red one.
-- seen: bit n for verdict n. sum_us, max_us: latency.
CREATE TABLE minute (
    at INTEGER NOT NULL, check_id INTEGER NOT NULL, count INTEGER NOT NULL,
    known_ms INTEGER NOT NULL, bad_ms INTEGER NOT NULL, seen INTEGER NOT NULL,
    sum_us INTEGER NOT NULL, max_us INTEGER NOT NULL, PRIMARY KEY (at, check_id)
) WITHOUT ROWID;
CREATE TABLE hour (
    at INTEGER NOT NULL, check_id INTEGER NOT NULL, count INTEGER NOT NULL,
    known_ms INTEGER NOT NULL, bad_ms INTEGER NOT NULL, seen INTEGER NOT NULL,
    sum_us INTEGER NOT NULL, max_us INTEGER NOT NULL, PRIMARY KEY (at, check_id)
) WITHOUT ROWID;
CREATE TABLE day (
    at INTEGER NOT NULL, check_id INTEGER NOT NULL, count INTEGER NOT NULL,
    known_ms INTEGER NOT NULL, bad_ms INTEGER NOT NULL, seen INTEGER NOT NULL,
    sum_us INTEGER NOT NULL, max_us INTEGER NOT NULL, PRIMARY KEY (at, check_id)
) WITHOUT ROWID;

-- Samples that were lost while the disk was unavailable.
CREATE TABLE missed (
    from_us INTEGER PRIMARY KEY, to_us INTEGER NOT NULL, samples INTEGER NOT NULL
);

CREATE TABLE incident (
    id BLOB PRIMARY KEY, check_name TEXT NOT NULL, level INTEGER NOT NULL, severity INTEGER NOT NULL,
    trouble TEXT NOT NULL, detail TEXT NOT NULL, measure TEXT NOT NULL, value REAL NOT NULL,
    started_us INTEGER NOT NULL, ended_us INTEGER NOT NULL, acked_by TEXT NOT NULL,
    acked_us INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX incident_open ON incident (id) WHERE ended_us = 0;

CREATE TABLE alert (
    id INTEGER PRIMARY KEY, incident_id BLOB NOT NULL, event INTEGER NOT NULL,
    channel INTEGER NOT NULL, tries INTEGER NOT NULL, made_us INTEGER NOT NULL,
    due_us INTEGER NOT NULL, told_us INTEGER NOT NULL, message_id INTEGER NOT NULL,
    dropped INTEGER NOT NULL, UNIQUE (incident_id, channel, event)
);
CREATE INDEX alert_untold ON alert (id) WHERE told_us = 0 AND dropped = 0;

CREATE TABLE silence (
    id BLOB PRIMARY KEY, match TEXT NOT NULL, reason TEXT NOT NULL, who TEXT NOT NULL,
    since_us INTEGER NOT NULL, until_us INTEGER NOT NULL
) WITHOUT ROWID;

-- API keys that were valid at their last look-up: hashes, never the keys.
CREATE TABLE api_key (
    hash BLOB PRIMARY KEY, id BLOB NOT NULL, client_id BLOB NOT NULL, tenant_id BLOB NOT NULL,
    scopes TEXT NOT NULL, test INTEGER NOT NULL, rate_per_s INTEGER NOT NULL,
    burst INTEGER NOT NULL, expires_us INTEGER NOT NULL, checked_us INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE heartbeat (
    name TEXT PRIMARY KEY, at_us INTEGER NOT NULL, ok INTEGER NOT NULL
) WITHOUT ROWID;
