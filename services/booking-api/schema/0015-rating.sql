-- SPDX-License-Identifier: MIT
-- min_compatible: 1
--
-- How the guest liked a completed stay, from 1 to 5.

ALTER TABLE booking ADD COLUMN rating integer CHECK (rating BETWEEN 1 AND 5);
