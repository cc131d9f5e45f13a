-- SPDX-License-Identifier: MIT
-- min_compatible: 1
--
-- The actor whose action set the present status; null: no action did. If that actor repeats the action, nothing changes;
-- another one is refused.
ALTER TABLE driver ADD COLUMN changed_by text;
ALTER TABLE offer ADD COLUMN changed_by text;
