-- SPDX-License-Identifier: MIT
-- min_compatible: 1
-- A message that a restore has put back may still have its tombstone, and can be deleted again.

CREATE OR REPLACE FUNCTION message_bury() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO message_tombstone (id, tenant_id, feed_epoch)
    SELECT id, tenant_id, feed_epoch FROM gone
    ON CONFLICT (id) DO UPDATE SET feed_epoch = excluded.feed_epoch, feed_tx = excluded.feed_tx,
        deleted_at = excluded.deleted_at;
    RETURN NULL;
END $$;
