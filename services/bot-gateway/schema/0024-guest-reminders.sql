-- SPDX-License-Identifier: MIT
-- min_compatible: 1
-- Reminders of the guest: 5 minutes before a hold ends, and on the day of check-out.
ALTER TABLE reminder
    DROP CONSTRAINT reminder_kind_check,
    ADD CONSTRAINT reminder_kind_check
        CHECK (kind IN ('eve', 'hours', 'hold', 'leaves', 'ends', 'arrived', 'arrives', 'departs'));
