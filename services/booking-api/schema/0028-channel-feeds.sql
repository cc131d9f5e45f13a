-- SPDX-License-Identifier: MIT
-- min_compatible: 1
--
-- Calendars of other channels (Airbnb, Booking and others), which are read by their addresses. In this schema feed_* are
-- the views for other services, so these tables are named channel_*.
--
-- A night that a feed holds is a row of channel_feed_night, one for each feed. While no stay or block of ours has the
-- night, one row of occupancy (kind 'feed', one night) takes it for all feeds of the apartment: so a night that two feeds
-- hold stays taken when one of them lets go. A night of ours that a feed also holds has no such row; the overlap is a row
-- of calendar_conflict. When ours ends, a trigger takes the night for the feeds in the same transaction.

CREATE TABLE channel_feed (
    id              uuid PRIMARY KEY,
    tenant_id       uuid NOT NULL,
    apartment_id    uuid NOT NULL REFERENCES apartment (id),
    url             text CHECK (octet_length(url) <= 2000), -- a secret of the channel; never shown. Null: deleted
    host            text NOT NULL,
    channel         text NOT NULL
                        CHECK (channel IN ('airbnb', 'booking', 'vrbo', 'sutochno', 'krisha', 'google', 'other')),
    name            text,
    ends_inclusive  boolean NOT NULL DEFAULT false, -- an event's last date is its last night
    ends_guess      text NOT NULL DEFAULT 'unknown' CHECK (ends_guess IN ('unknown', 'exclusive', 'inclusive')),
    verdict         text NOT NULL DEFAULT 'new' CHECK (verdict IN ('new', 'ok', 'suspect', 'failing')),
    last_error      text,
    -- What the last answer was that the server gave. A 304 repeats it.
    last_answer     text NOT NULL DEFAULT 'none'
                        CHECK (last_answer IN ('none', 'complete', 'incomplete', 'not_a_calendar')),
    answered_at     timestamptz,
    trusted         boolean NOT NULL DEFAULT false, -- a complete answer was accepted since the address was set
    -- The status that the last event named; 'new': there was none.
    announced       text NOT NULL DEFAULT 'new' CHECK (announced IN ('new', 'ok', 'suspect', 'stale')),
    reads           bigint NOT NULL DEFAULT 0,
    last_read_at    timestamptz,
    last_success_at timestamptz,
    stale_at        timestamptz NOT NULL, -- from then on without a success the feed is stale
    etag            text,
    last_modified   text,
    due_at          timestamptz NOT NULL, -- of the next read; a reader moves it ahead as its lease
    asked_at        timestamptz,          -- the minute in which asked_count reads were requested
    asked_count     integer NOT NULL DEFAULT 0,
    version         bigint NOT NULL DEFAULT 1,
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now(),
    deleted_at      timestamptz,
    CONSTRAINT channel_feed_address CHECK ((url IS NULL) = (deleted_at IS NOT NULL))
);
CREATE INDEX channel_feed_of_apartment ON channel_feed (apartment_id, id DESC) WHERE deleted_at IS NULL;
CREATE INDEX channel_feed_due ON channel_feed (due_at) WHERE deleted_at IS NULL;
-- Stale, and not announced yet.
CREATE INDEX channel_feed_stale ON channel_feed (stale_at)
    WHERE deleted_at IS NULL AND announced <> 'stale';

CREATE TABLE channel_feed_night (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    feed_id      uuid NOT NULL REFERENCES channel_feed (id),
    apartment_id uuid NOT NULL,
    night        date NOT NULL,
    said         boolean NOT NULL, -- the last readable answer has the night
    missed       boolean NOT NULL, -- the last answer was complete and omitted it; the next such answer frees it
    CONSTRAINT channel_feed_night_once UNIQUE (feed_id, night),
    CONSTRAINT channel_feed_night_missed CHECK (NOT (said AND missed))
);
CREATE INDEX channel_feed_night_of_apartment ON channel_feed_night (apartment_id, night);

CREATE TABLE calendar_conflict (
    id           uuid PRIMARY KEY,
    tenant_id    uuid NOT NULL,
    apartment_id uuid NOT NULL REFERENCES apartment (id),
    feed_id      uuid NOT NULL REFERENCES channel_feed (id),
    occupancy_id uuid NOT NULL REFERENCES occupancy (id),
    kind         text NOT NULL CHECK (kind IN ('booking', 'block')),
    check_in     date NOT NULL, -- the overlap
    check_out    date NOT NULL,
    status       text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'kept_ours', 'kept_theirs', 'gone')),
    resolved_by  text,
    told         boolean NOT NULL DEFAULT false, -- its event is in the outbox
    told_end     boolean NOT NULL DEFAULT false,
    version      bigint NOT NULL DEFAULT 1,
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT calendar_conflict_nights CHECK (check_out > check_in)
);
-- The same overlap is one conflict until it has ended.
CREATE UNIQUE INDEX calendar_conflict_live ON calendar_conflict (feed_id, occupancy_id)
    WHERE status IN ('open', 'kept_ours');
CREATE INDEX calendar_conflict_of_occupancy ON calendar_conflict (occupancy_id) WHERE status IN ('open', 'kept_ours');
CREATE INDEX calendar_conflict_of_apartment ON calendar_conflict (apartment_id, id DESC);
CREATE INDEX calendar_conflict_of_tenant ON calendar_conflict (tenant_id, id DESC);
CREATE INDEX calendar_conflict_untold ON calendar_conflict (id)
    WHERE NOT told OR (NOT told_end AND status <> 'open');

-- The nights that feeds have taken.
CREATE UNIQUE INDEX occupancy_of_feeds ON occupancy (apartment_id, check_in) WHERE kind = 'feed' AND status = 'blocked';

-- Takes the nights that feeds hold in first .. past_last - 1, from today in the apartment's time zone on, and that are free.
CREATE FUNCTION channel_feed_take_nights(of_apartment uuid, first date, past_last date) RETURNS void LANGUAGE sql AS $$
    INSERT INTO occupancy (id, tenant_id, apartment_id, kind, status, check_in, check_out, reason)
    SELECT gen_random_uuid(), a.tenant_id, a.id, 'feed', 'blocked', n.night, n.night + 1,
        string_agg(DISTINCT f.channel, ',' ORDER BY f.channel)
    FROM channel_feed_night n JOIN channel_feed f ON f.id = n.feed_id JOIN apartment a ON a.id = n.apartment_id
    WHERE n.apartment_id = of_apartment AND n.night < past_last
        AND n.night >= greatest(first, (now() AT TIME ZONE a.timezone)::date)
        AND NOT EXISTS (SELECT FROM occupancy o WHERE o.apartment_id = of_apartment AND o.check_in = n.night
            AND o.kind = 'feed' AND o.status = 'blocked')
    GROUP BY a.tenant_id, a.id, n.night
    ON CONFLICT DO NOTHING
$$;

-- A stay, block or buffer of ours has let go of nights.
CREATE FUNCTION occupancy_uncover() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM channel_feed_take_nights(OLD.apartment_id, lower(OLD.nights), upper(OLD.nights));
    UPDATE calendar_conflict c SET status = 'gone', version = version + 1, updated_at = now()
    WHERE c.occupancy_id = OLD.id AND c.status IN ('open', 'kept_ours')
        AND NOT (occupancy_blocks(NEW.status) AND NEW.apartment_id = c.apartment_id AND EXISTS (
            SELECT FROM channel_feed_night n
            WHERE n.feed_id = c.feed_id AND n.night >= NEW.check_in AND n.night < NEW.check_out));
    RETURN NULL;
END $$;
CREATE TRIGGER occupancy_uncovered AFTER UPDATE OF status, apartment_id, check_in, check_out, buffer_days ON occupancy
    FOR EACH ROW WHEN (OLD.kind <> 'feed' AND occupancy_blocks(OLD.status) AND (NOT occupancy_blocks(NEW.status)
        OR OLD.apartment_id <> NEW.apartment_id OR OLD.nights <> NEW.nights))
    EXECUTE FUNCTION occupancy_uncover();

-- The service deletes only nights of feeds: nobody agreed on them. Stays and blocks remain; a restore by the owner of the
-- tables may replace them.
CREATE FUNCTION occupancy_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_user = 'booking_runtime' THEN
        RAISE EXCEPTION 'stays and blocks are not deleted' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER occupancy_kept BEFORE DELETE ON occupancy
    FOR EACH ROW WHEN (OLD.kind <> 'feed') EXECUTE FUNCTION occupancy_keep();

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'booking_runtime') THEN
        RETURN;
    END IF;
    GRANT SELECT, INSERT, UPDATE ON channel_feed, calendar_conflict TO booking_runtime;
    GRANT SELECT, INSERT, UPDATE, DELETE ON channel_feed_night TO booking_runtime;
    GRANT DELETE ON occupancy TO booking_runtime;
END
$$;
