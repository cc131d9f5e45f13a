-- SPDX-License-Identifier: MIT
-- min_compatible: 1
--
-- A driver who does not come is absent once, however many passengers of the car report it. The function of 0019 counted
-- each report, because such a ride ends before its trip does: three passengers of one car suspended a driver at once. All
-- rides of a trip that ended by the driver's fault since its departure are now one fault, that of the trip. It is the
-- departure before any delay: a driver may delay the trip after the first report.
CREATE OR REPLACE FUNCTION driver_fault_count(who uuid, since timestamptz) RETURNS bigint STABLE
    RETURN (SELECT count(DISTINCT CASE WHEN t.status = 'cancelled' AND r.ended_at = t.ended_at
                                       OR r.ended_at >= t.departs_at - t.delay_minutes * interval '1 minute' THEN t.id
                                  ELSE r.id END)
            FROM trip t JOIN ride r ON r.trip_id = t.id
            WHERE t.driver_id = who AND (t.ended_at IS NULL OR t.ended_at >= since)
              AND r.fault = 'driver' AND r.ended_at >= since)
         + (SELECT count(*) FROM trip t WHERE t.driver_id = who AND t.fault = 'driver' AND t.ended_at >= since
              AND NOT EXISTS (SELECT FROM ride r WHERE r.trip_id = t.id
                  AND (r.fault = 'driver' OR r.ended_at = t.ended_at AND r.agreed_at IS NOT NULL)));
