-- SPDX-License-Identifier: MIT
-- min_compatible: 1
--
-- The list of rides that staff may settle also has those that ended while their payment was claimed and not confirmed:
-- expired or cancelled, with less paid than the deposit. The index replaces that of 0012, whose condition it includes.
CREATE INDEX ride_listed_to_settle ON ride (tenant_id, id)
    WHERE fault IN ('passenger', 'driver') OR status IN ('expired', 'cancelled') AND deposit > paid;
DROP INDEX ride_listed_fault;
