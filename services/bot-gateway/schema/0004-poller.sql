-- SPDX-License-Identifier: MIT
-- min_compatible: 1
-- Which process asks Telegram for the updates of a bot whose intake is "poll". Two at once would be no harm to the
-- updates, each of which counts once; Telegram lets only one of them wait.
CREATE TABLE poller (
    bot_id       uuid        PRIMARY KEY REFERENCES bot (id) ON DELETE CASCADE,
    -- The process that polls, and until when nobody else does; it renews this while it polls.
    owner        uuid        NOT NULL,
    leased_until timestamptz NOT NULL,
    -- How it goes, and since when. NULL: the first call is under way.
    state        text        CHECK (state IN ('works', 'fails', 'webhook', 'other', 'no_bot')),
    state_at     timestamptz NOT NULL DEFAULT now()
);

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'bot_runtime') THEN
        RETURN;
    END IF;
    GRANT SELECT, INSERT, UPDATE ON poller TO bot_runtime;
END
$$;
