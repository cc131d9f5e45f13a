-- SPDX-License-Identifier: MIT
-- min_compatible: 1
-- When an item was taken for it last. Whoever waits longest is next, so that a receiver with little to hear does not wait
-- for all that others have.
ALTER TABLE receiver ADD COLUMN served_at timestamptz;
