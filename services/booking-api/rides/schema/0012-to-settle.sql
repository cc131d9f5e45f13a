-- SPDX-License-Identifier: MIT
-- min_compatible: 1
--
-- Rides that ended by somebody's fault, for the list of those that staff may settle.
CREATE INDEX ride_listed_fault ON ride (tenant_id, id) WHERE fault IN ('passenger', 'driver');
