-- SPDX-License-Identifier: MIT
-- min_compatible: 1
-- What people are told of bookings by themselves. Nobody is named here: whom a booking concerns, booking-api is asked
-- when it is said.

-- How far GET /v1/events of booking-api was read with a bot's key, and by which process.
CREATE TABLE booking_feed (
    bot_id       uuid        PRIMARY KEY REFERENCES bot (id) ON DELETE CASCADE,
    -- The process that reads, and until when nobody else does; it renews this while it reads.
    owner        uuid        NOT NULL,
    leased_until timestamptz NOT NULL,
    -- next_cursor of the last page whose effects are stored, in the same transaction. NULL: none was read.
    place        text        CHECK (length(place) BETWEEN 1 AND 300),
    -- Nobody is told of what has happened before.
    since        timestamptz NOT NULL DEFAULT now()
);

-- What is to be said at a time. A row that was said stays, so that it is said once; another time of the same booking
-- makes it anew.
CREATE TABLE reminder (
    id         uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
    bot_id     uuid        NOT NULL REFERENCES bot (id) ON DELETE CASCADE,
    booking_id uuid        NOT NULL,
    kind       text        NOT NULL CHECK (kind IN ('eve', 'hours', 'ends', 'arrived')),
    due_at     timestamptz NOT NULL,
    -- From then on it is of no use.
    until_at   timestamptz NOT NULL,
    -- On the day of check-in, where the flat is.
    on_the_day boolean     NOT NULL,
    -- The next try.
    try_at     timestamptz NOT NULL,
    -- It was said, or found to be of no use any more.
    done_at    timestamptz,
    CONSTRAINT reminder_once UNIQUE (bot_id, booking_id, kind),
    CONSTRAINT reminder_times CHECK (until_at > due_at)
);
CREATE INDEX reminder_due ON reminder (bot_id, try_at) WHERE done_at IS NULL;
CREATE INDEX reminder_over ON reminder (until_at);

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'bot_runtime') THEN
        RETURN;
    END IF;
    GRANT SELECT, INSERT, UPDATE ON booking_feed TO bot_runtime;
    GRANT SELECT, INSERT, UPDATE, DELETE ON reminder TO bot_runtime;
END
$$;
