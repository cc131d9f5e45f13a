-- SPDX-License-Identifier: MIT
-- min_compatible: 1
-- The stay that a notification to an owner is about. If the message fails, staff are notified, in the transaction that sets
-- this to NULL.
ALTER TABLE sending ADD COLUMN owner_booking uuid;
CREATE INDEX sending_undelivered ON sending (bot_id, id)
    WHERE owner_booking IS NOT NULL AND status IN ('failed', 'uncertain');
