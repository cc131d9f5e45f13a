-- SPDX-License-Identifier: MIT
-- min_compatible: 1
--
-- A driver's faults since an instant, in place of driver_faults(), which older instances call. Staff settle rides, so
-- the rides decide: one that ended with its trip by `finish` counts, and a cancelled trip does not if all rides that were
-- agreed have been settled otherwise. The rides that were cancelled with their trip, at the same instant, are one fault.
-- A trip that the system cancelled without agreed rides is one, too.
CREATE FUNCTION driver_fault_count(who uuid, since timestamptz) RETURNS bigint STABLE
    RETURN (SELECT count(DISTINCT CASE WHEN t.status = 'cancelled' AND r.ended_at = t.ended_at THEN t.id
                                  ELSE r.id END)
            FROM trip t JOIN ride r ON r.trip_id = t.id
            WHERE t.driver_id = who AND r.fault = 'driver' AND r.ended_at >= since)
         + (SELECT count(*) FROM trip t WHERE t.driver_id = who AND t.fault = 'driver' AND t.ended_at >= since
              AND NOT EXISTS (SELECT FROM ride r WHERE r.trip_id = t.id AND r.ended_at = t.ended_at
                  AND r.agreed_at IS NOT NULL));
