-- SPDX-License-Identifier: MIT
-- min_compatible: 1
--
-- Lists of what is rare among much: the stays that are sure or were called off, among all that ever were.
-- Each is read in the order of its index until the page is full.

CREATE INDEX occupancy_staying_newest ON occupancy (tenant_id, id DESC)
    WHERE status IN ('confirmed', 'checked_in');
CREATE INDEX occupancy_called_off ON occupancy (tenant_id, id DESC)
    WHERE status IN ('declined', 'cancelled', 'no_show');
