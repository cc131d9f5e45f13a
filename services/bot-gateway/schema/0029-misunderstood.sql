-- SPDX-License-Identifier: MIT
-- min_compatible: 1
-- What people have written and the bots have not understood, for staff. Without personal data, so that no person is named
-- by a row, and an erasure has nothing to delete here.
CREATE TABLE misunderstood (
    tenant_id uuid        NOT NULL,
    bot_id    uuid        NOT NULL REFERENCES bot (id) ON DELETE CASCADE,
    language  text        NOT NULL CHECK (language IN ('ru', 'kz', 'en')),
    -- Where the dialogue was, such as "stay.day". Empty: there was none.
    step      text        NOT NULL CHECK (length(step) <= 40),
    text      text        NOT NULL CHECK (length(text) BETWEEN 1 AND 400),
    times     bigint      NOT NULL DEFAULT 1,
    last_at   timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT misunderstood_once PRIMARY KEY (bot_id, language, step, text)
);
CREATE INDEX misunderstood_by_tenant ON misunderstood (tenant_id, last_at);

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'bot_runtime') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON misunderstood TO bot_runtime;
    END IF;
END
$$;
