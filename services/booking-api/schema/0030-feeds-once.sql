-- SPDX-License-Identifier: MIT
-- min_compatible: 1
--
-- An apartment is connected to an address once: connected twice, it had two conflicts for each stay that was sold twice.
-- Of feeds with the same address the one remains that was read best, then the oldest. The others give it their nights, so
-- that no night becomes free, and the conflicts that it has not itself. The rest of their conflicts end silently: the same
-- overlap is still open, so a message of its end would be wrong.
DO $$
DECLARE
    twin record;
BEGIN
    FOR twin IN
        SELECT id, kept FROM (
            SELECT id, first_value(id) OVER (PARTITION BY apartment_id, url
                ORDER BY verdict = 'ok' DESC, trusted DESC, created_at, id) AS kept
            FROM channel_feed WHERE deleted_at IS NULL) f
        WHERE id <> kept ORDER BY id
    LOOP
        INSERT INTO channel_feed_night (feed_id, apartment_id, night, said, missed)
            SELECT twin.kept, apartment_id, night, false, false FROM channel_feed_night WHERE feed_id = twin.id
            ON CONFLICT ON CONSTRAINT channel_feed_night_once DO NOTHING;
        DELETE FROM channel_feed_night WHERE feed_id = twin.id;
        UPDATE calendar_conflict c SET feed_id = twin.kept, version = version + 1, updated_at = now()
            WHERE feed_id = twin.id AND status IN ('open', 'kept_ours') AND NOT EXISTS (
                SELECT FROM calendar_conflict k WHERE k.feed_id = twin.kept AND k.occupancy_id = c.occupancy_id
                AND k.status IN ('open', 'kept_ours'));
        UPDATE calendar_conflict
            SET status = 'gone', told = true, told_end = true, version = version + 1, updated_at = now()
            WHERE feed_id = twin.id AND status IN ('open', 'kept_ours');
        UPDATE channel_feed SET url = NULL, etag = NULL, last_modified = NULL, deleted_at = now(), updated_at = now(),
                version = version + 1
            WHERE id = twin.id;
    END LOOP;
END
$$;

-- Of the address only its hash, because PostgreSQL names the values that violate an index in its log.
CREATE UNIQUE INDEX channel_feed_once ON channel_feed (apartment_id, md5(url)) WHERE deleted_at IS NULL;
