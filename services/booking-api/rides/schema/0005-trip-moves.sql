-- SPDX-License-Identifier: MIT
-- min_compatible: 1
--
-- How a trip ended, and whose fault that was; shut roads.

ALTER TABLE trip
    ADD COLUMN ended_at timestamptz, -- finished or cancelled
    ADD COLUMN fault text CHECK (fault IN ('none', 'driver'));

-- A driver's faults since an instant. A trip that was cancelled as a whole is one, whatever rides it had: those ended at
-- the same instant.
CREATE FUNCTION driver_faults(who uuid, since timestamptz) RETURNS bigint STABLE
    RETURN (SELECT count(*) FROM trip t WHERE t.driver_id = who AND t.fault = 'driver' AND t.ended_at >= since)
         + (SELECT count(*) FROM trip t JOIN ride r ON r.trip_id = t.id
            WHERE t.driver_id = who AND r.fault = 'driver' AND r.ended_at >= since
              AND r.ended_at IS DISTINCT FROM t.ended_at);
