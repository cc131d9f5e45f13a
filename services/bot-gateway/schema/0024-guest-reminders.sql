-- SPDX-License-Identifier: MIT
-- min_compatible: 1
-- Reminders of the guest: 5 minutes before a hold ends, on the day of check-out, and a request to rate the stay on the
-- day after it.
ALTER TABLE reminder
    DROP CONSTRAINT reminder_kind_check,
    ADD CONSTRAINT reminder_kind_check
        CHECK (kind IN ('eve', 'hours', 'hold', 'leaves', 'rate', 'ends', 'arrived', 'arrives', 'departs'));
