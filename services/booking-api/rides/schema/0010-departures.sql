-- SPDX-License-Identifier: MIT
-- min_compatible: 1
--
-- Lists of trips are in the order of their departures.
CREATE INDEX trip_by_departure ON trip (tenant_id, departs_at, id);
CREATE INDEX trip_by_driver_departure ON trip (driver_id, departs_at, id);
DROP INDEX trip_newest, trip_by_driver;
