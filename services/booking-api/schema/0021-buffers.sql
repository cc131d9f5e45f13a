-- SPDX-License-Identifier: MIT
-- min_compatible: 1
--
-- A stay occupies its buffer only while it is live. The statement that completes it therefore inserts a row of its own
-- for the nights that must stay empty after it: kind 'buffer', status 'blocked', which older instances of the service
-- respect too, as a block. Buffers of stays that were completed before this migration are not inserted.
--
-- NOT VALID: the existing rows satisfy the narrower constraint that this one replaces, and without a scan of the table
-- its lock is held for a moment only.
ALTER TABLE occupancy
    DROP CONSTRAINT occupancy_kind_check,
    ADD CONSTRAINT occupancy_kind_check CHECK (kind IN ('booking', 'block', 'feed', 'buffer')) NOT VALID;
