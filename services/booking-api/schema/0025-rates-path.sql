-- SPDX-License-Identifier: MIT
-- min_compatible: 1
--
-- pg_dump empties search_path. A restore of its file therefore failed at the first apartment with seasons: the CHECK calls
-- rates_sound(), which did not find rate_sound(). The function of the trigger had the same fault.
ALTER FUNCTION rates_sound(jsonb) SET search_path FROM CURRENT;
ALTER FUNCTION booking_freeze_policy() SET search_path FROM CURRENT;
