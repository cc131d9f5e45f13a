-- SPDX-License-Identifier: MIT
-- min_compatible: 1
--
-- What other services may read (feed_apartments, feed_bookings), what an erased guest leaves, and
-- the indexes that let one be erased, and the invariants be counted, without reading whole tables.

-- --- feeds ---
--
-- A feed shows the present state of every row, each with a place (epoch, tx, id) that every change
-- of it renews. A reader keeps the last place it has read and asks for what is behind it:
--
--     SELECT ... FROM booking.feed_bookings
--     WHERE (epoch, tx, id) > ($1, $2, $3) AND tx < pg_snapshot_xmin(pg_current_snapshot())
--     ORDER BY epoch, tx, id LIMIT 1000
--
-- The second condition is the commit-order rule: a transaction gets its number when it first writes
-- but is seen when it commits, so numbers become visible out of order. Below the oldest transaction
-- still running nothing can appear any more; above it a reader that went on would lose rows. Who
-- compares a whole copy (reconciliation) reads without it. Each state is read at least once, two
-- changes between two readings once. Deleted rows stay as tombstones: deleted, and nothing else.
--
-- After a logical restore into another cluster the numbers mean nothing: the restore step raises
-- the epoch, in which all rows come once more (it must run before the service starts):
--
--     ALTER TABLE apartment ALTER feed_epoch SET DEFAULT 2; UPDATE apartment SET feed_epoch = 2;
--     the same for occupancy and feed_tombstone

ALTER TABLE apartment
    ADD COLUMN feed_epoch integer NOT NULL DEFAULT 1,
    ADD COLUMN feed_tx    xid8    NOT NULL DEFAULT '0';
ALTER TABLE occupancy -- a booking's place: its status is here
    ADD COLUMN feed_epoch integer NOT NULL DEFAULT 1,
    ADD COLUMN feed_tx    xid8    NOT NULL DEFAULT '0';
-- In two steps: a default that is no constant would write every row anew.
ALTER TABLE apartment ALTER COLUMN feed_tx SET DEFAULT pg_current_xact_id();
ALTER TABLE occupancy ALTER COLUMN feed_tx SET DEFAULT pg_current_xact_id();
CREATE INDEX apartment_fed ON apartment (feed_epoch, feed_tx, id);
CREATE INDEX occupancy_fed ON occupancy (feed_epoch, feed_tx, id);

-- On the way of every write: no table, no name to look up.
CREATE FUNCTION feed_renew() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.feed_tx := pg_current_xact_id();
    RETURN NEW;
END $$;
CREATE TRIGGER apartment_fed BEFORE UPDATE ON apartment
    FOR EACH ROW EXECUTE FUNCTION feed_renew();
CREATE TRIGGER occupancy_fed BEFORE UPDATE ON occupancy
    FOR EACH ROW EXECUTE FUNCTION feed_renew();

-- What changes in a booking alone, guests erased for one. After a step its row of occupancy is of
-- this transaction already. Whoever may write bookings may do this: definer's rights.
CREATE FUNCTION feed_renew_booking() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    UPDATE occupancy SET feed_tx = pg_current_xact_id()
    WHERE id = NEW.id AND feed_tx <> pg_current_xact_id();
    RETURN NULL;
END $$;
CREATE TRIGGER booking_fed AFTER UPDATE ON booking
    FOR EACH ROW EXECUTE FUNCTION feed_renew_booking();

CREATE TABLE feed_tombstone (
    id         uuid PRIMARY KEY,
    kind       text NOT NULL CHECK (kind IN ('apartment', 'booking')),
    tenant_id  uuid NOT NULL,
    feed_epoch integer NOT NULL DEFAULT 1,
    feed_tx    xid8 NOT NULL DEFAULT pg_current_xact_id(),
    deleted_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX feed_tombstone_apartments ON feed_tombstone (feed_epoch, feed_tx, id)
    WHERE kind = 'apartment';
CREATE INDEX feed_tombstone_bookings ON feed_tombstone (feed_epoch, feed_tx, id)
    WHERE kind = 'booking';

CREATE FUNCTION feed_bury() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO feed_tombstone (id, kind, tenant_id, feed_epoch)
    VALUES (OLD.id, TG_ARGV[0], OLD.tenant_id,
            coalesce((SELECT max(feed_epoch) FROM apartment), 1))
    ON CONFLICT (id) DO UPDATE SET feed_epoch = excluded.feed_epoch, feed_tx = excluded.feed_tx,
        deleted_at = excluded.deleted_at;
    RETURN NULL;
END $$;
CREATE TRIGGER apartment_buried AFTER DELETE ON apartment
    FOR EACH ROW EXECUTE FUNCTION feed_bury('apartment');
CREATE TRIGGER booking_buried AFTER DELETE ON booking
    FOR EACH ROW EXECUTE FUNCTION feed_bury('booking');

-- Columns are only ever added, at the end.
CREATE VIEW feed_apartments AS
SELECT feed_epoch AS epoch, feed_tx AS tx, id, tenant_id, false AS deleted, owner_id, code,
    title_ru, title_kz, title_en, description_ru, description_kz, description_en, city, district,
    address, lat, lon, rooms, max_guests, included_guests, amenities, photos, base_price,
    weekend_price, extra_guest_fee, cleaning_fee, prepayment_percent, min_nights, max_nights,
    instant_book, cancellation_policy, timezone, is_active, rates, version, created_at, updated_at
FROM apartment
UNION ALL
SELECT feed_epoch, feed_tx, id, tenant_id, true, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
    NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
    NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, deleted_at
FROM feed_tombstone WHERE kind = 'apartment';

-- Of the guest only what a message needs to reach him: names and phones stay here. The order within
-- lets a page be merged from both indexes: the planner asks a join for none by itself.
CREATE VIEW feed_bookings AS
(SELECT o.feed_epoch AS epoch, o.feed_tx AS tx, o.id, o.tenant_id, false AS deleted, b.code,
    b.apartment_id, b.owner_id, o.status, o.check_in, o.check_out, o.expires_at, b.guests,
    b.guest_telegram_id, b.guest_language, b.total, b.deposit, b.paid, o.version, o.created_at,
    o.updated_at
FROM occupancy o JOIN booking b ON b.id = o.id
WHERE o.kind = 'booking'
ORDER BY o.feed_epoch, o.feed_tx, o.id)
UNION ALL
SELECT feed_epoch, feed_tx, id, tenant_id, true, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
    NULL, NULL, NULL, NULL, NULL, NULL, NULL, deleted_at
FROM feed_tombstone WHERE kind = 'booking';

-- --- erasure ---

-- The receipt: that it was done, when, and how much; nothing about whom. Who asked is in audit, by
-- this id.
CREATE TABLE erasure (
    id        uuid PRIMARY KEY,
    tenant_id uuid NOT NULL,
    at        timestamptz NOT NULL DEFAULT now(),
    erased    jsonb NOT NULL -- {"<table>": rows}
);
CREATE INDEX erasure_newest ON erasure (tenant_id, id);

-- What a guest did, wherever.
CREATE INDEX audit_of_guest ON audit (tenant_id, actor) WHERE actor LIKE 'guest:%';
-- What was answered about a resource: answers begin with its id.
CREATE INDEX idempotency_of_resource ON idempotency (substr(body, 8, 36)) WHERE body LIKE '{"id":"%';
-- What was told about one, and its step in the history.
CREATE INDEX outbox_of_resource ON outbox (resource_id, sequence);

DO $$
DECLARE
    runtime name;
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'booking_runtime') THEN
        GRANT SELECT, INSERT ON erasure TO booking_runtime;
        GRANT SELECT ON feed_tombstone TO booking_runtime;
        -- Steps and audit stay as they are, but for the names of people in them.
        GRANT UPDATE (actor, reason) ON booking_history TO booking_runtime;
        GRANT UPDATE (actor) ON audit TO booking_runtime;
    END IF;
    FOR runtime IN SELECT rolname FROM pg_roles WHERE rolname LIKE '%\_runtime' LOOP
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', current_schema(), runtime);
        EXECUTE format('GRANT SELECT ON feed_apartments, feed_bookings TO %I', runtime);
    END LOOP;
END
$$;
