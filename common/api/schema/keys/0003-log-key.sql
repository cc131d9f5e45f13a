-- SPDX-License-Identifier: MIT
-- min_compatible: 1
-- Persons stand in logs as a hash whose key is a new one each day. Who has the key of a day can find
-- the lines about a person; without it nobody can.

CREATE TABLE log_key (
    -- Of UTC. There are rows of yesterday, today and tomorrow.
    day date  PRIMARY KEY,
    -- Random bytes. A deleted key must not come back: dumps that are kept leave the rows out
    -- (pg_dump --exclude-table-data=api.log_key).
    key bytea NOT NULL CHECK (octet_length(key) = 32)
);

-- The first service that needs a day's key makes it; keys are never changed.
GRANT SELECT, INSERT, DELETE ON log_key TO tapbot_service;
