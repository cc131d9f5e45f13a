-- SPDX-License-Identifier: MIT
-- min_compatible: 1
-- Terms that are made anew, because the rules have changed or because somebody asked for it.

-- So that those made by other rules are found without reading them all; the tenant for counting.
CREATE INDEX document_by_normaliser ON document (normaliser, tenant_id);

-- Tenants whose terms are made anew on request, or were.
CREATE TABLE rebuild (
    tenant_id uuid        PRIMARY KEY,
    -- Documents: there when it was asked for, and done of them.
    total     bigint      NOT NULL CHECK (total >= 0),
    done      bigint      NOT NULL DEFAULT 0 CHECK (done BETWEEN 0 AND total),
    -- The id of the last that is done.
    place     text        NOT NULL DEFAULT '',
    asked_at  timestamptz NOT NULL DEFAULT now(),
    -- NULL: it is under way.
    ended_at  timestamptz
);
CREATE INDEX rebuild_under_way ON rebuild (asked_at) WHERE ended_at IS NULL;

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'search_runtime') THEN
        GRANT SELECT, INSERT, UPDATE ON rebuild TO search_runtime;
    END IF;
END
$$;
