-- SPDX-License-Identifier: MIT
-- min_compatible: 1
--
-- A driver's faults are counted under the driver's lock, so only trips that may have some are read: a ride ends with its
-- trip at the latest, so the trip of a ride that ended since an instant runs, or has ended since then.
--
-- The function of 0014 counted a trip twice that the system had cancelled without agreed rides, if staff settled one of
-- its rides as the driver's fault: as the trip of that ride, and as a trip without agreed rides. It is one fault.
CREATE INDEX trip_by_driver_end ON trip (driver_id, ended_at);

CREATE OR REPLACE FUNCTION driver_fault_count(who uuid, since timestamptz) RETURNS bigint STABLE
    RETURN (SELECT count(DISTINCT CASE WHEN t.status = 'cancelled' AND r.ended_at = t.ended_at THEN t.id
                                  ELSE r.id END)
            FROM trip t JOIN ride r ON r.trip_id = t.id
            WHERE t.driver_id = who AND (t.ended_at IS NULL OR t.ended_at >= since)
              AND r.fault = 'driver' AND r.ended_at >= since)
         + (SELECT count(*) FROM trip t WHERE t.driver_id = who AND t.fault = 'driver' AND t.ended_at >= since
              AND NOT EXISTS (SELECT FROM ride r WHERE r.trip_id = t.id AND r.ended_at = t.ended_at
                  AND (r.agreed_at IS NOT NULL OR r.fault = 'driver')));
