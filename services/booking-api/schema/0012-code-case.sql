-- SPDX-License-Identifier: MIT
-- min_compatible: 1
--
-- A flat is found by its code however that is typed. Two flats may have codes that differ in case only:
-- both are found then.

CREATE INDEX apartment_by_code ON apartment (tenant_id, lower(code));
ANALYZE apartment; -- without it nobody knows how few rows one code has
