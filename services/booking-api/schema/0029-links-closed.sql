-- SPDX-License-Identifier: MIT
-- min_compatible: 1
--
-- A channel learns of our nights only when it reads its link. Until then people can block them there by hand.
ALTER TABLE calendar_link ADD COLUMN closed_at timestamptz; -- when they last said so
