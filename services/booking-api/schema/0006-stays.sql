-- SPDX-License-Identifier: MIT
-- min_compatible: 1
--
-- From a claimed payment to the day the guest leaves.

-- What a guest claims to have paid by, for owner or staff to look at. Null: he did not say.
ALTER TABLE booking ADD COLUMN receipt text;

-- The sweeper's: which stays are over. Few rows are behind it, all of them present or future.
CREATE INDEX occupancy_staying ON occupancy (check_out) WHERE status IN ('confirmed', 'checked_in');
-- The blocks of a flat, newest first, among everything it ever had.
CREATE INDEX occupancy_blocks ON occupancy (apartment_id, id DESC)
    WHERE kind = 'block' AND status = 'blocked';
