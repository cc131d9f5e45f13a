-- SPDX-License-Identifier: MIT
-- min_compatible: 1
-- The evening message of an owner: arrivals and departures of the next day. Each stay plans it, and its
-- dedupe_key, which names the owner and the day, makes one message of them.
ALTER TABLE reminder
    DROP CONSTRAINT reminder_kind_check,
    ADD CONSTRAINT reminder_kind_check
        CHECK (kind IN ('eve', 'hours', 'ends', 'arrived', 'arrives', 'departs'));
