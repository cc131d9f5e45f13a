-- SPDX-License-Identifier: MIT
-- min_compatible: 1
-- Who may call: a tenant owns data, a client is one of its programs, a key is what a client shows.

CREATE TABLE tenant (
    id         uuid        PRIMARY KEY,
    name       text        NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 200),
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE client (
    id         uuid        PRIMARY KEY,
    tenant_id  uuid        NOT NULL REFERENCES tenant (id),
    name       text        NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (tenant_id, name)
);

CREATE TABLE api_key (
    id           uuid        PRIMARY KEY,
    client_id    uuid        NOT NULL REFERENCES client (id),
    -- SHA-256 of the key; the key itself is shown once and kept nowhere.
    hash         bytea       NOT NULL UNIQUE CHECK (octet_length(hash) = 32),
    -- Its first characters, for people to tell keys apart.
    prefix       text        NOT NULL CHECK (prefix ~ '^tb_(live|test)_[0-9A-Za-z]{4}$'),
    -- "booking:read,booking:write", or "all".
    scopes       text        NOT NULL
                 CHECK (scopes = 'all' OR scopes ~ '^[a-z]+:[a-z]+(,[a-z]+:[a-z]+)*$'),
    rate_per_s   integer     NOT NULL DEFAULT 100 CHECK (rate_per_s BETWEEN 1 AND 1000000),
    burst        integer     NOT NULL DEFAULT 200 CHECK (burst BETWEEN 1 AND 10000000),
    expires_at   timestamptz,
    revoked_at   timestamptz,
    -- To the minute or so.
    last_used_at timestamptz,
    created_at   timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX api_key_of_client ON api_key (client_id);

-- Services read all and note the use; only the migrator's role makes keys.
DO $$
DECLARE
    runtime name;
BEGIN
    FOR runtime IN SELECT rolname FROM pg_roles WHERE rolname LIKE '%\_runtime' LOOP
        EXECUTE format('GRANT USAGE ON SCHEMA api TO %I', runtime);
        EXECUTE format('GRANT SELECT ON tenant, client, api_key TO %I', runtime);
        EXECUTE format('GRANT UPDATE (last_used_at) ON api_key TO %I', runtime);
    END LOOP;
END
$$;
