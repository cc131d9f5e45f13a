-- SPDX-License-Identifier: MIT
-- min_compatible: 1
--
-- If a driver does not come, a passenger reports it, and an hour after the departure the system cancels the trip, which may
-- have no agreed rides left. The function of 0017 counted that twice: as the fault of the ride, which had ended before the
-- trip, and as a trip without agreed rides. A trip that the system cancelled counts only if no ride of it is a fault of the
-- driver.
CREATE OR REPLACE FUNCTION driver_fault_count(who uuid, since timestamptz) RETURNS bigint STABLE
    RETURN (SELECT count(DISTINCT CASE WHEN t.status = 'cancelled' AND r.ended_at = t.ended_at THEN t.id
                                  ELSE r.id END)
            FROM trip t JOIN ride r ON r.trip_id = t.id
            WHERE t.driver_id = who AND (t.ended_at IS NULL OR t.ended_at >= since)
              AND r.fault = 'driver' AND r.ended_at >= since)
         + (SELECT count(*) FROM trip t WHERE t.driver_id = who AND t.fault = 'driver' AND t.ended_at >= since
              AND NOT EXISTS (SELECT FROM ride r WHERE r.trip_id = t.id
                  AND (r.fault = 'driver' OR r.ended_at = t.ended_at AND r.agreed_at IS NOT NULL)));
