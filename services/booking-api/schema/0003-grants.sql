-- SPDX-License-Identifier: MIT
-- min_compatible: 1
-- What the running service may do, and no more: history is only ever added to, cities are read,
-- nothing is deleted. Where the role is not there (a developer's own database), nothing happens.

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'booking_runtime') THEN
        RETURN;
    END IF;
    GRANT SELECT ON city TO booking_runtime;
    GRANT SELECT, INSERT, UPDATE ON owner, apartment, occupancy, booking TO booking_runtime;
    GRANT SELECT, INSERT ON booking_history TO booking_runtime;
END
$$;
